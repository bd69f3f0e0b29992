"""Shifts: taken, given back, waited for; never more people than needed, and nobody forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from events_factories import make_event, make_shift, make_volunteer, queued_mails

from correspondence.models import OutgoingEmail
from events.models import Duty, Event
from events.shifts import Refused, answer, fill, give_back, remind_due, take

pytestmark = pytest.mark.django_db


def states(shift):
    return list(shift.duties.order_by("since", "pk").values_list("volunteer", "state"))


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "correspondence.outbox.OutboxBackend"


def mails():
    """Return (recipient, words) of what is queued."""
    return [(to, words) for to, _subject, words in queued_mails()]


def test_a_shift_is_taken_while_places_last_and_then_waited_for():
    shift = make_shift(needed=2)
    people = [make_volunteer() for _ in range(3)]
    assert [take(shift, person).state for person in people] == ["taken", "taken", "waiting"]
    assert take(shift, people[0]).state == "taken", "asking twice changes nothing"
    assert shift.duties.count() == 3


def test_who_waits_moves_up_in_order_and_is_told_by_e_mail():
    shift = make_shift(job="Door", job_ja="受付")
    first, second, third = [make_volunteer(mail_language=code) for code in ("en", "ja", "en")]
    for person in (first, second, third):
        take(shift, person)
    give_back(shift, first)
    assert states(shift) == [(second.pk, "taken"), (third.pk, "waiting")]
    ((to, text),) = mails()
    assert to == second.user.email
    assert "受付" in text and "http://testserver/ja/schedule/" in text


def test_a_volunteer_on_another_shift_by_now_is_passed_over():
    shift = make_shift()
    holder, busy, free = [make_volunteer() for _ in range(3)]
    for person in (holder, busy, free):
        take(shift, person)
    take(make_shift(shift.event, starts="11:00", ends="13:00"), busy)
    give_back(shift, holder)
    assert states(shift) == [(busy.pk, "waiting"), (free.pk, "taken")]


def test_more_places_are_filled_from_the_waiting_list():
    shift = make_shift()
    people = [make_volunteer() for _ in range(3)]
    for person in people:
        take(shift, person)
    shift.needed = 3
    shift.save()
    fill(shift)
    assert {state for _pk, state in states(shift)} == {"taken"}
    assert len(mails()) == 2


@pytest.mark.parametrize(
    ("other_zone", "starts", "is_refused"),
    [
        ("Asia/Tokyo", "11:00", True),
        ("Asia/Tokyo", "12:00", False),
        ("Asia/Seoul", "11:59", True),
        ("Asia/Bangkok", "11:00", False),  # two hours behind: one in the afternoon in Tokyo
    ],
)
def test_nobody_is_on_two_shifts_at_one_moment(other_zone, starts, is_refused):
    shift, person = make_shift(), make_volunteer()
    take(shift, person)
    abroad = make_event(zone=other_zone)
    other = make_shift(abroad, starts=starts, ends="14:00")
    if is_refused:
        with pytest.raises(Refused, match="on another shift"):
            take(other, person)
    else:
        assert take(other, person).state == "taken"


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ({"starts_on": date(2020, 1, 1)}, "has begun"),
        ({"status": "cancelled"}, "is cancelled"),
        ({"state": "draft"}, "not announced"),
        ({"state": "withdrawn"}, "not announced"),
    ],
)
def test_a_shift_that_cannot_be_taken_says_why(event, sentence):
    shift = make_shift(make_event(**event))
    with pytest.raises(Refused, match=sentence):
        take(shift, make_volunteer())
    assert not Duty.objects.exists()


def test_a_shift_that_has_begun_is_not_given_back():
    shift, person = make_shift(), make_volunteer()
    take(shift, person)
    Event.objects.update(starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 1))
    shift.day = date(2020, 1, 1)
    shift.save()
    with pytest.raises(Refused, match="call the coordinator"):
        give_back(shift, person)
    with pytest.raises(Refused, match="not on this shift"):
        give_back(shift, make_volunteer())


def test_a_place_in_a_sensitive_event_waits_for_a_yes():
    shift = make_shift(make_event(is_sensitive=True))
    first, second = make_volunteer(), make_volunteer()
    duty = take(shift, first)
    assert (duty.state, take(shift, second).state) == ("asked", "waiting")
    assert answer(duty, is_yes=True)
    assert states(shift) == [(first.pk, "taken"), (second.pk, "waiting")]
    assert not answer(duty, is_yes=False), "answered already"
    ((to, text),) = mails()
    assert to == first.user.email and "the shift is yours" in text


def test_a_no_gives_the_place_to_the_next_and_is_final():
    shift = make_shift(make_event(is_sensitive=True))
    first, second = make_volunteer(), make_volunteer()
    duty = take(shift, first)
    take(shift, second)
    assert answer(duty, is_yes=False)
    assert states(shift) == [(first.pk, "refused"), (second.pk, "asked")]
    assert [to for to, _text in mails()] == [first.user.email, second.user.email]
    with pytest.raises(Refused, match="given this shift to others"):
        take(shift, first)


def test_the_database_refuses_a_volunteer_twice_and_a_shift_for_nobody():
    shift, person = make_shift(), make_volunteer()
    take(shift, person)
    with pytest.raises(IntegrityError, match="volunteer_once_per_shift"), transaction.atomic():
        Duty.objects.create(shift=shift, volunteer=person, state="taken")
    with pytest.raises(IntegrityError, match="shift_needs_somebody"), transaction.atomic():
        make_shift(needed=0)


@pytest.mark.django_db(transaction=True)
def test_never_more_than_needed_however_many_click_at_once():
    shift = make_shift(needed=3)
    people = [make_volunteer() for _ in range(16)]

    def click(person):
        try:
            return take(shift, person).state
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(click, people))
    assert (found.count("taken"), found.count("waiting")) == (3, 13)
    holders = [person for person, state in zip(people, found, strict=True) if state == "taken"]

    def leave(person):
        try:
            give_back(shift, person)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(leave, holders))
    assert shift.duties.filter(state="taken").count() == 3
    assert shift.duties.filter(state="waiting").count() == 10
    assert OutgoingEmail.objects.count() == 3


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        ("2026-03-08T23:59:00+00:00", 0),  # 8:59 in Tokyo, on the day before
        ("2026-03-09T00:01:00+00:00", 1),
        ("2026-03-09T14:59:00+00:00", 1),
        ("2026-03-09T15:01:00+00:00", 0),  # the day itself
        ("2026-03-08T00:01:00+00:00", 0),  # two days before
    ],
)
def test_a_reminder_comes_on_the_day_before_in_waking_hours(time_machine, moment, count):
    time_machine.move_to("2026-03-01T00:00:00+00:00")
    shift, person = make_shift(make_event(starts_on=date(2026, 3, 10))), make_volunteer()
    take(shift, person)
    take(shift, make_volunteer())  # waits
    time_machine.move_to(moment)
    assert remind_due() == count
    assert remind_due() == 0, "once"
    assert [to for to, _text in mails()] == [person.user.email] * count


def test_nobody_is_reminded_of_a_cancelled_or_withdrawn_event(time_machine):
    time_machine.move_to("2026-03-09T03:00:00+00:00")
    for changes in ({"status": "cancelled"}, {"state": "withdrawn"}):
        shift = make_shift(make_event(starts_on=date(2026, 3, 10)))
        take(shift, make_volunteer())
        Event.objects.filter(pk=shift.event_id).update(**changes)
    assert remind_due() == 0


def test_no_subject_names_a_person_or_a_place():
    shift = make_shift(make_event(title="Secret meeting", is_sensitive=True))
    duty = take(shift, make_volunteer())
    answer(duty, is_yes=True)
    subject = OutgoingEmail.objects.get().subject
    assert subject == "Your shift"
