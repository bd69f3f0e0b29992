"""The office's tool for whatever is published, and the list of old addresses."""

from collections import Counter

from csp.decorators import csp_update
from django.contrib import admin, messages
from django.contrib.admin import actions
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from js_asset.media import Media

from accounts.sessions import AsksAgain
from library.admin import tell_withheld

from .forms import OldAddressForm, PublishableForm, address_of
from .models import OldAddress, Synonyms, WrongState
from .queue_admin import AttentionAdmin
from .search import Term, build_query, read_terms
from .steps import SITUATIONS, STEPS, in_situation, situation_of, was_public
from .versions import VersionsAdmin

admin.site.site_title = gettext_lazy("LFNKR office")
admin.site.site_header = gettext_lazy("Life Funds for North Korean Refugees: office")
admin.site.index_title = gettext_lazy("Your desk")

# The editor of rich text writes one <style> of its own; this is its hash. A browser test fails
# when a new version of the editor needs another.
RICH_TEXT_POLICY = {"style-src": "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"}
# So many sentences of one bulk action are read; more are counted.
SENTENCES_SHOWN = 5


class SituationFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "situation"

    def lookups(self, request, model_admin):
        return SITUATIONS.items()

    def queryset(self, request, queryset):
        return in_situation(queryset, self.value()) if self.value() in SITUATIONS else queryset


