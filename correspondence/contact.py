"""The contact form: what somebody writes to the office is kept, and mailed to it."""

from email.utils import make_msgid

from django import forms
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.utils import DNS_NAME
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .guard import GuardedForm
from .models import ContactMessage, OutgoingEmail
from .typed import LineField, MailAddressField

LONGEST = 5000  # characters: two pages


class ContactForm(GuardedForm):
    name = LineField(
        label=gettext_lazy("Your name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Tell us what to call you.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = MailAddressField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        error_messages={"required": gettext_lazy("Without your e-mail address we cannot answer.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Your message"),
        # Not max_length: browsers would cut off what is pasted, and say nothing.
        validators=[MaxLengthValidator(LONGEST)],
        error_messages={"required": gettext_lazy("Write what we shall read.")},
        widget=forms.Textarea(attrs={"rows": 9}),
    )

    def receive(self, office):
        """Keep the message and queue it for the office: both or neither, and only once."""
        written = {name: self.cleaned_data[name] for name in ("name", "email", "text")}
        with transaction.atomic():
            message, is_new = ContactMessage.objects.get_or_create(key=self.key(), defaults=written)
            if is_new:
                message.mail = queue(message, office)
                message.save(update_fields=["mail"])
        return message


def queue(message, office):
    """Queue the mail to the office, in its language, and return its row in the outbox."""
    number = make_msgid(domain=DNS_NAME)
    with translation.override(settings.LANGUAGE_CODE):
        # Names stay out of the subject, for subjects end up in logs.
        subject = _("Contact form: message %(number)s") % {"number": message.pk}
        body = render_to_string(
            "correspondence/contact_email.txt", {"message": message, "SITE_URL": settings.SITE_URL}
        )
    EmailMessage(
        subject, body, to=[office], reply_to=[message.email], headers={"Message-ID": number}
    ).send()
    return OutgoingEmail.objects.filter(message_id=number).first()
