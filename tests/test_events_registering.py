"""Visitors register, confirm, wait, cancel; and there are never more than seats."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from events_factories import make_event, make_registration, queued_mails

from correspondence import guard
from correspondence.models import OutgoingEmail
from events import registering
from events.models import Event, Registration

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_people_and_an_outbox(monkeypatch, settings):
    monkeypatch.setattr(guard, "FASTEST", 0)
    settings.EMAIL_BACKEND = "correspondence.outbox.OutboxBackend"


@pytest.fixture
def event():
    return make_event(slug="seminar", takes_registrations=True, capacity=3,
                      registration_note="Bring a pen.")  # fmt: skip


URL = "/events/seminar/register/"


def send(client, url=URL, **typed):
    """Fill in the form as a browser does and send it."""
    page = client.get(url)
    fields = {"name": "Ms A", "email": "a@example.org", "seats": "1", "language": "en"}
    stamp = page.context["form"].initial["stamp"]
    return client.post(url, fields | {"website": "", "stamp": stamp} | typed)


def newest_mail():
    """Return recipient, subject, words and the link of the e-mail queued last."""
    to, subject, words = queued_mails()[-1]
    return to, subject, words, re.search(r"http://testserver(\S*/registration/\S+)", words)[1]


def states():
    return list(Registration.objects.order_by("pk").values_list("email", "state"))


def press(client, link, act):
    response = client.post(link, {"act": act})
    assert response.status_code == 302, response.content.decode()
    return client.get(response.url).content.decode()


def test_a_visitor_registers_and_confirms_by_link_and_button(client, event):
    response = send(client, seats="2", name="Ms  A\n B")
    assert response.url == f"{URL}?thanks"
    assert "Look into your mailbox" in client.get(response.url).content.decode()
    to, subject, text, link = newest_mail()
    assert (to, subject) == ("a@example.org", "Please confirm your registration")
    assert "Bring a pen." not in text
    assert "Nothing is reserved yet." in client.get(link).content.decode()
    assert states() == [("a@example.org", "unconfirmed")], "a look is no act"
    page = press(client, link, "confirm")
    assert "Has a seat" in page and "Bring a pen." in page
    to, subject, text, link = newest_mail()
    assert subject == "Your seat is reserved"
    assert "2 seats are reserved for you" in text and "Bring a pen." in text
    assert Registration.objects.get().name == "Ms A B"


def test_whoever_comes_too_late_waits_and_moves_up(client, event):
    for name, seats in (("a", 2), ("b", 2), ("c", 1)):
        send(client, email=f"{name}@example.org", seats=str(seats))
        press(client, newest_mail()[3], "confirm")
    assert states() == [("a@example.org", "confirmed"), ("b@example.org", "waiting"),
                        ("c@example.org", "confirmed")]  # fmt: skip
    first = Registration.objects.get(email="a@example.org")
    press(client, registering.link_of(first), "cancel")
    assert states()[1] == ("b@example.org", "confirmed")
    to, subject, _text, _link = newest_mail()
    assert (to, subject) == ("b@example.org", "Your seat is reserved")


def test_more_seats_are_given_to_who_waits(event):
    make_registration(event, seats=3)
    make_registration(event, "waiting", seats=2, email="w@example.org")
    event.capacity = 5
    event.save()
    registering.fill(event)
    assert states()[1] == ("w@example.org", "confirmed")


def test_an_event_without_a_number_of_seats_takes_all(client, event):
    Event.objects.update(capacity=None)
    make_registration(event, seats=10)
    send(client, seats="10")
    press(client, newest_mail()[3], "confirm")
    assert Registration.objects.seated().seats() == 20


def test_pressing_twice_changes_nothing(client, event):
    send(client)
    link = newest_mail()[3]
    for _ in range(2):
        press(client, link, "confirm")
    assert OutgoingEmail.objects.count() == 2
    for _ in range(2):
        assert "You are not registered any more" in press(client, link, "cancel")


def test_who_registers_twice_gets_the_same_link_and_learns_nothing(client, event):
    send(client)
    link = newest_mail()[3]
    response = send(client, email="A@example.org ")
    assert response.url == f"{URL}?thanks"
    assert newest_mail()[3] == link
    assert Registration.objects.count() == 1
    press(client, link, "cancel")
    send(client)
    assert [state for _email, state in states()] == ["cancelled", "unconfirmed"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "Tell us under which name we shall expect you."),
        ({"email": "a@"}, "This is not a whole e-mail address. One is like name@example.org."),
        ({"seats": "0"}, "At least one seat."),
        ({"seats": "11"}, "At most 10 seats; for a group, write to us."),
        ({"seats": "4"}, "There are only 3 seats."),
        ({"seats": "two"}, "How many seats? A number like 2."),
        ({"website": "x"}, "This field is a trap for robots. Empty it, and send the form again."),
    ],
)
def test_bad_input_keeps_what_was_typed_and_says_what_to_do(client, event, typed, sentence):
    response = send(client, **{"name": "Ms A"} | typed)
    page = response.content.decode()
    assert sentence in page
    assert 'value="a@' in page
    assert not Registration.objects.exists()


def test_the_form_has_a_limit_an_hour(client, event, monkeypatch):
    monkeypatch.setattr("events.registration_views.REGISTRATIONS_AN_HOUR", 1)
    assert send(client).status_code == 302
    response = send(client, email="b@example.org")
    assert response.status_code == 429
    assert "Send it in an hour." in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"registration_opens_on": timezone.localdate() + timedelta(9)}, "Registration begins on"),
        ({"registration_closes_on": timezone.localdate() - timedelta(1)}, "Registration closed on"),
        ({"takes_registrations": False}, "One cannot register for this event."),
        ({"status": "cancelled"}, "One cannot register for this event."),
    ],
)
def test_outside_of_its_time_registration_says_so(client, event, fields, sentence):
    stamp = client.get(URL).context["form"].initial["stamp"]
    Event.objects.update(**fields)
    assert sentence in client.get(URL).content.decode()
    sent = {"name": "A", "email": "a@example.org", "seats": 1, "language": "en", "stamp": stamp}
    response = client.post(URL, sent)
    assert response.status_code == 409
    assert sentence in response.content.decode()
    assert not Registration.objects.exists()


def test_registration_closes_at_midnight_where_the_event_is(time_machine):
    event = make_event(takes_registrations=True, zone="America/New_York",
                       starts_on=date(2026, 3, 20), registration_closes_on=date(2026, 3, 8))  # fmt: skip
    time_machine.move_to("2026-03-09T03:59:00+00:00")
    registering.refuse_unless_open(event)
    time_machine.move_to("2026-03-09T04:01:00+00:00")
    with pytest.raises(registering.Refused, match="closed on March 8, 2026"):
        registering.refuse_unless_open(event)


@pytest.mark.parametrize(("state", "status"), [("draft", 404), ("withdrawn", 410)])
def test_what_is_not_public_takes_no_registrations(client, state, status):
    make_event(state, slug="seminar", takes_registrations=True)
    assert client.get(URL).status_code == status
    assert client.post(URL).status_code == status


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"status": "cancelled"}, "This event does not take place."),
        ({"starts_on": date(2020, 1, 1), "ends_on": date(2020, 1, 1)}, "This event is over."),
    ],
)
def test_nobody_confirms_for_what_is_off_or_over(client, event, changes, sentence):
    send(client)
    link = newest_mail()[3]
    Event.objects.update(**changes)
    response = client.post(link, {"act": "confirm"})
    assert response.status_code == 409
    assert sentence in response.content.decode()
    assert states() == [("a@example.org", "unconfirmed")]


def test_the_link_tells_nothing_of_an_event_that_was_withdrawn(client, event):
    send(client)
    link = newest_mail()[3]
    Event.objects.update(state="withdrawn")
    for response in (client.get(link), client.post(link, {"act": "confirm"})):
        assert response.status_code == 410
        page = response.content.decode()
        assert "This event is not announced any more" in page
        assert event.title not in page
    assert states() == [("a@example.org", "unconfirmed")]


def test_a_link_works_until_it_is_replaced_or_the_row_is_gone(client, event):
    send(client)
    link = newest_mail()[3]
    row = Registration.objects.get()
    registering.renew_link(row)
    response = client.get(link)
    assert response.status_code == 410
    assert "This link was replaced. Use the one in our newest e-mail." in response.content.decode()
    link = newest_mail()[3]
    assert client.get(link).status_code == 200
    assert client.get(link[:-3] + "x/").status_code == 410
    assert client.post(link, {"act": "dance"}).status_code == 405
    row.delete()
    response = client.post(link, {"act": "confirm"})
    assert response.status_code == 410
    assert "We keep no such registration, or no longer." in response.content.decode()


def test_no_page_of_a_registration_is_cached_or_sets_a_cookie(client, event):
    send(client)
    for url in (URL, newest_mail()[3]):
        response = client.get(url)
        assert "no-store" in response["Cache-Control"]
        assert not response.cookies
        assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_an_e_mail_speaks_the_language_that_was_chosen(client, event):
    Event.objects.update(title_ja="セミナー")
    send(client, language="ja")
    _to, _subject, text, link = newest_mail()
    assert "セミナー" in text and link.startswith("/ja/events/registration/")


def test_what_nobody_needs_any_more_is_deleted(settings, event):
    settings.REGISTRATIONS_KEEP_DAYS = 30
    today = timezone.localdate()
    for days in (29, 32):
        make_registration(make_event(starts_on=today - timedelta(days)), name=f"{days} days ago")
    old = timezone.now() - timedelta(days=8)
    make_registration(event, "unconfirmed", name="forgotten", registered_at=old)
    make_registration(event, "unconfirmed", name="new")
    assert registering.forget_outdated() == 2
    assert sorted(Registration.objects.values_list("name", flat=True)) == ["29 days ago", "new"]


@pytest.mark.parametrize("seats", [0, 11])
def test_the_database_refuses_no_seats_and_too_many(event, seats):
    with pytest.raises(IntegrityError, match="registration_for_some_seats"), transaction.atomic():
        make_registration(event, seats=seats)


def test_the_database_refuses_one_address_twice_unless_cancelled(event):
    make_registration(event, "cancelled", email="a@example.org")
    make_registration(event, email="a@example.org")
    for _ in range(2):
        make_registration(event, email="")
    with pytest.raises(IntegrityError, match="registration_once_per_address"), transaction.atomic():
        make_registration(event, "waiting", email="a@example.org")


@pytest.mark.django_db(transaction=True)
def test_of_32_who_want_the_last_10_seats_exactly_10_get_one():
    event = make_event(takes_registrations=True, capacity=12)
    make_registration(event, seats=2)
    wanted = [make_registration(event, "unconfirmed") for _ in range(32)]

    def confirm(row):
        try:
            return registering.confirm(row).state
        finally:
            connection.close()

    with ThreadPoolExecutor(32) as pool:
        found = list(pool.map(confirm, wanted))
    assert (found.count("confirmed"), found.count("waiting")) == (10, 22)
    assert Registration.objects.seated().seats() == 12

    def cancel(row):
        try:
            registering.cancel(row)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(cancel, Registration.objects.seated().filter(seats=1)[:8]))
    assert Registration.objects.seated().seats() == 12
    assert Registration.objects.waiting().count() == 14
