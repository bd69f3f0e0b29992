from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from correspondence.models import OutgoingEmail


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(admin.ModelAdmin):
    """What became of each e-mail. What it says is shown to nobody: it may hold a private link."""

    list_display = ["queued_at", "state", "subject", "tries", "last_error"]
    list_filter = ["state"]
    search_fields = ["message_id"]
    search_help_text = _("The Message-ID, as the mail server's log shows it.")
    fields = [
        "subject",
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
