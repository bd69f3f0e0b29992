"""Put the items of the old home page into the newsroom. publishing.imports tells the rules."""

from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from news.imported_articles import article_for, digest, free_slugs, possible_slugs, written
from news.listing import Item, Listing, ListingError
from news.models import Article
from publishing import imports
from publishing.models import Flag, ImportedItem

SOURCE = "old home page"  # whatever the file is called: renaming it must not import it twice
CHUNK = 100  # items; each chunk costs the same few queries


@dataclass
class Outcome:
    """What became of one item; `result` is created, unchanged, updated, edited or deleted."""

    item: Item
    key: str
    result: str = "unchanged"


@dataclass
class Report:
    listing: Listing
    source_name: str
    dry_run: bool
    outcomes: list[Outcome] = field(default_factory=list)
    gone: list[ImportedItem] = field(default_factory=list)  # in an earlier file, not in this one

    def having(self, result):
        return [outcome.item for outcome in self.outcomes if outcome.result == result]

    def place(self, line):
        return f"{self.source_name}:{line}"


def import_listing(listing, *, source_name, progress=None, dry_run=False):
    """Write the listing's items in one transaction and return the `Report`.

    From the end of the file to its start, so that among articles of one day the newest has the
    highest id. `progress(done, total)` is called after each chunk; a dry run rolls all back.
    """
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        imports.wait_for_other_imports(SOURCE)
        report = Report(listing, source_name, dry_run)
        run = Run(report)
        for start in range(0, len(run.outcomes), CHUNK):
            chunk = run.outcomes[start : start + CHUNK]
            run.write(chunk)
            if progress:
                progress(start + len(chunk), len(run.outcomes))
        report.outcomes = run.outcomes[::-1]
        transaction.set_rollback(dry_run)
    return report


class Run:
    """One import: knows what earlier ones wrote, decides for each item, writes chunk by chunk."""

    def __init__(self, report):
        self.report = report
        self.outcomes = [Outcome(item, key) for key, item in keyed(report.listing.items)]
        earlier = ImportedItem.objects.filter(source=SOURCE).prefetch_related("row")
        self.earlier = {row.key: row for row in earlier}
        self.recognise_retitled_items()

    def recognise_retitled_items(self):
        """Take an item whose title alone was corrected in the file for the same item."""
        keys = {outcome.key for outcome in self.outcomes}
        unseen = [row for key, row in self.earlier.items() if key not in keys]
        new = {
            without_title(outcome.item): outcome.key
            for outcome in self.outcomes
            if outcome.key not in self.earlier and outcome.item.teaser
        }
        for row in unseen:
            key = next((new.pop(rest) for rest in without_each_line(row.raw) if rest in new), None)
            if key:
                self.earlier[key] = row
            else:
                self.report.gone.append(row)

    def write(self, outcomes):
        for outcome in outcomes:
            outcome.result = self.decide(outcome)
        self.create([o for o in outcomes if o.result == "created"])
        self.update([o for o in outcomes if o.result == "updated"])
        self.renew([o for o in outcomes if o.result == "updated" or self.has_moved(o)])

    def decide(self, outcome):
        """Return the result for one item, by comparing file, article and the last import."""
        earlier = self.earlier.get(outcome.key)
        article = earlier and earlier.row
        return imports.result_for(
            earlier,
            article,
            found=article and digest(article),
            wanted=article and digest(article_for(outcome.item, slug=article.slug)),
            raw=outcome.item.raw,
        )

    def create(self, outcomes):
        slugs = free_slugs([possible_slugs(outcome.item) for outcome in outcomes])
        articles = [article_for(o.item, slug=slug) for o, slug in zip(outcomes, slugs, strict=True)]
        for outcome, article in zip(outcomes, articles, strict=True):
            self.check(article, outcome.item)
        bulk_create_with_history(articles, Article, default_change_reason=self.change_reason)
        rows = [
            self.remember(ImportedItem(source=SOURCE), outcome, article)
            for outcome, article in zip(outcomes, articles, strict=True)
        ]
        ImportedItem.objects.bulk_create(rows)
        imports.add_flags(articles, self.flags(rows, outcomes))

    def update(self, outcomes):
        for outcome in outcomes:
            row = self.earlier[outcome.key]
            wanted = written(article_for(outcome.item, slug=row.row.slug))
            if wanted == written(row.row):
                continue  # only its raw text differs, which readers do not see
            for name, value in wanted.items():
                setattr(row.row, name, value)
            self.check(row.row, outcome.item)
            row.row._change_reason = self.change_reason
            row.row.save()

    def has_moved(self, outcome):
        """Tell whether an unchanged item stands elsewhere now, so that its flags must say where."""
        return outcome.result == "unchanged" and (
            self.earlier[outcome.key].place != self.place_of(outcome.item)
        )

    def renew(self, outcomes):
        """Remember the items as they stand now, and let them have the flags they have now."""
        rows = [self.remember(self.earlier[o.key], o, self.earlier[o.key].row) for o in outcomes]
        ImportedItem.objects.bulk_update(rows, ["key", "place", "raw", "digest"])
        imports.renew_flags([row.row for row in rows], self.flags(rows, outcomes))

    @property
    def change_reason(self):
        return _("Imported from %s") % self.report.source_name[:60]

    def check(self, article, item):
        """Refuse the whole file when an article breaks a rule of its own fields."""
        try:
            article.clean_fields()
        except ValidationError as error:
            place = self.report.place(item.title_line)
            reasons = " ".join(dict.fromkeys(error.messages))  # once, not for each language
            raise ListingError(f"{place}: {reasons}") from None

    def remember(self, row, outcome, article):
        row.row, row.digest = article, digest(article)
        row.key, row.raw = outcome.key, outcome.item.raw
        row.place = self.place_of(outcome.item)
        return row

    def place_of(self, item):
        return self.report.place(f"{item.first_line}-{item.last_line}")

    def flags(self, rows, outcomes):
        return [
            Flag(
                row=row.row,
                reason=flag.code,
                place=self.report.place(flag.line),
                note=flag.sentence,
                raw=outcome.item.raw,
            )
            for row, outcome in zip(rows, outcomes, strict=True)
            for flag in outcome.item.flags
        ]


def keyed(items):
    """Yield (key, item) from the end of the file: a later run finds the same item by its key.

    The key is the title, numbered from the oldest where several items share it: what the NGO adds
    at the top of its page leaves the keys below as they are.
    """
    seen = Counter()
    for item in reversed(items):
        group = item.date.year if item.section == "highlight" else "news"
        key = f"{group}: {' '.join(item.title.lower().split())}"[:250]
        seen[key] += 1
        yield (key if seen[key] == 1 else f"{key} ({seen[key]})"), item


def without_title(item):
    lines = item.raw.split("\n")
    at = item.title_line - item.first_line
    return at, *lines[:at], *lines[at + 1 :]


def without_each_line(raw):
    lines = raw.split("\n")
    return [(at, *lines[:at], *lines[at + 1 :]) for at in range(len(lines))]
