"""The ledger of each need: its numbers, its lines, and the acts that add to them."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from campaigns.disclosure import is_told
from campaigns.entry_forms import ACTS, DetailForm, EntryForm
from campaigns.models import Entry, EntryDetail, Need
from campaigns.posting import reverse as take_back
from campaigns.templatetags.campaigns_office import quantity_of_line
from publishing.versions import VersionsAdmin

from .exports import EntryTable, Exported, NeedTable

# Lines of pledges and donations come and go with these; the ledger only shows them.
ENTERED_ELSEWHERE = {Entry.Kind.PLEDGED, Entry.Kind.RELEASED, Entry.Kind.FUNDED}
LINES_ON_A_PAGE = 100
OTHER_END = ["came_from__need__campaign", "came_from__need__supply", "went_to__need__campaign",
             "went_to__need__supply"]  # fmt: skip


class WaitingFilter(admin.SimpleListFilter):
    title = gettext_lazy("what waits")
    parameter_name = "waits"

    def lookups(self, request, model_admin):
        return [
            ("way", _("Goods on the way")),
            ("store", _("Goods in stock")),
            ("cost", _("Cost unknown")),
        ]

    def queryset(self, request, queryset):
        narrowed = {
            "way": lambda: queryset.filter(on_the_way__gt=0),
            "store": lambda: queryset.filter(in_stock__gt=0),
            "cost": lambda: queryset.without_cost(),
        }
        return narrowed[self.value()]() if self.value() in narrowed else queryset


class OnlyShown(Exported, admin.ModelAdmin):
    """Rows that come into being elsewhere: in a campaign's form, and by acts on a need."""

    list_per_page = 50
    show_full_result_count = False

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("campaigns.view_entry")

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Need)
class NeedAdmin(OnlyShown):
    """Needs are written in their campaign; here stands what became of each."""

    table = NeedTable
    list_display = ["name", "campaign", "needed", "pledged", "received", "in_stock", "on_the_way",
                    "delivered"]  # fmt: skip
    list_filter = [WaitingFilter, "supply", "campaign"]
    ordering = ["-campaign__starts_on", "campaign", "position", "pk"]
    search_fields = ["campaign__title_en", "supply__name_en", "purpose_en"]
    search_help_text = gettext_lazy("Words of the campaign's title, the supply or the purpose.")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("supply", "campaign").with_quantities()

    def may_enter(self, request):
        return request.user.has_perm("campaigns.add_entry")

    # The list

    @admin.display(description=gettext_lazy("need"))
    def name(self, obj):
        return str(obj)

    @admin.display(description=gettext_lazy("needed"))
    def needed(self, obj):
        return obj.text_of(obj.target)

    @admin.display(description=gettext_lazy("pledged"), ordering="pledged")
    def pledged(self, obj):
        return obj.text_with(obj.pledged, obj.pledged_money)

    @admin.display(description=pgettext_lazy("quantity", "received"), ordering="received")
    def received(self, obj):
        return obj.text_with(obj.received, obj.received_money)

    @admin.display(description=gettext_lazy("delivered"), ordering="delivered")
    def delivered(self, obj):
        return "" if obj.is_money else obj.text_of(obj.delivered)

    @admin.display(description=gettext_lazy("in stock"), ordering="in_stock")
    def in_stock(self, obj):
        return "" if obj.is_money else obj.text_of(obj.in_stock)

    @admin.display(description=gettext_lazy("on the way"), ordering="on_the_way")
    def on_the_way(self, obj):
        return "" if obj.is_money else obj.text_of(obj.on_the_way)

    # The ledger of one need

    def get_urls(self):
        own = [
            path("<int:pk>/enter/<slug:act>/", self.view(self.enter), name="campaigns_need_enter"),
            path("<int:pk>/reverse/<int:line>/", self.view(self.reverse_line), name="campaigns_need_reverse"),
        ]  # fmt: skip
        return own + super().get_urls()

    def view(self, view):
        return self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(view))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show the numbers of a need and its lines, newest first. A fixed number of queries."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        need = self.get_object(request, object_id)
        if need is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        lines = self.lines_of(need, request.GET.get("page"))
        may_enter = self.may_enter(request)
        context = {
            "numbers": numbers_of(need),
            "lines": lines,
            "acts": [] if need.is_money or not may_enter else ACTS.items(),
            "reversible": {line.pk for line in lines if may_enter and is_reversible(line)},
            "may_change_detail": request.user.has_perm("campaigns.change_entrydetail"),
            "may_see_detail": request.user.has_perm("campaigns.view_entrydetail"),
        }
        return self.render(request, need, "ledger", str(need), context)

    def lines_of(self, need, page):
        """Return one page of a need's lines, newest first. Two queries."""
        lines = need.entries.select_related(
            "entered_by", "detail__region", "detail__report", "reversed_by", *OTHER_END
        )
        page = Paginator(lines.order_by("-pk"), LINES_ON_A_PAGE).get_page(page)
        for line in page:
            line.need = need
        return page

    def enter(self, request, pk, act):
        need = self.need_to_act_on(request, pk)
        if act not in ACTS or need.is_money:
            raise Http404
        form = EntryForm(need, ACTS[act], request.POST or None)
        if request.method == "POST" and form.is_valid() and form.enter(by=request.user):
            self.message_user(request, _("Entered."), messages.SUCCESS)
            return redirect("admin:campaigns_need_change", need.pk)
        need = self.get_object(request, pk)
        context = {
            "form": form,
            "numbers": numbers_of(need),
            "media": self.media + form.media,
            "is_delivery": act == "deliver",
        }
        return self.render(request, need, "enter", ACTS[act].title, context)

    def reverse_line(self, request, pk, line):
        """Ask once, then enter the line that takes another back."""
        need = self.need_to_act_on(request, pk)
        entry = need.entries.select_related(*OTHER_END).filter(pk=line).first()
        if entry is None or entry.of_donation or entry.kind in ENTERED_ELSEWHERE:
            raise Http404
        entry.need = need
        context = {"line": entry, "numbers": numbers_of(need), "is_told": is_told(entry)}
        if request.method == "POST":
            try:
                take_back(entry, by=request.user)
            except ValidationError as refusal:
                context["refusal"] = refusal.messages
            else:
                self.message_user(request, _("Reversed. Now enter it right."), messages.SUCCESS)
                return redirect("admin:campaigns_need_change", need.pk)
        return self.render(request, need, "reverse", _("Reverse a line"), context)

    def need_to_act_on(self, request, pk):
        if not self.may_enter(request):
            raise PermissionDenied
        need = self.get_object(request, pk)
        if need is None:
            raise Http404
        return need

    def render(self, request, need, name, title, context):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "need": need,
            "title": title,
            "campaign_address": reverse("admin:campaigns_campaign_change", args=[need.campaign_id]),
            **context,
        }
        return TemplateResponse(request, f"admin/campaigns/{name}.html", context)


