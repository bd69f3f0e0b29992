"""Bring a WordPress export into the newsroom and the tree of pages; publishing.imports has the rules.

Two passes over the file. The first finds whether it is sound, what is in it and where everything
will stand; the second converts and writes, chunk by chunk, in one transaction.
"""

from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from pages.wordpress.addresses import (
    Addresses,
    paths_of_attachment,
    paths_of_feeds,
    paths_of_months,
    paths_of_text,
)
from pages.wordpress.articles import Articles
from pages.wordpress.export import Export
from pages.wordpress.fields import day_of, publication_of
from pages.wordpress.places import place
from pages.wordpress.shelves import Categories, Tags
from pages.wordpress.survey import LeftOut, Survey
from pages.wordpress.tree import Pages
from pages.wordpress.uploads import Uploads
from pages.wordpress.writer import Writer
from publishing import imports
from publishing.models import OldAddress, Publishable

CHUNK = 200  # items; each chunk costs the same few queries


def may_be_named(planned):
    """Say whether a public text may lead to this one: an address is made of the title.

    What is not public now keeps its old link there, which redirects once it is.
    """
    while planned:
        state, moment, _flags = publication_of(planned.item)
        if state != Publishable.State.PUBLISHED or moment > timezone.now():
            return False
        planned = planned.parent
    return True


@dataclass
class Report:
    source_name: str
    dry_run: bool
    survey: Survey
    outcomes: list = field(default_factory=list)  # (result, line, title)
    flags: list = field(default_factory=list)  # (line, reason, sentence)
    notes: list = field(default_factory=list)  # (line, sentence)
    left_out: list = field(default_factory=list)
    refused: list = field(default_factory=list)  # files, with the reason
    files_taken: int = 0

    def place(self, line):
        return f"{self.source_name}:{line}"


def import_wordpress(path, *, uploads=None, progress=None, dry_run=False):
    """Write what a WordPress export holds and return the `Report`. All of it, or nothing.

    `uploads` is the folder with the old site's files, `progress(done, total)` is called after each
    chunk; a dry run does everything and takes it back.
    """
    with translation.override(settings.LANGUAGE_CODE):
        survey = Survey(Export(path))
        report = Report(Path(path).name, dry_run, survey, left_out=list(survey.left_out))
        run = Run(survey, uploads, report)
        with run.uploads.removed_unless_kept(dry_run), transaction.atomic():
            run.write(progress)
            transaction.set_rollback(dry_run)
    return report


class Run:
    """One import of one export."""

    def __init__(self, survey, uploads, report):
        self.survey, self.report = survey, report
        self.addresses = Addresses(survey.head.homes)
        self.source = source_of(self.addresses)
        self.uploads = Uploads(uploads, survey.attachments, self.addresses, self.source)

    def write(self, progress):
        imports.wait_for_other_imports(self.source)
        self.uploads.recall()
        place(self.survey, self.source)
        categories, tags = Categories(self.survey, self.source), Tags(self.survey)
        self.learn_addresses(
            {**categories.old_paths(self.addresses), **tags.old_paths(self.addresses)}
        )
        articles = Articles(self.survey, categories, tags)
        writers = {
            "article": Writer(self, articles),
            "page": Writer(self, Pages()),
        }
        done, total = 0, sum(planned is not None for planned in self.survey.plan)
        for kind, chunk in self.chunks():
            writers[kind].write(chunk)
            done += len(chunk)
            if progress:
                progress(done, total)
        self.remember_attachment_pages()
        OldAddress.objects.remember_all(self.uploads.old_paths())
        self.report_files()

    def learn_addresses(self, lists):
        """Know where every old address leads before the first link is met; remember the lists'."""
        there = [planned for planned in self.survey.plan if planned and planned.address]
        for planned in filter(may_be_named, there):
            for path in paths_of_text(self.addresses, planned.item):
                self.addresses.learn(path, planned.address)
        for attachment, planned in self.attachments_with_texts():
            if may_be_named(planned):
                for path in paths_of_attachment(self.addresses, attachment):
                    self.addresses.learn(path, planned.address)
        days = {day_of(planned.item) for planned in there if planned.kind == "article"} - {None}
        lists |= paths_of_months(self.addresses, days) | paths_of_feeds(self.addresses)
        for path, address in lists.items():
            self.addresses.learn(path, address)
        OldAddress.objects.remember_all({path: unquote(to) for path, to in lists.items()})

    def attachments_with_texts(self):
        """Yield each attachment with the text it was uploaded for or, else, that shows it."""
        by_number = {planned.item.id: planned for planned in self.survey.plan if planned}
        for attachment in self.survey.attachments.values():
            planned = by_number.get(attachment.parent) or self.uploads.shown_by.get(attachment.line)
            if planned and planned.address:
                yield attachment, planned

    def remember_attachment_pages(self):
        """Let the page that WordPress made for each attachment lead to its text."""
        models = {"article": Articles.model, "page": Pages.model}
        targets = {
            path: models[planned.kind](pk=planned.row_id)
            for attachment, planned in self.attachments_with_texts()
            for path in paths_of_attachment(self.addresses, attachment)
        }
        OldAddress.objects.remember_all(targets)

    def chunks(self):
        """Yield (kind, [(planned, item)]): articles as they stand in the file, then pages.

        Pages wait, for a parent must be written before its children: level by level.
        """
        items = zip(self.survey.plan, self.survey.export.items(), strict=True)
        pages, articles = [], []
        for planned, item in items:
            if planned and planned.kind == "page":
                pages.append((planned, item))
            elif planned:
                articles.append((planned, item))
            if len(articles) == CHUNK:
                yield "article", articles
                articles = []
        if articles:
            yield "article", articles
        pages.sort(key=depth)
        for _depth, level in groupby(pages, key=depth):
            for chunk in in_chunks(list(level)):
                yield "page", chunk

    def report_files(self):
        for attachment in self.survey.attachments.values():
            if code := self.uploads.reason_unused(attachment):
                self.report.left_out.append(LeftOut(code, attachment.line, f"“{attachment.title}”"))
        self.report.left_out.sort(key=lambda left: left.line)
        self.report.refused = self.uploads.refused
        self.report.files_taken = len(self.uploads.stored)


def source_of(addresses):
    """Name the old site, whatever the file is called; two sites may use the same numbers."""
    return f"WordPress {min(addresses.hosts, default='')}{addresses.folder}"[:100].strip()


def depth(pair):
    planned, _item = pair
    return depth((planned.parent, None)) + 1 if planned.parent else 0


def in_chunks(pairs):
    return [pairs[start : start + CHUNK] for start in range(0, len(pairs), CHUNK)]
