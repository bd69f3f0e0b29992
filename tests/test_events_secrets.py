"""A secret in every field of an event, looked for in every output, as nobody and as every role."""

import re
from datetime import timedelta

import pytest
from django.db import models
from django.utils import timezone
from events_factories import make_event, make_session, make_shift, make_volunteer
from factories import make_user

from events.models import Assignment, Event, Session
from events.schedule import calendar_path

pytestmark = pytest.mark.django_db
ROLES = [None, "editor", "publisher", "campaigner", "coordinator", "volunteer", "superuser"]
LANGUAGES = ("en", "ja", "ko")
# Every text of an event that everybody reads; all others are secrets.
PUBLIC_TEXTS = {"title", "slug", "teaser", "text", "zone", "status", "status_note", "place",
                "address", "directions", "online_link", "contact", "organiser",
                "partners"}  # fmt: skip
TEXTUAL = (models.CharField, models.TextField)


def secret_in(row, field):
    return f"secret{row}{field.replace('_', '')}"


def texts_of(model):
    """Return the names of all fields of a model in which somebody can write, by language."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, TEXTUAL) and field.editable and not field.choices
    ]


def planted(model, row, public=()):
    """Return a secret for each field, save those that everybody reads or that have a form."""
    named = [name for name in texts_of(model) if not name.endswith("_link")]
    base = {name: re.sub(r"_(en|ja|ko)$", "", name) for name in named}
    secrets = {name: secret_in(row, name) for name in named if base[name] not in public}
    links = [name for name in texts_of(model) if name.endswith("_link") and name not in public]
    return secrets | {name: f"https://{secret_in(row, name)}.example/" for name in links}


@pytest.fixture
def event(time_machine):
    """An event whose private fields, and whose every session that is not for all, are secrets.

    It was written at a moment in which nobody can read one of the secret times, as in 08:54:44.
    """
    time_machine.move_to(timezone.now().replace(minute=20, second=10), tick=False)
    today = timezone.localdate()
    event = make_event(
        title="Open day", slug="open-day", is_sensitive=True, takes_registrations=True,
        **planted(Event, "event", PUBLIC_TEXTS),
    )  # fmt: skip
    past = make_event(
        title="Past day", slug="past-day", starts_on=today - timedelta(9),
        **planted(Event, "past", PUBLIC_TEXTS),
    )  # fmt: skip
    make_session(event, title="Open talk")
    for where in (event, past):
        for audience in ("volunteers", "assigned", "staff"):
            for outsiders in ("nothing", "label", "contact"):
                secrets = planted(Session, f"{audience}{outsiders}", {"label"})
                label = {} if outsiders == "nothing" else {"label": "A door"}
                make_session(
                    where, audience=audience, outsiders_see=outsiders, starts="03:33",
                    ends="04:44", **secrets | label,
                )  # fmt: skip
    make_event("draft", **planted(Event, "draft", {"zone"}))
    make_event("withdrawn", **planted(Event, "withdrawn", {"zone"}) | {"slug": "withdrawn-day"})
    return event


def public_addresses():
    year = (timezone.localdate() - timedelta(9)).year
    pages = ["/", "/events/", "/events/past/", f"/events/{year}/", "/events/open-day/",
             "/events/past-day/", "/events/withdrawn-day/", "/events/feed.atom",
             "/events/feed.rss", "/search/?q=open+day", "/search/?q=past+day",
             "/search/?q=door"]  # fmt: skip
    prefixed = [f"{prefix}{page}" for prefix in ("", "/ja", "/ko") for page in pages]
    prefixed += [f"{prefix}/events/{name}calendar.ics" for prefix in ("", "/ja")
                 for name in ("", "open-day/", "past-day/", "withdrawn-day/")]  # fmt: skip
    return [*prefixed, "/sitemap.xml", "/sitemap-lists.xml", "/sitemap-events-1.xml"]


@pytest.mark.parametrize("role", ROLES)
def test_no_secret_stands_in_anything_public_whoever_asks(client, event, role):
    if role:
        client.force_login(make_user(role))
    for address in public_addresses():
        response = client.get(address)
        content = response.content.decode()
        assert "secret" not in content.lower(), address
        assert not re.search("0?3:33|0?4:44|T0333|T0444", content), address
        assert response.status_code in (200, 410), address


def seen_in_schedule(client, volunteer):
    """Return what a volunteer reads on the schedule and in the private calendar."""
    client.force_login(volunteer.user)
    answers = [client.get("/schedule/"), client.get(calendar_path(volunteer))]
    assert [answer.status_code for answer in answers] == [200, 200]
    # A calendar folds its lines.
    return [answer.content.decode().replace("\r\n ", "").lower() for answer in answers]


def test_a_volunteer_of_no_event_learns_no_more_than_is_for_all_volunteers(client, event):
    make_shift(event, job="Door", place="secretshiftplace", notes="secretshiftnotes")
    for content in seen_in_schedule(client, make_volunteer()):
        assert set(re.findall("secret[a-z]*", content)) <= of_volunteers()


def of_volunteers():
    """Return the secrets that are for all volunteers, as every output writes them."""
    return {
        secret_in(f"volunteers{outsiders}", name)
        for outsiders in ("nothing", "label", "contact")
        for name in texts_of(Session)
    }


def test_a_volunteer_of_the_event_learns_of_it_and_of_no_other(client, event):
    volunteer = make_volunteer()
    Assignment.objects.create(event=event, volunteer=volunteer)
    make_shift(event, job="Door", place="secretshiftplace", notes="secretshiftnotes")
    for content in seen_in_schedule(client, volunteer):
        found = set(re.findall("secret[a-z]*", content)) - of_volunteers()
        assert {"secreteventprivateplace", "secretassignednothingtitleen"} <= found
        assert not [s for s in found if re.match("secret(past|staff|shift|draft|withdrawn)", s)]
        assert "registrationnote" not in "".join(found)


def test_the_page_to_register_tells_no_secret(client, event):
    assert "secret" not in client.get("/events/open-day/register/").content.decode().lower()


def test_something_could_have_leaked(event):
    assert sum("secret" in (value or "") for value in Event.objects.values_list(
        "private_place", flat=True)) == 4  # fmt: skip
    assert (
        not Session.objects.exclude(audience="public")
        .exclude(title_en__startswith="secret")
        .exists()
    )


def test_the_search_finds_no_event_by_a_secret(client, event):
    names = [*planted(Event, "event", PUBLIC_TEXTS).values()]
    for audience in ("volunteers", "assigned", "staff"):
        names += planted(Session, f"{audience}label", {"label"}).values()
    for name in names:
        response = client.get("/search/", {"q": name})
        assert response.context["question"].found.total == 0, name
