"""Another event like this one: on a new date, or every week."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from publishing.rows import in_all
from publishing.search import SEARCH_COLUMNS

from .models import Event

# What belongs to the one event alone, or is kept by the database.
OWN = {"id", "slug", "uid", "state", "published_at", "status", "previously_on", "sequence",
       "private_sequence", "revised_at", "version", "over_at", *SEARCH_COLUMNS, "created_at",
       "changed_at", *in_all("programme")}  # fmt: skip
OWN_OF_PARTS = {"id", "event", "uid", "sequence", "revised_at", "is_cancelled", "video_link",
                  "photos_link", "report", "attendance"}  # fmt: skip
DAYS = ("starts_on", "ends_on", "registration_opens_on", "registration_closes_on")
MOST_WEEKS = 52


@transaction.atomic
def copy(event, starts_on):
    """Return a draft of the same event on another day: its programme, and its shifts untaken."""
    shift = starts_on - event.starts_on
    facts = values_of(event, OWN)
    facts |= {name: facts[name] + shift for name in DAYS if facts[name]}
    new = Event.objects.create(slug=free_slug(event, starts_on), **facts)
    for session in event.sessions.all():
        copy_row(session, OWN_OF_PARTS, shift, event=new)
    for job in event.shifts.all():
        copy_row(job, OWN_OF_PARTS, shift, event=new)
    return new


@transaction.atomic
def copy_weekly(event, weeks):
    """Return drafts of the event for each of the next weeks."""
    return [copy(event, event.starts_on + timedelta(weeks=n)) for n in range(1, weeks + 1)]


def copy_row(row, own, shift, **links):
    """Make a copy of something timed that belongs to an event."""
    facts = values_of(row, own) | links
    facts["day"] += shift
    if facts["ends_on"]:
        facts["ends_on"] += shift
    return type(row).objects.create(**facts)


def values_of(row, own):
    """Return the columns of a row, texts in all languages, without those that are its own."""
    names = {field.name for field in row._meta.concrete_fields}
    # modeltranslation fills in its copy of the English by itself.
    copies = {name for name in names if f"{name}_{settings.LANGUAGE_CODE}" in names}
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in own | copies
    }


def free_slug(event, day):
    """Return the address of a copy: that of the event with the new day, and a number if taken."""
    stem = event.slug.removesuffix(f"-{event.starts_on.isoformat()}")[:100]
    slug, number = f"{stem}-{day.isoformat()}", 1
    while Event.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{day.isoformat()}-{number}"
    return slug
