"""Statements: choosing a file, telling what its columns are, looking before it is taken in."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import prefetch_related_objects
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from donations.import_statement import KNOWN, import_statement, layouts_told
from donations.models import StatementFile, StatementLayout, StatementRow
from donations.statement_forms import LayoutForm, UploadForm
from donations.statements.days import Order
from donations.statements.known import hint_for
from donations.statements.reading import HeaderUnknown, OrderUnknown, read_statement
from donations.statements.sheets import header_of
from publishing.imports import ImportRefused

State = StatementRow.State


@admin.register(StatementFile)
class StatementFileAdmin(admin.ModelAdmin):
    """To add a statement is to import it: upload, answer what is asked, look, take in."""

    list_display = ["name", "imported_at", "imported_by", "waiting", "booked", "left_out"]
    list_select_related = ["imported_by"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["name"]
    fields = ["name", "layout", "method", "imported_at", "imported_by"]
    readonly_fields = ["name", "layout", "imported_at", "imported_by"]
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts()

    def has_delete_permission(self, request, obj=None):
        """A file of which nothing is booked may be taken back, and imported anew."""
        has_booked = obj is not None and obj.rows.booked().exists()
        return super().has_delete_permission(request, obj) and not has_booked

    def get_deleted_objects(self, objs, request):
        """Count the rows that go with a file, without reading fifty thousand of them."""
        number = StatementRow.objects.filter(file__in=objs).count()
        return list(map(str, objs)), {StatementRow._meta.verbose_name_plural: number}, set(), []

    @admin.display(description=gettext_lazy("waiting"))
    def waiting(self, obj):
        return rows_link(obj, obj.waiting, "")

    @admin.display(description=gettext_lazy("booked"))
    def booked(self, obj):
        return rows_link(obj, obj.booked, State.BOOKED)

    @admin.display(description=gettext_lazy("discarded"))
    def left_out(self, obj):
        return rows_link(obj, obj.left_out, State.LEFT_OUT)

    # Importing

    def add_view(self, request, form_url="", extra_context=None):
        """Take one step further with a file: refuse it, ask, show what would come in, or do it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = (request.POST, request.FILES) if request.method == "POST" else ()
        form = UploadForm(*posted)
        if request.method == "POST" and form.is_valid():
            try:
                return self.step(request, form)
            except (ImportRefused, ValidationError) as refusal:
                form.add_error("file", sentences(refusal))
        return self.page(request, "upload", form)

    def step(self, request, form):
        layout = None
        try:
            statement = read(form)
        except HeaderUnknown as unknown:
            question = layout_question(request, unknown)
            if not question.is_valid():
                return self.ask_for_layout(request, form, unknown, question)
            layout = question
            statement = read(form, question.instance)
        except OrderUnknown as unknown:
            return self.ask_for_order(request, form, unknown)
        return self.take_in(request, form, statement, layout)

    def take_in(self, request, form, statement, layout):
        facts = {
            "by": request.user,
            "method": form.cleaned_data["method"],
            "layout": layout and layout.instance,
        }
        if "import" not in request.POST:
            report = import_statement(statement, dry_run=True, **facts)
            return self.show_preview(request, form, report, layout)
        report = import_statement(statement, **facts)
        self.message_user(request, summary(report), messages.SUCCESS)
        if report.file is None:
            return redirect("admin:donations_statementfile_changelist")
        return redirect(rows_address(report.file))

    # What is asked and shown

    def ask_for_layout(self, request, form, unknown, question):
        return self.page(
            request,
            "layout",
            form.carry(),
            question=question,
            hint=hint_for(header_of(unknown.cells)),
            first_rows=unknown.sheet.first_rows()[:12],
            header_line=unknown.line,
        )

    def ask_for_order(self, request, form, unknown):
        choices = [(order, Order(order).label) for order in unknown.orders]
        return self.page(request, "order", form.carry(), choices=choices, examples=unknown.examples)

    def show_preview(self, request, form, report, layout):
        shown = [row for rows in report.rows.values() for row in rows]
        prefetch_related_objects(shown, "pledge__donor", "refunds__donor")
        return self.page(
            request,
            "preview",
            form.carry(),
            report=report,
            parts=[(state.label, report.counts[state], report.rows.get(state, []))
                   for state in State if report.counts[state]],
            known=report.counts[KNOWN],
            layout=layout,
            header_line=request.POST.get("header_line", ""),
        )  # fmt: skip

    def page(self, request, name, form, **context):
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import a statement"),
            "form": form,
        }
        return TemplateResponse(request, f"admin/donations/statement_{name}.html", context)


def read(form, layout=None):
    layout_for = layouts_told(form.cleaned_data["order"], layout)
    return read_statement(form.content, form.name, layout_for)


def layout_question(request, unknown):
    """Return the form about an unknown header; it counts only once it was shown."""
    line = request.POST.get("header_line", "")
    if line.isdecimal():
        unknown.look_at(int(line))
    answered = "layout-name" in request.POST and "other_line" not in request.POST
    rows = [cells for _number, cells in unknown.sheet.rows_below(unknown.line)][:3]
    return LayoutForm(unknown.cells, rows, data=request.POST if answered else None)


def sentences(refusal):
    return " ".join(getattr(refusal, "messages", [str(refusal)]))


def summary(report):
    """Say in one sentence what came of a file."""
    new = ngettext("%(new)d new row", "%(new)d new rows", report.new) % {"new": report.new}
    known = report.counts[KNOWN]
    return _("%(file)s: %(new)s, %(matched)d of them matched; %(known)d known already.") % {
        "file": report.name,
        "new": new,
        "matched": report.counts[State.MATCHED],
        "known": known,
    }


def rows_address(file, state=""):
    query = f"file={file.pk}" + (f"&state={state}" if state else "")
    return f"{reverse('admin:donations_statementrow_changelist')}?{query}"


def rows_link(file, number, state):
    return format_html('<a href="{}">{}</a>', rows_address(file, state), number)


@admin.register(StatementLayout)
class StatementLayoutAdmin(admin.ModelAdmin):
    """What was told of unknown columns. Files that were read by it hold it as it is."""

    list_display = ["name", "columns_in_words", "currency"]
    fields = ["name", "columns_in_words", "order", "decimal", "currency", "statuses", "kinds"]

    def get_readonly_fields(self, request, obj=None):
        used = obj is not None and obj.files.exists()
        return [name for name in self.fields if name != "name"] if used else ["columns_in_words"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        used = obj is not None and obj.files.exists()
        return super().has_delete_permission(request, obj) and not used

    @admin.display(description=gettext_lazy("columns"))
    def columns_in_words(self, obj):
        told = zip(obj.header, obj.columns, strict=True)
        labels = dict(StatementLayout._meta.get_field("columns").base_field.choices)
        return " · ".join(f"{name}: {labels[role]}" for name, role in told if role)
