from django.contrib import admin
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from correspondence.models import ContactMessage, OutgoingEmail


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(admin.ModelAdmin):
    """What became of each e-mail. What it says is shown to nobody: it may hold a private link."""

    list_display = ["queued_at", "state", "what", "tries", "last_error"]
    list_filter = ["state"]
    search_fields = ["message_id"]
    search_help_text = _("The Message-ID, as the mail server's log shows it.")
    fields = [
        "what",
        "state",
        "sender",
        "recipients",
        "outstanding",
        "tries",
        "last_error",
        "queued_at",
        "next_try_at",
        "sent_at",
        "message_id",
    ]
    actions = ["try_again"]

    @admin.display(description=_("subject"))
    def what(self, mail):
        """A letter of ours has no subject before it is written; its name tells staff enough."""
        return mail.subject or mail.letter

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_try_again_permission(self, request):
        # An auditor, who may only look, must not send.
        return request.user.has_perm("correspondence.change_outgoingemail")

    @admin.action(description=_("Try again"), permissions=["try_again"])
    def try_again(self, request, queryset):
        count = queryset.try_again()
        message = ngettext(
            "%d given-up e-mail is queued again.", "%d given-up e-mails are queued again.", count
        )
        self.message_user(request, message % count)


@admin.register(ContactMessage)
class ContactMessageAdmin(admin.ModelAdmin):
    """What people wrote to us. It is answered by e-mail; here stands only what became of it."""

    list_display = ["received_at", "name", "beginning", "state"]
    list_filter = ["state"]
    search_fields = ["name", "email", "text"]
    search_help_text = _("Words of the message, the sender's name or e-mail address.")
    show_full_result_count = False
    fields = ["received_at", "state", "name", "email", "text", "erased_at"]
    readonly_fields = ["received_at", "name", "email", "text", "erased_at"]
    actions = ["answered", "spam", "erase"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("message"))
    def beginning(self, obj):
        return _("(erased)") if obj.erased_at else Truncator(obj.text).chars(80)

    @admin.action(description=_("Mark as answered"), permissions=["change"])
    def answered(self, request, queryset):
        self.tell_state(request, queryset.mark(ContactMessage.State.ANSWERED))

    @admin.action(description=_("Mark as spam"), permissions=["change"])
    def spam(self, request, queryset):
        self.tell_state(request, queryset.mark(ContactMessage.State.SPAM))

    def tell_state(self, request, count):
        text = ngettext("%d message is marked.", "%d messages are marked.", count)
        self.message_user(request, text % count)

    @admin.action(
        description=_("Erase name, address and text for good (day and state stay)"),
        permissions=["change"],
    )
    def erase(self, request, queryset):
        count = queryset.erase()
        text = ngettext("%d message is erased.", "%d messages are erased.", count)
        self.message_user(request, text % count)
