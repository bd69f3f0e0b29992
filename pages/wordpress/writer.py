"""Write one kind of row, chunk by chunk: decide for each item, then create, update and flag."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pages.wordpress import reasons
from pages.wordpress.addresses import paths_of_text
from pages.wordpress.articles import Wanted
from pages.wordpress.file import ExportError
from pages.wordpress.text import Text
from publishing import imports
from publishing.models import Flag, ImportedItem, OldAddress, Publishable

State = Publishable.State
LONGEST_RAW = 1000  # characters of a text that stand beside its flags


@dataclass
class Fate:
    """One item: what it should become, what an earlier import made of it, and the result."""

    planned: object
    item: object
    wanted: Wanted
    digest: str
    earlier: ImportedItem | None
    row: object | None  # what is there now
    result: str

    @property
    def raw(self):
        return raw_of(self.item)


class Writer:
    """Writes what `maker` makes: `Articles` or `Pages`."""

    def __init__(self, run, maker):
        self.run, self.maker, self.report = run, maker, run.report

    def write(self, chunk):
        """Write some items. A fixed number of queries, and some for each that changes."""
        known = ImportedItem.objects.filter(
            source=self.run.source, key__in=[planned.key for planned, _item in chunk]
        )
        earlier = {row.key: row for row in known}
        rows = self.maker.rows([row.object_id for row in earlier.values()])
        fates = [
            self.fate(planned, item, earlier.get(planned.key), rows) for planned, item in chunk
        ]
        self.create([fate for fate in fates if fate.result == "created"])
        self.update([fate for fate in fates if fate.result == "updated"])
        self.renew([f for f in fates if f.result == "updated" or self.has_moved(f)])
        self.remember_addresses([fate for fate in fates if fate.row])
        self.run.uploads.remember()
        for fate in fates:
            self.report.outcomes.append((fate.result, fate.item.line, fate.planned.title))

    def fate(self, planned, item, earlier, rows):
        run = self.run
        attached = run.survey.attached_to(item)
        text = Text.of(planned, item, run.addresses, run.uploads, attached)
        wanted = self.maker.wanted(planned, item, text)
        self.tell(item, wanted, text)
        row, parts = rows.get(earlier and earlier.object_id, (None, None))
        if row:
            withdraw_if_once_public(wanted.row, row)
        digest = self.digest(wanted.row, wanted.parts)
        found = row and self.digest(row, parts)
        result = imports.result_for(earlier, row, found=found, wanted=digest, raw=raw_of(item))
        return Fate(planned, item, wanted, digest, earlier, row, result)

    def digest(self, row, parts):
        fields = {name: getattr(row, name) for name in self.maker.written}
        return imports.digest_of(fields | parts)

    def tell(self, item, wanted, text):
        """Note in the report what an editor will find flagged, and what merely looks different."""
        for reason, detail in wanted.flags:
            self.report.flags.append((item.line, reason, sentence(reasons.FLAGS, reason, detail)))
        for code, detail in text.notes:
            self.report.notes.append((item.line, sentence(reasons.NOTES, code, detail)))
        if not item.type:
            self.report.notes.append((item.line, str(reasons.NOTES["type-missing"])))

    def create(self, fates):
        rows = [fate.wanted.row for fate in fates]
        for fate in fates:
            self.check(fate.wanted.row, fate.item)
        self.maker.model.objects.bulk_create(rows)
        connected = self.maker.connect([fate.wanted for fate in fates])
        history = self.maker.model.history
        versions = history.bulk_history_create(rows, default_change_reason=self.change_reason)
        self.maker.note_in_history(versions, connected)
        for fate, row in zip(fates, rows, strict=True):
            fate.row, fate.planned.row_id = row, row.pk
        remembered = [self.remember(ImportedItem(source=self.run.source), fate) for fate in fates]
        ImportedItem.objects.bulk_create(remembered)
        imports.add_flags(rows, self.flags(fates))

    def update(self, fates):
        changed = [fate for fate in fates if fate.digest != fate.earlier.digest]
        self.maker.disconnect([fate.row.pk for fate in changed])
        for fate in changed:
            for name in self.maker.written:
                setattr(fate.row, name, getattr(fate.wanted.row, name))
            self.check(fate.row, fate.item)
            fate.wanted.row = fate.row
        self.maker.connect([fate.wanted for fate in changed])
        for fate in changed:
            fate.row._change_reason = self.change_reason
            fate.row.save()

    def has_moved(self, fate):
        """Tell whether an unchanged item stands elsewhere now, so that its flags must say where."""
        return fate.result == "unchanged" and fate.earlier.place != self.place_of(fate.item)

    def renew(self, fates):
        """Remember the items as they stand now, and let them have the flags they have now."""
        remembered = [self.remember(fate.earlier, fate) for fate in fates]
        ImportedItem.objects.bulk_update(remembered, ["place", "raw", "digest"])
        imports.renew_flags([fate.row for fate in fates], self.flags(fates))

    @property
    def change_reason(self):
        return _("Imported from %s") % self.report.source_name[:60]

    def check(self, row, item):
        """Refuse the whole file when a row breaks a rule of its own fields."""
        try:
            row.clean_fields(exclude=["lead_photo", "parent", "follows"])  # they cost queries
        except ValidationError as error:
            messages = " ".join(dict.fromkeys(error.messages))
            raise ExportError(f"{self.report.place(item.line)}: {messages}") from None

    def remember(self, remembered, fate):
        remembered.row, remembered.digest = fate.row, fate.digest
        remembered.key, remembered.raw = fate.planned.key, fate.raw
        remembered.place = self.place_of(fate.item)
        return remembered

    def place_of(self, item):
        return self.report.place(f"{item.line}-{item.last_line}")

    def remember_addresses(self, fates):
        OldAddress.objects.remember_all(
            {path: f.row for f in fates for path in paths_of_text(self.run.addresses, f.item)}
        )

    def flags(self, fates):
        return [
            Flag(
                row=fate.row,
                reason=reason,
                place=self.report.place(fate.item.line),
                note=sentence(reasons.FLAGS, reason, detail),
                raw=fate.raw[:LONGEST_RAW],
            )
            for fate in fates
            for reason, detail in fate.wanted.flags
        ]


def withdraw_if_once_public(wanted, row):
    """Let what was public here and is private there answer that it is gone, not that it never was."""
    was_public = row.is_public or row.state == State.WITHDRAWN
    if was_public and wanted.state != State.PUBLISHED:
        wanted.state = State.WITHDRAWN
        wanted.published_at = wanted.published_at or row.published_at


def raw_of(item):
    return "\n\n".join(text for text in (item.title, item.excerpt, item.content) if text)


def sentence(sentences, code, detail):
    return sentences[code] % {"detail": detail}
