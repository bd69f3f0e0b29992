"""Why something of the old site needs an editor's eye, or could not come along: one sentence each."""

from django.utils.translation import gettext_lazy as _

# Put into the queue, beside the article or page.
FLAGS = {
    "alt-missing": _(
        "The picture %(detail)s had no description; its title stands in for one. Please describe it."
    ),
    "date-missing": _("The old site gives no date. Please enter one, then publish."),
    "form-left-out": _("The text held a form, which was left out."),
    "parent-missing": _("The page that this one stood below was not imported."),
    "picture-missing": _("A picture was left out: %(detail)s."),
    "shortcode-unknown": _(
        "The shortcode [%(detail)s] is unknown here; what it showed is missing."
    ),
    "status-unknown": _("Its status on the old site was “%(detail)s”; it waits as a draft."),
    "struck-left-out": _("Words that were struck out on the old site were left out. Read it once."),
    "text-shortened": _("This was too long and was shortened: “%(detail)s”."),
    "title-missing": _("It had no title; its first words or its number stand in for one."),
    "was-private": _("Only signed-in people could read this on the old site; it waits as a draft."),
    "was-protected": _("This had a password on the old site; it waits as a draft."),
}

# Told by the report alone: nothing is lost, but something looks different.
NOTES = {
    "embed-replaced": _("a film or frame of another site became a link: %(detail)s"),
    "link-lost": _("a link leads to something of the old site that was not imported: %(detail)s"),
    "photo-moved": _("a picture stands apart from the text now: %(detail)s"),
    "type-missing": _("it names no type and was taken for a post"),
}

LEFT_OUT = {
    "attachment-unused": _("file that no imported text shows"),
    "auto-draft": _("never written (auto-draft)"),
    "file-missing": _("attachment without a file in the uploads folder"),
    "file-refused": _("file that could not be made clean"),
    "nav_menu_item": _("menu entry"),
    "revision": _("older version of a text"),
    "trash": _("in the old site's trash"),
    "type-unknown": _("of a type that only the old site knows"),
}
