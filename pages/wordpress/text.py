"""One text on its way: what its links, pictures and oddities come to."""

from dataclasses import dataclass, field

from pages.wordpress.html import Picture, convert
from pages.wordpress.reasons import FLAGS
from pages.wordpress.shortcodes import Shortcodes
from pages.wordpress.uploads import Missing


@dataclass
class Text:
    """What `convert` asks while it turns an item's content into HTML, and what it learnt."""

    item: object
    title: str
    addresses: object
    uploads: object
    html: str = ""
    photos: list = field(default_factory=list)  # in the order of the text, each once
    documents: list = field(default_factory=list)
    flags: list = field(default_factory=list)  # (reason, detail)
    notes: list = field(default_factory=list)

    @classmethod
    def of(cls, planned, item, addresses, uploads, attached):
        """Convert the content of an item. Costs queries for each file that is taken."""
        uploads.reader = planned
        text = cls(item, planned.title, addresses, uploads)
        shortcodes = Shortcodes(attached)
        text.html = convert(shortcodes.expand(item.content), text)
        text.flags += [("shortcode-unknown", name) for name in dict.fromkeys(shortcodes.unknown)]
        return text

    def link(self, address):
        """Return where a link leads now; what was not imported keeps its old address."""
        new = self.addresses.new_for(address, self.item.link)
        try:
            new = new or self.address_of_document(address)
        except Missing as reason:
            self.notes.append(("link-lost", str(reason)))
            return address
        lost = not new and self.addresses.path_of(address, self.item.link)
        if lost and not self.uploads.is_picture(address):
            self.notes.append(("link-lost", address))
        return new or address

    def address_of_document(self, address):
        document = self.uploads.document(address)
        if document and document not in self.documents:
            self.documents.append(document)
        return document and document.file.url

    def show(self, picture):
        """Take a picture of the text into the library; return whether its caption is there too.

        A photo has one caption, that of the first text that shows it.
        """
        try:
            photo = self.uploads.photo(picture, self.title)
        except Missing as reason:
            self.flags.append(("picture-missing", str(reason)))
            return False
        if self.uploads.lacks_alt(picture, photo, self.title):
            self.note("alt-missing", photo.alt)
        self.notes.append(("photo-moved", f"“{photo.alt}” ← “…{picture.after.strip()}”"))
        if photo not in self.photos:
            self.photos.append(photo)
        return self.uploads.captions[photo.pk] == picture.caption[:500]

    def note(self, code, words):
        if code in FLAGS:
            self.flags += [(code, words)] * ((code, words) not in self.flags)
        else:
            self.notes.append((code, words))

    def lead_photo(self):
        """Return the featured image, else the first of the text, or None.

        It is not repeated among the photos of the text.
        """
        number = self.item.meta.get("_thumbnail_id", "")
        if not number.isdecimal() or number == "0":
            return self.photos.pop(0) if self.photos else None
        try:
            picture = Picture(src="", id=int(number), alt="", caption="", after="")
            photo = self.uploads.photo(picture, self.title)
        except Missing as reason:
            self.flags.append(("picture-missing", str(reason)))
            return None
        if self.uploads.lacks_alt(picture, photo, self.title):
            self.note("alt-missing", photo.alt)
        self.photos = [other for other in self.photos if other != photo]
        return photo
