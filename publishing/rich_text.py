"""Rich text: written in one editor, cleaned on every way into the database."""

from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django_prose_editor.fields import ProseEditorField

EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "HorizontalRule": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
}


class RichTextField(ProseEditorField):
    """HTML that is clean whoever writes it: form, importer, `create`, `bulk_create`, `update`.

    The allow-list is the editor's own list of extensions. What comes out of the database is
    therefore marked safe; a value that was only assigned to an instance is not. Only a database
    expression (`update(body=Concat(...))`) passes by: never write rich text with one.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, extensions=EXTENSIONS, sanitize=True, **kwargs)

    def get_db_prep_save(self, value, connection):
        if isinstance(value, str):
            value = self.sanitize(value)
        return super().get_db_prep_save(value, connection)

    def from_db_value(self, value, expression, connection):
        return value if value is None else mark_safe(value)  # noqa: S308 - see the docstring


def plain(html):
    """Return the words of rich text, one blank between blocks."""
    return " ".join(strip_tags(html.replace("<", " <")).split())