class KeepsRelated:
    """Shows no button beside a choice that deletes what was chosen, from the whole site."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field


class PublishableAdmin(KeepsRelated, AttentionAdmin, VersionsAdmin):
    """Writes, reviews, publishes and withdraws; the model decides what each state allows.

    `state` is in no form: a button asks for a step, and the step needs its own permission.
    """

    form = PublishableForm
    change_form_template = "admin/publishable_change_form.html"
    actions = ["submit", "publish", "withdraw", "delete_selected"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    readonly_fields = ["state_now"]

    def get_search_results(self, request, queryset, search_term):
        """Search as readers do, in all states; the last word may be unfinished. One query more.

        Who only leaves out words sees all that lacks them.
        """
        if not search_term:
            return queryset, False
        terms, synonyms = read_terms(search_term), Synonyms.objects.groups()
        if query := build_query(terms, synonyms, prefix=True):
            return queryset.filter(search=query), False
        for term in terms:
            queryset = queryset.exclude(search=build_query([Term(term.text)], synonyms))
        return queryset if terms else queryset.none(), False

    # Who may what

    def has_submit_permission(self, request):
        return self.may(request, "submit")

    def has_publish_permission(self, request):
        return self.may(request, "publish")

    def may(self, request, permission):
        opts = self.opts
        return request.user.has_perm(f"{opts.app_label}.{permission}_{opts.model_name}")

    def has_delete_permission(self, request, obj=None):
        """What outsiders have ever seen is withdrawn, never deleted: its address has to say so."""
        return super().has_delete_permission(request, obj) and not (obj and was_public(obj))

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if self.may(request, "publish") else [*fields, "published_at"]

    # The form

    @admin.display(description=gettext_lazy("state"))
    def state_now(self, obj):
        if obj.pk is None:
            return _("New, not saved yet")
        if obj.is_scheduled:
            moment = localize(localtime(obj.published_at))
            return _("Scheduled: becomes public by itself on %(moment)s") % {"moment": moment}
        return obj.state_label

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["media"] = Media.from_media(context["media"], nonce=str(request.csp_nonce))
        # A pop-up only picks what it saves; publishing is decided in the form itself.
        context["step_buttons"] = [] if context["is_popup"] else self.step_buttons(request, obj)
        context["show_save_and_add_another"] = False
        render = csp_update(RICH_TEXT_POLICY)(super().render_change_form)
        return render(request, context, add, change, form_url, obj)

    def step_buttons(self, request, obj):
        """Return (name, label) of the steps that this person may ask for in this state."""
        row = obj or self.model()
        return [
            (name, step.button_for(row))
            for name, step in STEPS.items()
            if situation_of(row) in step.offered_to and self.may(request, step.permission)
        ]

    def view_on_site(self, obj):
        return obj.get_absolute_url() + ("" if obj.is_public else "?preview")

    def save_model(self, request, obj, form, change):
        stored = self.model.objects.filter(pk=obj.pk).first() if change else None
        super().save_model(request, obj, form, change)
        if stored and was_public(stored) and address_of(stored) != address_of(obj):
            OldAddress.objects.remember(address_of(stored), obj)

    def response_add(self, request, obj, post_url_continue=None):
        if name := request.POST.get("_step"):
            self.take_step(request, obj, name)
            return self.response_post_save_add(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        if name := request.POST.get("_step"):
            self.take_step(request, obj, name)
            return self.response_post_save_change(request, obj)
        return super().response_change(request, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if form.instance.state == form.instance.State.PUBLISHED:
            tell_withheld(self, request, form.instance.withheld_photos())

    def take_step(self, request, obj, name):
        """Take the step that a button asked for; refusing it takes back the save, too."""
        step = STEPS.get(name)
        if not step or not self.may(request, step.permission):
            raise PermissionDenied
        try:
            step.take(obj)
        except WrongState as reason:
            self.message_user(request, _("Saved, but: %s") % reason, messages.WARNING)
        else:
            self.message_user(request, self.sentence_after(obj), messages.SUCCESS)

    def sentence_after(self, obj):
        return format_html(
            _("“{title}” is saved. State: {state}."),
            title=format_html('<a href="{}">{}</a>', self.view_on_site(obj), obj),
            state=self.state_now(obj),
        )

    # The list

    @admin.action(description=gettext_lazy("Submit for review"), permissions=["submit"])
    def submit(self, request, queryset):
        self.take_step_for_all(request, queryset, STEPS["submit"])

    @admin.action(description=gettext_lazy("Publish"), permissions=["publish"])
    def publish(self, request, queryset):
        self.take_step_for_all(request, queryset, STEPS["publish"])

    @admin.action(description=gettext_lazy("Withdraw"), permissions=["publish"])
    def withdraw(self, request, queryset):
        self.take_step_for_all(request, queryset, STEPS["withdraw"])

    @admin.action(
        description=gettext_lazy("Delete (only what was never public)"), permissions=["delete"]
    )
    def delete_selected(self, request, queryset):
        kept = [row for row in queryset if was_public(row)]
        self.tell_refusals(
            request,
            [_("“%s” was public: withdraw it instead of deleting it.") % row for row in kept],
        )
        rest = queryset.exclude(pk__in=[row.pk for row in kept])
        return actions.delete_selected(self, request, rest) if rest else None

    @transaction.atomic
    def take_step_for_all(self, request, queryset, step):
        """Take the step for each row that allows it, and tell of each that does not, and why."""
        taken, refused = Counter(), []
        chosen = self.model.objects.filter(pk__in=queryset.order_by().values("pk"))
        for row in chosen.select_for_update():
            try:
                step.take(row)
            except WrongState as reason:
                refused.append(str(reason))
            else:
                taken[str(row.state_label)] += 1
        for state, count in taken.items():
            changed = ngettext(
                "%(count)s changed. State: %(state)s.",
                "%(count)s changed. State: %(state)s.",
                count,
            )
            self.message_user(request, changed % {"count": count, "state": state}, messages.SUCCESS)
        self.tell_refusals(request, refused)

    def tell_refusals(self, request, sentences):
        for sentence in sentences[:SENTENCES_SHOWN]:
            self.message_user(request, sentence, messages.WARNING)
        if (more := len(sentences) - SENTENCES_SHOWN) > 0:
            text = ngettext(
                "%d more was left as it is for the same reason.",
                "%d more were left as they are for such reasons.",
                more,
            )
            self.message_user(request, text % more, messages.WARNING)


@admin.register(Synonyms)
class SynonymsAdmin(admin.ModelAdmin):
    """Spellings that a search takes for one another."""

    search_fields = ["words"]


@admin.register(OldAddress)
class OldAddressAdmin(AsksAgain, admin.ModelAdmin):
    form = OldAddressForm
    list_display = ["path", "target_link", "target_state"]
    search_fields = ["path"]
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("target")

    @admin.display(description=gettext_lazy("leads to"))
    def target_link(self, obj):
        if obj.goes_to:
            return format_html('<a href="{}">{}</a>', obj.goes_to, obj.goes_to)
        if obj.target is None:
            return _("Nothing: its page was deleted.")
        return format_html('<a href="{}">{}</a>', address_of(obj.target), obj.target)

    @admin.display(description=gettext_lazy("state of that page"))
    def target_state(self, obj):
        return obj.target and obj.target.state_label
