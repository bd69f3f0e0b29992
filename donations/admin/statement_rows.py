"""Rows of statements: what waits for a decision, and the acts that decide."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.template.defaultfilters import truncatechars
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from donations.candidates import candidates
from donations.confirming import confirm, confirm_all, discard, take_up
from donations.matching import match_again
from donations.models import Donation, Donor, Pledge, StatementFile, StatementRow
from publishing.queue_admin import change_url

State = StatementRow.State
AT_ONCE = 500  # rows that one press books: each takes some 30 ms
REFUSALS_SHOWN = 10
ROWS_SHOWN = 20
FILES_SHOWN = 20
CHOICES = {"pledge": Pledge, "donor": Donor, "refunds": Donation}


class StateFilter(admin.SimpleListFilter):
    """What waits unless one asks for more: the list is for what is still to do."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [*State.choices, ("all", _("All"))]

    def choices(self, changelist):
        waiting, *others = super().choices(changelist)
        return [waiting | {"display": _("Waiting")}, *others]

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value()) if self.value() else queryset.waiting()


class FileFilter(admin.SimpleListFilter):
    title = gettext_lazy("statement")
    parameter_name = "file"

    def lookups(self, request, model_admin):
        newest = list(StatementFile.objects.values_list("pk", "name", "imported_at")[:FILES_SHOWN])
        return [(str(pk), f"{name}, {localtime(at):%Y-%m-%d}") for pk, name, at in newest]

    def has_output(self):
        return True

    def queryset(self, request, queryset):
        chosen = self.value() or ""
        return queryset.filter(file=int(chosen)) if chosen.isdecimal() else queryset


class DiscardForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("reason"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("Like “membership fee” or “interest”; auditors read it. No names."),
    )