def numbers_of(need):
    """Return (name, text) of each number of a need that carries its quantities."""
    numbers = [
        (_("needed"), need.text_of(need.target)),
        (_("pledged"), need.text_with(need.pledged, need.pledged_money)),
        (pgettext("quantity", "received"), need.text_with(need.received, need.received_money)),
    ]
    if not need.is_money:
        numbers += [
            (_("in stock"), need.text_of(need.in_stock)),
            (_("on the way"), need.text_of(need.on_the_way)),
            (_("delivered"), need.text_of(need.delivered)),
        ]
    return numbers


def is_reversible(line):
    """Whether the office may still take this line back: once, and none that a donation made."""
    is_reversed = hasattr(line, "reversed_by")
    is_elsewhere = line.of_donation or line.kind in ENTERED_ELSEWHERE
    return not (line.reverses_id or is_reversed or is_elsewhere)


@admin.register(Entry)
class EntryAdmin(OnlyShown):
    """All lines of all needs, newest first; each leads to the ledger in which it stands."""

    table = EntryTable
    list_display = ["id", "happened_on", "campaign", "need", "kind", "sum", "entered_by"]
    list_filter = ["kind", "need__campaign"]
    list_select_related = ["need__campaign", "need__supply", "entered_by"]
    date_hierarchy = "happened_on"
    ordering = ["-pk"]

    def has_table_permission(self, request):
        return request.user.has_perm("campaigns.view_entrydetail")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        entry = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if entry is None:
            raise PermissionDenied
        return redirect("admin:campaigns_need_change", entry.need_id)

    @admin.display(description=gettext_lazy("campaign"), ordering="need__campaign")
    def campaign(self, obj):
        return obj.need.campaign

    @admin.display(description=gettext_lazy("quantity"))
    def sum(self, obj):
        return quantity_of_line(obj)


@admin.register(EntryDetail)
class EntryDetailAdmin(VersionsAdmin):
    """The one part of a line that may change. It is reached from the ledger."""

    form = DetailForm

    def changelist_view(self, request, extra_context=None):
        return redirect("admin:campaigns_entry_changelist")

    def save_model(self, request, obj, form, change):
        """Save; a private word that was emptied is forgotten in the versions before, too."""
        super().save_model(request, obj, form, change)
        emptied = {"private_place", "private_note"} & set(form.changed_data)
        if forgotten := {name: "" for name in emptied if not getattr(obj, name)}:
            obj.history.update(**forgotten)

    def has_module_permission(self, request):
        return False

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def response_post_save_change(self, request, obj):
        return redirect("admin:campaigns_need_change", obj.entry.need_id)
