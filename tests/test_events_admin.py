"""Events and sessions as coordinators write them, copy them, and what publishers see of it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from events_factories import make_assembly, make_event, make_session
from factories import make_user
from office import add_url, change_url, complaints, list_url, send, shown_in, told

from events.models import Event, Session

pytestmark = pytest.mark.django_db
PRIVATE = {"private_place": "The back room", "private_directions": "Two knocks",
           "private_notes": "Ask for Kim"}  # fmt: skip


@pytest.fixture
def coordinator(client):
    user = make_user("coordinator")
    client.force_login(user)
    return user


def session_fields(number=0, **typed):
    names = ("title_en", "day", "starts", "ends", "ends_on", "room_en", "speakers_en", "text_en",
             "label_en", "video_link", "photos_link", "report", "attendance")  # fmt: skip
    fields = {f"sessions-{number}-{name}": "" for name in names}
    chosen = {"audience": "public", "outsiders_see": "nothing"} | typed
    return fields | {f"sessions-{number}-{name}": value for name, value in chosen.items()}


def write(client, *sessions, **typed):
    """Send the form of a new event with these sessions."""
    fields = {
        "title_en": "Assembly",
        "slug": "assembly",
        "starts_on": "2005-07-30",
        "ends_on": "2005-08-01",
        "zone": "Asia/Tokyo",
        "status": "planned",
        "sessions-TOTAL_FORMS": len(sessions),
    }
    for number, session in enumerate(sessions):
        fields |= session_fields(number, **session)
    return send(client, add_url("events_event"), "event_form", **fields | typed)


def sentences(response):
    formset = response.context["inline_admin_formsets"][0].formset
    found = [e for form in formset.forms for errors in form.errors.values() for e in errors]
    return [*found, *formset.non_form_errors()]


def test_an_event_is_written_with_its_sessions(client, coordinator):
    response = write(
        client,
        {"title_en": "Stories", "day": "2005-07-30"},
        {"title_en": "Film", "day": "2005-07-31", "starts": "19:00", "ends": "21:00",
         "audience": "assigned", "outsiders_see": "label", "label_en": "Private screening"},
        languages=["en", "ja"],
        private_place="The back room",
    )  # fmt: skip
    assert response.status_code == 302, complaints(response) | {"parts": sentences(response)}
    event = Event.objects.get()
    assert (event.state, event.languages, event.zone) == ("draft", ["en", "ja"], "Asia/Tokyo")
    stories, film = event.sessions.in_order()
    assert (stories.starts, film.starts.hour, film.label) == (None, 19, "Private screening")


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"ends_on": "2005-07-29"}, "__all__", "The last day lies before the first."),
        ({"zone": "Mars/Olympus"}, "zone",
         "“Mars/Olympus” is no time zone. Write a continent and a city, like Asia/Tokyo,"
         " Asia/Seoul or America/New_York."),
        ({"slug": "past"}, "__all__", "This address belongs to a list. Add a word to it."),
        ({"capacity": "0"}, "__all__", "An event for nobody? Leave the seats empty."),
        ({"starts_on": "30.7.05"}, "starts_on", "Enter a valid date."),
    ],
)  # fmt: skip
def test_bad_input_is_answered_with_a_sentence(client, coordinator, typed, field, sentence):
    assert complaints(write(client, **typed))[field] == [sentence]
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"starts": "11:00", "ends": "10:00"},
         "It ends before it starts. If it ends after midnight, say on which day."),
        ({"ends": "10:00"}, "Say from when, or leave the end empty too."),
        ({"starts": "25:00"}, "Enter a valid time."),
        ({"report": "/news/nothing/"},
         "No published article has this address. Open it and copy the address from there."),
    ],
)  # fmt: skip
def test_a_bad_session_is_answered_with_a_sentence(client, coordinator, typed, sentence):
    response = write(client, {"title_en": "Film", "day": "2005-07-31"} | typed)
    assert sentence in sentences(response)
    assert not Event.objects.exists()


def test_what_is_doubtful_is_saved_and_told(client, coordinator):
    response = write(
        client,
        {"title_en": "Film", "day": "2005-08-02"},
        text_en="<p>Sunday August 1</p>",
    )
    assert response.status_code == 302
    (warning,) = [text for text in told(response) if "look at this again" in text]
    assert "“Sunday August 1”: that day is a Monday." in warning
    assert "“Film” is on August 2, 2005, outside of the event" in warning
    page = client.get(change_url(Event.objects.get())).content.decode()
    assert "<li>“Sunday August 1”: that day is a Monday.</li>" in page


def test_a_form_of_sessions_that_somebody_deleted_is_refused(client, coordinator):
    event = make_event("draft")
    session = make_session(event)
    url = change_url(event)
    fields = shown_in(client.get(url), "event_form")
    session.delete()
    assert sentences(client.post(url, fields))[-1].startswith("Something in this form was deleted")


def copy_url(event):
    return reverse("admin:events_event_copy", args=[event.pk])


def test_an_event_is_copied_to_a_new_date_with_all_its_parts(client, coordinator):
    event = make_assembly(title_ja="会議", registration_closes_on=date(2005, 7, 20),
                          status="cancelled", capacity=50, **PRIVATE)  # fmt: skip
    Session.objects.update(video_link="https://example.org/", is_cancelled=True)
    response = client.post(copy_url(event), {"starts_on": "2006-07-29"})
    copy = Event.objects.exclude(pk=event.pk).get()
    assert response.url == change_url(copy)
    assert (copy.slug, copy.state, copy.status) == ("assembly-2006-07-29", "draft", "planned")
    assert (copy.starts_on, copy.ends_on) == (date(2006, 7, 29), date(2006, 7, 31))
    assert (copy.registration_closes_on, copy.capacity) == (date(2006, 7, 19), 50)
    assert (copy.title_ja, copy.private_place) == ("会議", "The back room")
    assert copy.uid != event.uid
    days = [(s.title, s.day, s.video_link, s.is_cancelled) for s in copy.sessions.in_order()]
    assert days == [
        ("Personal stories", date(2006, 7, 29), "", False),
        ("Seoul Train", date(2006, 7, 30), "", False),
        ("IPCNKR panel", date(2006, 7, 31), "", False),
    ]


def test_a_class_is_copied_to_the_next_weeks(client, coordinator):
    event = make_event(slug="class", starts_on=date(2026, 10, 26))
    make_event(slug="class-2026-11-02")
    response = client.post(copy_url(event), {"weeks": "3"})
    copies = Event.objects.filter(state="draft").order_by("starts_on")
    assert [(e.slug, e.starts_on.day) for e in copies] == [
        ("class-2026-11-02-2", 2), ("class-2026-11-09", 9), ("class-2026-11-16", 16),
    ]  # fmt: skip
    assert told(response) == [
        "3 drafts made: November 2, 2026, November 9, 2026, November 16, 2026."
    ]


@pytest.mark.parametrize(
    "typed", [{}, {"weeks": "2", "starts_on": "2026-01-01"}, {"weeks": "53"}, {"weeks": "x"},
              {"starts_on": "2026-02-31"}],
)  # fmt: skip
def test_a_copy_to_nowhere_is_refused(client, coordinator, typed):
    response = client.post(copy_url(make_event()), typed)
    assert "Nothing is copied yet" in response.content.decode()
    assert Event.objects.count() == 1


def test_a_publisher_publishes_and_sees_nothing_private(client, coordinator):
    event = make_event("review", **PRIVATE)
    event.private_place = "Another room"
    event.save()
    client.force_login(make_user("publisher"))
    for url in (change_url(event), reverse("admin:events_event_history", args=[event.pk])):
        page = client.get(url).content.decode()
        assert event.title in page
        assert not [secret for secret in ("room", *PRIVATE.values()) if secret in page]
    assert send(client, change_url(event), "event_form", _step="publish").status_code == 302
    event.refresh_from_db()
    assert (event.state, event.private_place) == ("published", "Another room")
    assert client.get(copy_url(event)).status_code == 403


def test_a_coordinator_sees_private_changes_in_the_history(client, coordinator):
    event = make_event("draft")
    event.private_place = "The back room"
    event.save()
    url = reverse("admin:events_event_history", args=[event.pk])
    assert "The back room" in client.get(url).content.decode()


def test_a_coordinator_cannot_publish(client, coordinator):
    event = make_event("draft")
    assert send(client, change_url(event), "event_form", _step="publish").status_code == 403
    event.refresh_from_db()
    assert event.state == "draft"


@pytest.mark.parametrize("role", ["editor", "campaigner"])
def test_other_roles_see_no_events_in_the_office(client, role):
    client.force_login(make_user(role))
    assert client.get(list_url("events_event")).status_code == 403
    assert client.get(change_url(make_event())).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_events(
    client, coordinator, django_assert_num_queries, count
):
    for _ in range(count):
        make_session(make_event())
    with django_assert_num_queries(6):
        response = client.get(list_url("events_event"))
    assert len(response.context["cl"].result_list) == count


def test_the_list_is_narrowed_to_what_is_to_come(client, coordinator):
    coming = make_event()
    past = make_event(starts_on=timezone.localdate() - timedelta(days=9))
    for value, event in (("upcoming", coming), ("past", past)):
        response = client.get(list_url("events_event"), {"time": value})
        assert list(response.context["cl"].result_list) == [event]
