"""What treasurers do with the ticked gifts of a list: receipts, thanks, each gift by itself."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from donations.printing import pdf_response, print_receipts, unprintable_on
from donations.receipts import issue
from donations.thanking import note_thanked, thank

SENTENCES_SHOWN = 5
MOST_PAGES = 200  # of one PDF: more would take longer than a browser waits


class ThanksFilter(admin.SimpleListFilter):
    title = gettext_lazy("thanks")
    parameter_name = "thanks"

    def lookups(self, request, model_admin):
        return [
            ("due", _("Not yet thanked")),
            ("post", _("Not yet thanked, no e-mail address")),
            ("done", _("Thanked")),
        ]

    def queryset(self, request, queryset):
        narrowed = {
            "due": lambda: queryset.unthanked(),
            "post": lambda: queryset.unthanked().filter(donor__email=""),
            "done": lambda: queryset.exclude(thanked_on=None),
        }
        return narrowed[self.value()]() if self.value() in narrowed else queryset


class ReceiptFilter(admin.SimpleListFilter):
    title = gettext_lazy("receipt")
    parameter_name = "receipt"

    def lookups(self, request, model_admin):
        return [("none", _("None yet")), ("valid", _("Issued"))]

    def queryset(self, request, queryset):
        narrowed = {
            "none": lambda: queryset.without_receipt(),
            "valid": lambda: queryset.filter(receipts__void_on=None, receipts__isnull=False),
        }
        return narrowed[self.value()]() if self.value() in narrowed else queryset


class GiftActs:
    """Adds to the list of gifts what is done with many of them at once."""

    actions = ["issue_receipts", "send_thanks", "note_thanks"]

    def has_receipts_permission(self, request):
        return request.user.has_perm("donations.change_receipt")

    @admin.action(description=gettext_lazy("Issue receipts"), permissions=["receipts"])
    def issue_receipts(self, request, queryset):
        """Issue what is missing, in the order in which the gifts came, and say what it was."""
        before = set(queryset.filter(receipts__void_on=None).values_list("receipts", flat=True))
        receipts = self.each(request, queryset, lambda gift: issue(gift, by=request.user))
        new = [receipt for receipt in receipts if receipt.pk not in before]
        text = ngettext("%(count)d receipt issued: %(numbers)s.",
                        "%(count)d receipts issued: %(numbers)s.", len(new))  # fmt: skip
        numbers = _("%(first)s to %(last)s") if len(new) > 1 else "%(first)s"
        if new:
            numbers %= {"first": new[0], "last": new[-1]}
            told = text % {"count": len(new), "numbers": numbers}
            self.message_user(request, told, messages.SUCCESS)
        warn_of_signs(self, request, new)

    @admin.action(description=gettext_lazy("Send the letter of thanks"), permissions=["change"])
    def send_thanks(self, request, queryset):
        count = len(self.each(request, queryset, thank))
        text = ngettext("%d letter of thanks is on its way.",
                        "%d letters of thanks are on their way.", count)  # fmt: skip
        self.message_user(request, text % count, messages.SUCCESS if count else messages.INFO)

    @admin.action(
        description=gettext_lazy("Note that you thanked today, by post or in person"),
        permissions=["change"],
    )
    def note_thanks(self, request, queryset):
        count = len(self.each(request, queryset, note_thanked))
        text = ngettext("%d gift is marked as thanked.", "%d gifts are marked as thanked.", count)
        self.message_user(request, text % count, messages.SUCCESS if count else messages.INFO)

    def each(self, request, queryset, act):
        """Act on each gift by itself; return what came of those that went well, and say why not."""
        done, refusals = [], []
        gifts = queryset.select_related("donor").order_by("received_on", "pk")
        for gift in gifts:
            try:
                done.append(act(gift))
            except ValidationError as refusal:
                refusals.append(f"{gift}: {' '.join(refusal.messages)}")
        tell_refusals(self, request, refusals)
        return done


def tell_refusals(model_admin, request, refusals):
    for sentence in refusals[:SENTENCES_SHOWN]:
        model_admin.message_user(request, sentence, messages.WARNING)
    more = len(refusals) - SENTENCES_SHOWN
    if more > 0:
        text = ngettext("%d more like these.", "%d more like these.", more)
        model_admin.message_user(request, text % more, messages.WARNING)


def warn_of_signs(model_admin, request, receipts):
    """Say which names lose a sign on paper, and what to do."""
    warnings = [
        _("Receipt %(number)s: the typeface has no %(signs)s, so a 〓 stands there. Write the name"
          " of %(donor)s in other letters, and issue it again.")
        % {"number": receipt, "signs": " ".join(signs), "donor": receipt.donation.donor}
        for receipt in receipts
        if (signs := unprintable_on(receipt))
    ]  # fmt: skip
    tell_refusals(model_admin, request, warnings)


def receipts_answer(model_admin, request, queryset, name):
    """Return one PDF of the ticked receipts; None, with a sentence, when they are too many."""
    receipts = list(queryset[: MOST_PAGES + 1])
    if len(receipts) > MOST_PAGES:
        text = _("Tick %(most)d receipts at most: more make no file that opens quickly.")
        model_admin.message_user(request, text % {"most": MOST_PAGES}, messages.ERROR)
        return None
    return pdf_response(print_receipts(receipts), name)
