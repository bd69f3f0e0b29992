"""Receive uploads in memory only: their original bytes never touch a disk."""

import io

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext_lazy as _

MEGABYTE = 1024 * 1024
FILE_LIMIT = 25 * MEGABYTE
# All files of one form together: nobody may fill the server's memory, signed in or not.
FORM_LIMIT = 100 * MEGABYTE

FILE_TOO_LARGE = _(
    "This file is larger than 25 MB. Save a photo smaller (4,000 pixels wide is plenty) "
    "or a PDF as “reduced size”, and choose that file."
)
FORM_TOO_LARGE = _(
    "The files of this form are larger than 100 MB together. Choose this one again by itself."
)


class OversizedUpload(InMemoryUploadedFile):
    """Stands for a file whose bytes were not kept; `refusal` says why.

    It looks empty, so that form fields which do not know this class refuse it too.
    """

    def __init__(self, refusal, *args):
        super().__init__(io.BytesIO(), *args)
        self.refusal = refusal


class MemoryOnlyUploadHandler(FileUploadHandler):
    """Keep each file in memory up to the limits; beyond them, read on and keep nothing."""

    kept_by_form = 0

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.buffer = io.BytesIO()

    def receive_data_chunk(self, raw_data, start):
        if self.buffer is None:
            return
        self.buffer.write(raw_data)
        self.kept_by_form += len(raw_data)
        if self.buffer.tell() > FILE_LIMIT or self.kept_by_form > FORM_LIMIT:
            self.kept_by_form -= self.buffer.tell()
            self.buffer = None

    def file_complete(self, file_size):
        about = (self.field_name, self.file_name, self.content_type)
        more = (self.charset, self.content_type_extra)
        if self.buffer is None:
            refusal = FILE_TOO_LARGE if file_size > FILE_LIMIT else FORM_TOO_LARGE
            return OversizedUpload(refusal, *about, 0, *more)
        self.buffer.seek(0)
        return InMemoryUploadedFile(self.buffer, *about, file_size, *more)
