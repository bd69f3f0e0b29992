"""Put the items of the old home page into the newsroom: each once, and never over an editor's work.

`ImportedItem` remembers what became of each item. Its digest is that of the article as the import
wrote it: as long as the article still has it, a changed file may change the article; once somebody
has edited or deleted the article, no import touches it again.
"""

from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from news.imported_articles import article_for, digest, free_slugs, written
from news.listing import Item, Listing, ListingError
from news.models import Article, Flag, ImportedItem

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
        wait_for_other_imports()
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


def wait_for_other_imports():
    """Let one import at a time pass this line; the next one then sees what this one wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import of the {SOURCE}"])


class Run:
    """One import: knows what earlier ones wrote, decides for each item, writes chunk by chunk."""

    def __init__(self, report):
        self.report = report
        self.outcomes = [Outcome(item, key) for key, item in keyed(report.listing.items)]
        earlier = ImportedItem.objects.filter(source=SOURCE).select_related("article")
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
        row = self.earlier.get(outcome.key)
        if row is None:
            return "created"
        if row.article is None:
            return "deleted"
        wanted = digest(article_for(outcome.item, slug=row.article.slug))
        if digest(row.article) not in (wanted, row.digest):
            return "edited"
        return "unchanged" if (wanted, outcome.item.raw) == (row.digest, row.raw) else "updated"

    def create(self, outcomes):
        slugs = free_slugs([outcome.item for outcome in outcomes])
        articles = [article_for(o.item, slug=slug) for o, slug in zip(outcomes, slugs, strict=True)]
        for outcome, article in zip(outcomes, articles, strict=True):
            self.check(article, outcome.item)
        bulk_create_with_history(articles, Article, default_change_reason=self.change_reason)
        rows = [
            self.remember(ImportedItem(source=SOURCE), outcome, article)
            for outcome, article in zip(outcomes, articles, strict=True)
        ]
        ImportedItem.objects.bulk_create(rows)
        self.add_flags(rows, outcomes)

    def update(self, outcomes):
        for outcome in outcomes:
            row = self.earlier[outcome.key]
            wanted = written(article_for(outcome.item, slug=row.article.slug))
            if wanted == written(row.article):
                continue  # only its raw text differs, which readers do not see
            for name, value in wanted.items():
                setattr(row.article, name, value)
            self.check(row.article, outcome.item)
            row.article._change_reason = self.change_reason
            row.article.save()

    def has_moved(self, outcome):
        """Tell whether an unchanged item stands elsewhere now, so that its flags must say where."""
        return outcome.result == "unchanged" and (
            self.earlier[outcome.key].place != self.place_of(outcome.item)
        )

    def renew(self, outcomes):
        """Remember the items as they stand now, and let them have the flags they have now."""
        rows = [
            self.remember(self.earlier[o.key], o, self.earlier[o.key].article) for o in outcomes
        ]
        ImportedItem.objects.bulk_update(rows, ["key", "place", "raw", "digest"])
        Flag.objects.open().filter(article__in=[row.article_id for row in rows]).delete()
        self.add_flags(rows, outcomes)

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
        row.article, row.digest = article, digest(article)
        row.key, row.raw = outcome.key, outcome.item.raw
        row.place = self.place_of(outcome.item)
        return row

    def place_of(self, item):
        return self.report.place(f"{item.first_line}-{item.last_line}")

    def add_flags(self, rows, outcomes):
        """Add the items' flags to their articles, but none that somebody has settled already."""
        settled = Flag.objects.filter(article__in=[row.article_id for row in rows])
        known = set(settled.values_list("article", "reason", "note"))
        flags = [
            Flag(
                article=row.article,
                reason=flag.code,
                place=self.report.place(flag.line),
                note=flag.sentence,
                raw=outcome.item.raw,
            )
            for row, outcome in zip(rows, outcomes, strict=True)
            for flag in outcome.item.flags
        ]
        Flag.objects.bulk_create(f for f in flags if (f.article_id, f.reason, f.note) not in known)


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
