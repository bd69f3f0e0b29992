"""Take the rows of a statement in, each once. Nothing is booked by that: people confirm it."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace

from django.db import transaction

from publishing import imports

from .matching import codes, match
from .models import Donation, StatementFile, StatementLayout, StatementRow
from .statements.known import recognised

CHUNK = 1000  # rows; each chunk costs the same few queries
SHOWN = 100  # rows of each result that a report holds; all of them are counted
KNOWN = "known"


@dataclass
class Report:
    """What became of each row. Of rows that are left out all are named, for each has a reason."""

    name: str
    dry_run: bool
    file: StatementFile | None = None
    counts: Counter = field(default_factory=Counter)  # by state of the row, or KNOWN
    rows: dict = field(default_factory=dict)  # state -> the first rows
    left_out: list = field(default_factory=list)  # (line, why)

    def add(self, row):
        self.counts[row.state] += 1
        if row.state == StatementRow.State.LEFT_OUT:
            self.left_out.append((row.number, row.why))
        shown = self.rows.setdefault(row.state, [])
        if len(shown) < SHOWN:
            shown.append(row)

    @property
    def new(self):
        return self.counts.total() - self.counts[KNOWN]


def layouts_told(order="", new=None):
    """Return a function that gives the Layout of a header or None. Two queries.

    `order` is what somebody answers now for days that can be read in several ways, `new` a
    StatementLayout that is told now.
    """
    rows = [*StatementLayout.objects.all(), *([new] if new else [])]
    told = {tuple(row.header): row.as_layout() for row in rows}

    def layout_for(header):
        layout = told.get(header) or recognised(header)
        usual = layout and (order or StatementFile.objects.usual_order(header))
        return layout and replace(layout, usual_order=usual)

    return layout_for


def import_statement(statement, *, by=None, method=None, layout=None, progress=None, dry_run=False):
    """Write the rows that are new in one transaction and return the `Report`.

    `layout` is a StatementLayout that was told just now. Without a `method`, that of the newest
    file of this source is taken. `progress(done, total)` is called after each chunk.
    """
    with transaction.atomic():
        imports.wait_for_other_imports("statements")
        run = Run(statement, by, method, layout, dry_run)
        for done in run.write_all():
            if progress:
                progress(done, statement.count)
        run.forget_empty_file()
        transaction.set_rollback(dry_run)
    return run.report


class Run:
    """One import: knows all codes, and how often a row that looks the same came before."""

    def __init__(self, statement, by, method, layout, dry_run):
        self.statement, self.codes, self.seen = statement, codes(), Counter()
        self.report = Report(statement.name, dry_run)
        self.report.file = self._made_file(by, method, layout)

    def _made_file(self, by, method, layout):
        header = list(self.statement.header)
        if layout is None:
            layout = StatementLayout.objects.filter(header=header).first()
        elif layout.pk is None:
            layout.full_clean()
            layout.save()
        source = layout.source if layout else self.statement.layout.source
        before = StatementFile.objects.filter(source=source, method__isnull=False).first()
        return StatementFile.objects.create(
            name=self.statement.name[:200],
            source=source,
            layout=layout,
            header=header,
            order=self.statement.order,
            method=method or (before and before.method),
            imported_by=by,
        )

    def write_all(self):
        """Write the rows chunk by chunk and yield how many lines are done."""
        chunk, done = [], 0
        for line in self.statement.lines():
            chunk.append(line)
            if len(chunk) == CHUNK:
                done += self._write(chunk)
                yield done
                chunk = []
        if chunk:
            yield done + self._write(chunk)

    def _write(self, lines):
        rows = self._new_rows(lines)
        match([row for row in rows if not row.reason], self.codes)
        StatementRow.objects.bulk_create(rows)
        for row in rows:
            self.report.add(row)
        self.report.counts[KNOWN] += len(lines) - len(rows)
        return len(lines)

    def _new_rows(self, lines):
        """Return rows for the lines that no earlier file and nobody's hand has entered. Two queries."""
        by_fingerprint = {self._fingerprint(line): line for line in lines}
        earlier = StatementRow.objects.filter(fingerprint__in=by_fingerprint)
        known = set(earlier.values_list("fingerprint", flat=True))
        ids = {line.transaction_id for line in lines if line.transaction_id and not line.reason}
        booked = Donation.objects.filter(transaction_id__in=ids)
        by_hand = set(booked.values_list("transaction_id", flat=True))
        return [
            self._row(fingerprint, line)
            for fingerprint, line in by_fingerprint.items()
            if fingerprint not in known and (line.reason or line.transaction_id not in by_hand)
        ]

    def _fingerprint(self, line):
        """Return what names a row in all files of its source; equal rows are told by their count."""
        marks = (self.report.file.source, *line.marks())
        if not line.transaction_id:
            self.seen[marks] += 1
            marks += (str(self.seen[marks]),)
        return hashlib.sha256("\x1f".join(marks).encode()).hexdigest()

    def _row(self, fingerprint, line):
        facts = {name: getattr(line, name) for name in TAKEN}
        state = StatementRow.State.LEFT_OUT if line.reason else ""
        return StatementRow(file=self.report.file, fingerprint=fingerprint, state=state, **facts)

    def forget_empty_file(self):
        """Leave no trace of a file that said nothing new."""
        if not self.report.new:
            self.report.file.delete()
            self.report.file = None


TAKEN = ["number", "day", "amount", "currency", "fee", "payer", "email", "note", "transaction_id",
         "refers_to", "kind", "reason", "reason_text"]  # fmt: skip
