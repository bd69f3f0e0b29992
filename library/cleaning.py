"""What the cleaners of photos and documents hand on: a clean file, or a refusal that helps."""

import secrets

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile


class Refused(ValidationError):
    """A file that cannot be made clean. Its message tells the colleague what to do instead."""


class CleanFile(ContentFile):
    """Bytes that a cleaner wrote, under a new name of 128 random bits that says nothing.

    `facts` are the model's fields that describe the file, such as its width or its size.
    """

    def __init__(self, content, suffix, facts):
        super().__init__(content, name=f"{secrets.token_hex(16)}.{suffix}")
        self.facts = facts