@admin.register(StatementRow)
class StatementRowAdmin(admin.ModelAdmin):
    list_display = ["line", "day", "payer", "money", "short_note", "becomes"]
    list_display_links = ["line", "day"]
    list_filter = [StateFilter, FileFilter]
    list_per_page = 100
    list_max_show_all = AT_ONCE
    show_full_result_count = False
    search_fields = ["payer", "email", "note", "transaction_id__exact", "pledge__reference__iexact"]
    search_help_text = gettext_lazy(
        "Words of the payer or the note, a transaction id, or a reference code."
    )
    actions = ["book_matched", "look_again", "leave_out"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_places()

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    # The list

    @admin.display(description=gettext_lazy("line"), ordering="number")
    def line(self, obj):
        return f"{obj.file.name}:{obj.number}"

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def money(self, obj):
        return obj.money

    @admin.display(description=gettext_lazy("note"))
    def short_note(self, obj):
        return truncatechars(obj.note, 60)

    @admin.display(description=gettext_lazy("what becomes of it"))
    def becomes(self, obj):
        return ": ".join(filter(None, (obj.get_state_display(), obj.match_text)))

    def changelist_view(self, request, extra_context=None):
        title = {"title": _("Rows of statements")}
        return super().changelist_view(request, title | (extra_context or {}))

    # Acts on many rows

    @admin.action(description=gettext_lazy("Book what is matched"), permissions=["change"])
    def book_matched(self, request, queryset):
        chosen = queryset.matched().order_by("pk").values_list("pk", flat=True)
        pks = list(chosen[: AT_ONCE + 1])
        done = confirm_all(StatementRow.objects.filter(pk__in=pks[:AT_ONCE]), by=request.user)
        told = ngettext("%d row booked.", "%d rows booked.", done.booked) % done.booked
        self.message_user(request, told, messages.SUCCESS if done.booked else messages.WARNING)
        for row, sentences in done.refused[:REFUSALS_SHOWN]:
            link = format_html('<a href="{}">{}</a>: {}', change_url(row), row, " ".join(sentences))
            self.message_user(request, link, messages.ERROR)
        if (more := len(done.refused) - REFUSALS_SHOWN) > 0:
            text = ngettext("%d more row was refused.", "%d more rows were refused.", more) % more
            self.message_user(request, text, messages.ERROR)
        if len(pks) > AT_ONCE:
            text = _("These were the first %(number)d. Press again for the next.")
            self.message_user(request, text % {"number": AT_ONCE}, messages.WARNING)

    @admin.action(description=gettext_lazy("Look for matches again"), permissions=["change"])
    def look_again(self, request, queryset):
        found = match_again(queryset)
        text = ngettext("%d match found.", "%d matches found.", found) % found
        self.message_user(request, text, messages.SUCCESS if found else messages.INFO)

    @admin.action(description=gettext_lazy("Discard …"), permissions=["change"])
    def leave_out(self, request, queryset):
        """Ask for the reason once, then leave all chosen rows out."""
        form = DiscardForm(request.POST if "why" in request.POST else None)
        rows = StatementRow.objects.filter(pk__in=queryset.values("pk"))
        if form.is_valid():
            number = discard(rows, why=form.cleaned_data["why"], by=request.user)
            text = ngettext("%d row discarded.", "%d rows discarded.", number) % number
            self.message_user(request, text, messages.SUCCESS if number else messages.WARNING)
            return None
        waiting = rows.waiting()
        context = {
            "form": form,
            "rows": waiting[:ROWS_SHOWN],
            "more": max(0, waiting.count() - ROWS_SHOWN),
            "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME)[:AT_ONCE],
            "select_across": request.POST.get("select_across", "0"),
        }
        return self.render(request, "discard", _("Discard rows"), context)

    # One row

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show a row with whom it may have come from; decide what it becomes."""
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        if request.method == "POST":
            if not self.has_change_permission(request, row):
                raise PermissionDenied
            return self.decide(request, row)
        return self.show_row(request, row, DiscardForm())

    def show_row(self, request, row, discard_form):
        may_decide = self.has_change_permission(request, row)
        asked = request.GET.get("q", "").strip()[:100]
        found = candidates(row, asked) if may_decide and row.is_waiting else None
        context = {
            "row": row,
            "found": found,
            "asked": asked,
            "may_decide": may_decide,
            "discard_form": discard_form,
        }
        return self.render(request, "row", str(row), context)

    def decide(self, request, row):
        """Do what was pressed; say what was refused. Back to the list when it is done."""
        form = DiscardForm(request.POST)
        if "discard" in request.POST and not form.is_valid():
            return self.show_row(request, row, form)
        try:
            told = self.act(request, row, form)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
            return redirect(change_url(row))
        self.message_user(request, told, messages.SUCCESS)
        return redirect("admin:donations_statementrow_changelist")

    def act(self, request, row, form):
        if "discard" in request.POST:
            rows = StatementRow.objects.filter(pk=row.pk)
            if not discard(rows, why=form.cleaned_data["why"], by=request.user):
                raise ValidationError(_("This row is decided already."))
            return _("Discarded.")
        if "take_up" in request.POST:
            take_up(row, by=request.user)
            return _("It waits again.")
        gift = confirm(row, by=request.user, **chosen_in(request.POST, row))
        return _("Booked: %(gift)s.") % {"gift": gift}

    def render(self, request, name, title, context):
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/donations/statement_{name}.html", context)


def chosen_in(posted, row):
    """Return what the buttons say a row is: nothing for its own match. Http404 for nonsense."""
    kind, _colon, pk = posted.get("book", "").partition(":")
    if kind == "match":
        return {}
    if kind == "nobody" and not row.is_refund:
        return {"donor": None}
    if kind == "newcomer" and not row.is_refund:
        return {"newcomer": True}
    rows = CHOICES[kind].objects.filter(pk=int(pk)) if kind in CHOICES and pk.isdecimal() else ()
    for chosen in rows:
        return {kind: chosen}
    raise Http404
