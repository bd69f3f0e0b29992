"""Why a line of the old listing needs an editor's eye: one code and one sentence for each reason.

A flag is kept as its code and a short detail, so that the sentence can be shown in any language.
"""

from django.utils.translation import gettext_lazy as _

FLAGS = {
    "month-misspelt": _("The month is misspelt or shortened: %(detail)s. Please confirm the date."),
    "date-punctuation": _("The date is oddly punctuated: %(detail)s. Please confirm it."),
    "date-unreadable": _(
        "The line where the date should stand cannot be read (%(detail)s). "
        "Please enter the date, then publish."
    ),
    "date-missing": _("The listing gives no date for this. Please enter one, then publish."),
    "out-of-order": _(
        "Newest stands first in the listing, but this stands below something older: %(detail)s. "
        "Please check both dates."
    ),
    "caption-as-title": _(
        "A line that may be the caption of a photo stands next to the title: “%(detail)s”. "
        "It was left out of title and teaser."
    ),
    "paragraph-alone": _(
        "A paragraph stands by itself below this teaser and was read as its next paragraph. "
        "It may be something else, such as a caption."
    ),
    "stray-line": _(
        "A line without any word stands here: “%(detail)s”. It was left out of title and teaser."
    ),
    "word-broken": _(
        "A line break stood inside a word, which was joined: %(detail)s. Please confirm it."
    ),
    "line-broken": _(
        "The sentence goes on after a line break (%(detail)s); a space was put there. "
        "Please check that no word is broken."
    ),
    "title-wrapped": _(
        "The title stood on several lines and was joined: “%(detail)s”. "
        "Please check that these are not several titles."
    ),
    "title-missing": _("No title stands above the date; the date stands in for it."),
    "teaser-missing": _("Nothing stands below the title but the date."),
    "year-mismatch": _(
        "The text names another year than expected: %(detail)s. Please check which is right."
    ),
    "weekday-impossible": _(
        "The weekday and the day named in the text do not go together: %(detail)s."
    ),
}

LEFT_OUT = {
    "navigation": _("stands before the first item (navigation, notices)"),
    "heading": _("heading of the highlights"),
    "closing": _("stands after the last item (address, notices)"),
    "stray-line": _("belongs to no item"),
}
