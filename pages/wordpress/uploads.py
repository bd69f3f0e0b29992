"""Pictures and documents of the old site, taken from its uploads folder into the library."""

import contextlib
import hashlib
import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from library.cleaning import Refused
from library.models import Document, Photo
from library.uploads import FILE_LIMIT, FILE_TOO_LARGE
from pages.wordpress.addresses import split
from pages.wordpress.export import words
from pages.wordpress.file import ExportError
from publishing.models import ImportedItem, content_type_of

# What WordPress adds to the name of a picture that it scaled or that somebody edited.
SCALED = re.compile(r"(-\d+x\d+|-scaled|-rotated|-e\d{9,})+(?=\.\w+$)")
# "IMG_2034" says nothing to who cannot see the picture.
NAME_BY_CAMERA = re.compile(
    r"(img|dsc[fn]?|p|pict|image|photo|scan|screenshot)?[\W\d_]*(\.\w{3,4})?", re.IGNORECASE
)


PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp)$", re.IGNORECASE)


class Missing(Exception):
    """A file that cannot come along; says why in a few words."""


class Unfit(Missing):
    """A file that is there and is refused."""


class Uploads:
    """Finds files by an attachment's number or by their old address, and takes each once."""

    def __init__(self, folder, attachments, addresses, source):
        if folder is not None and not Path(folder).is_dir():
            raise ExportError(_("The uploads %s are not a folder.") % folder)
        self.folder = folder and Path(folder).resolve()
        self.attachments = attachments  # by number
        self.by_file = {file_of(item): item for item in attachments.values()}
        self.addresses, self.source = addresses, source
        self.taken = {}  # key -> Photo, Document or, when it could not be taken, why
        self.reader = None  # whose text is converted now
        self.shown_by = {}  # line of an attachment -> the first whose text shows it
        self.captions = {}  # id of a photo -> what stands below it in the first text that shows it
        self.refused = []
        self.stored = []  # names in the storage, of this run
        self.remembered = []

    def recall(self):
        """Know what earlier imports took, and what of that staff deleted. Three queries."""
        rows = ImportedItem.objects.filter(source=self.source, key__startswith="file ")
        for item in rows.prefetch_related("row"):
            self.taken[item.key] = item.row or _("%s was deleted by staff") % item.key[5:]

    def attachment_for(self, picture):
        """Return the attachment that a picture of a text shows, if the export tells of it."""
        if picture.id in self.attachments:
            return self.attachments[picture.id]
        file = self.file_at(picture.src)
        return file and (self.by_file.get(file) or self.by_file.get(SCALED.sub("", file)))

    def file_at(self, address):
        """Return the path below the uploads folder of a file at an old address, or None."""
        path = self.addresses.path_of(address)
        return path.partition("/uploads/")[2] or None if path else None

    def is_picture(self, address):
        """Whether an address is that of a picture's file, to which its small copy in a text leads."""
        return bool(PICTURE.search(self.file_at(address) or ""))

    def photo(self, picture, title):
        """Return the photo that a picture becomes; Missing when it cannot come along."""
        attachment = self.attachment_for(picture)
        file = file_of(attachment) if attachment else self.file_at(picture.src)
        if not file:
            raise Missing(
                _("%s is on another site") % (picture.src[:200] or _("one without address"))
            )
        alt = picture.alt or described(attachment) or neutral(attachment, title)
        caption = picture.caption or (words(attachment.excerpt) if attachment else "")
        about = {"alt": alt[:300], "caption": caption[:500]}
        photo = self.take(file, attachment, Photo, about)
        self.captions.setdefault(photo.pk, about["caption"])
        return photo

    def lacks_alt(self, picture, photo, title):
        """Tell whether nobody ever described a photo, here or on the old site."""
        attachment = self.attachment_for(picture)
        given = picture.alt or described(attachment)
        return not given and photo.alt == neutral(attachment, title)[:300]

    def document(self, address):
        """Return the document at an old address, or None; Missing when it cannot come along."""
        file = self.file_at(address)
        if not file or not file.lower().endswith(".pdf"):
            return None
        attachment = self.by_file.get(file)
        title = (attachment and attachment.title) or Path(file).stem.replace("-", " ")
        return self.take(file, attachment, Document, {"title": title[:200]})

    def take(self, file, attachment, model, about):
        """Return the file's row in the library; made once, and never again, whatever comes of it."""
        if attachment:
            self.shown_by.setdefault(attachment.line, self.reader)
        key = f"file {file}"[:300]
        if key not in self.taken:
            try:
                self.taken[key] = self.made(file, key, model, about)
            except Missing as reason:
                self.taken[key] = str(reason)
                self.refused += [str(reason)] * isinstance(reason, Unfit)
        if not isinstance(self.taken[key], model):
            raise Missing(str(self.taken[key]))
        return self.taken[key]

    def made(self, file, key, model, about):
        content = self.content_of(file)
        try:
            row = model(**about)
            row.file.save(file, ContentFile(content), save=False)
        except Refused as refusal:
            raise Unfit(f"{file}: {' '.join(refusal.messages)}") from None
        self.stored.append(row.file.name)
        row.save()
        self.remembered.append(
            ImportedItem(
                source=self.source,
                key=key,
                place=file[:300],
                raw="",
                digest=hashlib.sha256(content).hexdigest(),
                content_type=content_type_of(row),
                object_id=row.pk,
            )
        )
        return row

    def content_of(self, file):
        """Return the bytes of a file below the folder, and of none elsewhere."""
        if self.folder is None:
            raise Missing(_("%s; no uploads folder was given") % file)
        try:
            path = self.place_of(file).resolve()
            if not path.is_relative_to(self.folder):
                raise Unfit(_("%s leads out of the uploads folder") % file)
            if not path.is_file():
                raise Missing(_("%s is not in the uploads folder") % file)
            if path.stat().st_size > FILE_LIMIT:
                raise Unfit(f"{file}: {FILE_TOO_LARGE}")
            return path.read_bytes()
        except (OSError, ValueError) as error:  # unreadable, a name too long, a NUL in it
            reason = getattr(error, "strerror", None) or error
            raise Missing(f"{file}: {reason}") from None

    def old_paths(self):
        """Return {old path: new address} of each file that was taken."""
        folder = self.addresses.archive("wp-content", "uploads")
        return {
            f"{folder}/{key.removeprefix('file ')}": row.file.url
            for key, row in self.taken.items()
            if not isinstance(row, str)
        }

    def reason_unused(self, attachment):
        """Return why an attachment stays behind, or None when some text shows it."""
        if attachment.line in self.shown_by:
            return None
        file = file_of(attachment)
        if not file or (self.folder and not self.is_there(file)):
            return "file-missing"
        return "attachment-unused"

    def is_there(self, file):
        try:
            return self.place_of(file).is_file()
        except (OSError, ValueError):
            return False

    def place_of(self, file):
        """Return where a file lies; a Mac parts the signs of its name that others compose."""
        names = dict.fromkeys(
            [file, *(unicodedata.normalize(form, file) for form in ("NFC", "NFD"))]
        )
        places = [self.folder / name for name in names]
        return next((place for place in places if place.is_file()), places[0])

    def remember(self):
        """Note what was taken since the last call. One query."""
        ImportedItem.objects.bulk_create(self.remembered)
        self.remembered = []

    @contextlib.contextmanager
    def removed_unless_kept(self, dry_run):
        """Take the files of this run out of the storage again when nothing of it is kept."""
        kept = False
        try:
            yield
            kept = not dry_run
        finally:
            if not kept:
                for name in self.stored:
                    default_storage.delete(name)


def file_of(attachment):
    """Return the path of an attachment's file below the uploads folder."""
    named = attachment.meta.get("_wp_attached_file", "")
    return named or unquote(split(attachment.url).path).partition("/uploads/")[2]


def described(attachment):
    return attachment.meta.get("_wp_attachment_image_alt", "").strip() if attachment else ""


def neutral(attachment, title):
    """Return words that stand in for a missing description: never none."""
    own = attachment.title if attachment else ""
    return _("Picture: %s") % title if NAME_BY_CAMERA.fullmatch(own) else own
