"""The e-mails of events: each in the language of who gets it, queued with what caused it."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation


def send(template, language, to, subject, **context):
    """Queue an e-mail in the caller's transaction; `subject` is called in the e-mail's language.

    No name and no place stands in a subject, for subjects end up in logs.
    """
    with translation.override(language):
        words = {"SITE_URL": settings.SITE_URL} | {
            name: value() if callable(value) else value for name, value in context.items()
        }
        body = render_to_string(f"events/mails/{template}.txt", words)
        EmailMessage(subject(), body.strip() + "\n", to=[to]).send()


def send_to_volunteer(template, volunteer, subject, **context):
    send(template, volunteer.mail_language, volunteer.user.email, subject, volunteer=volunteer,
         **context)  # fmt: skip
