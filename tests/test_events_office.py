"""What coordinators do besides writing events: seats, lists for the door, rosters, answers, the desk."""

import pytest
from django.urls import reverse
from events_factories import (
    make_event,
    make_registration,
    make_shift,
    make_volunteer,
    queued_mails,
)
from factories import make_user
from office import act, add_url, change_url, complaints, list_url, send, told

from events.models import Duty, Registration, Shift
from events.shifts import take

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def coordinator(client, settings):
    settings.EMAIL_BACKEND = "correspondence.outbox.OutboxBackend"
    user = make_user("coordinator")
    client.force_login(user)
    return user


def enter(client, event, **typed):
    fields = {"event": event.pk, "name": "Ms A", "email": "", "seats": "2", "language": "en"}
    return send(client, add_url("events_registration"), "registration_form", **fields | typed)


def test_a_caller_is_entered_with_a_seat_and_without_an_e_mail(client):
    event = make_event(capacity=3)
    assert enter(client, event).status_code == 302
    row = Registration.objects.get()
    assert (row.name, row.seats, row.state) == ("Ms A", 2, "confirmed")
    assert queued_mails() == []


def test_a_caller_for_whom_there_is_no_room_waits(client):
    event = make_event(capacity=3)
    make_registration(event, seats=2)
    response = enter(client, event, email="A@example.org")
    assert "There is no room: entered on the waiting list." in told(response)
    assert Registration.objects.get(name="Ms A").state == "waiting"
    assert [mail[:2] for mail in queued_mails()] == [
        ("a@example.org", "You are on the waiting list")
    ]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"seats": "11"}, "__all__", "From one seat to ten."),
        ({"email": "a@example.org"}, "email", "This e-mail address is registered already."),
        ({"name": ""}, "name", "This field is required."),
    ],
)
def test_what_cannot_be_entered_is_said(client, typed, field, sentence):
    event = make_event()
    make_registration(event, "waiting", email="a@example.org")
    assert sentence in complaints(enter(client, event, **typed))[field]
    assert Registration.objects.count() == 1


def test_nobody_is_entered_for_what_is_off(client):
    response = enter(client, make_event(status="cancelled"))
    assert complaints(response)["event"] == ["This event is cancelled or over."]


def test_cancelling_in_the_office_lets_the_next_move_up(client):
    event = make_event(capacity=2)
    seated = make_registration(event, seats=2)
    make_registration(event, "waiting", email="w@example.org")
    response = act(client, "cancel_all", seated, model="events_registration")
    assert told(response) == ["1 registration is cancelled."]
    assert Registration.objects.get(email="w@example.org").state == "confirmed"
    assert queued_mails()[0][0] == "w@example.org"


def test_more_seats_in_the_form_of_the_event_are_given_out_at_once(client):
    event = make_event(capacity=1)
    make_registration(event)
    make_registration(event, "waiting", email="w@example.org")
    assert send(client, change_url(event), "event_form", capacity="2").status_code == 302
    assert Registration.objects.get(email="w@example.org").state == "confirmed"


def test_the_list_for_the_door_holds_who_has_seats_by_name(client):
    event = make_event(takes_registrations=True, capacity=9)
    for name, state in (("Berta", "confirmed"), ("Anna", "confirmed"), ("Carl", "waiting"),
                        ("Dora", "cancelled"), ("Emil", "unconfirmed")):  # fmt: skip
        make_registration(event, state, name=name, seats=2)
    door = reverse("admin:events_event_door", args=[event.pk])
    assert door in client.get(change_url(event)).content.decode()
    page = client.get(door).content.decode()
    assert page.index("Anna") < page.index("Berta") < page.index("Carl")
    assert "Dora" not in page and "Emil" not in page
    assert "4 seats of 9" in " ".join(page.split())


def test_the_file_of_visitors_holds_all_and_gives_a_spreadsheet_no_orders(client):
    event = make_event(takes_registrations=True)
    make_registration(event, name="=1+1", email="a@example.org", seats=2, language="ja")
    response = client.get(reverse("admin:events_event_visitors", args=[event.pk]))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    head, row = response.content.decode("utf-8-sig").splitlines()
    assert head == "name,e-mail address,seats,language,state,registered"
    assert row.startswith("'=1+1,a@example.org,2,ja,has a seat,")


def test_the_roster_tells_who_comes_and_who_lacks(client):
    event = make_event(private_place="Back room")
    shift = make_shift(event, job="Door", needed=3, place="Side entrance")
    kim, lee = make_volunteer(languages=["ko"]), make_volunteer()
    for person in (kim, lee):
        take(shift, person)
    Duty.objects.filter(volunteer=lee).update(state="refused")
    roster = reverse("admin:events_event_roster", args=[event.pk])
    assert roster in client.get(change_url(event)).content.decode()
    page = client.get(roster).content.decode()
    for seen in (str(kim), "Korean", kim.user.email, "Side entrance", "Back room",
                 "2 more people are needed"):  # fmt: skip
        assert seen in page
    assert lee.user.email not in page


@pytest.mark.parametrize("role", ["publisher", "editor", "campaigner", "volunteer"])
def test_others_see_no_visitors_and_no_volunteers(client, role):
    event = make_event()
    client.force_login(make_user(role))
    for name in ("door", "visitors", "roster"):
        response = client.get(reverse(f"admin:events_event_{name}", args=[event.pk]))
        assert response.status_code in (302, 404)
    for model in ("registration", "volunteer", "shift", "duty"):
        assert client.get(list_url(f"events_{model}")).status_code in (302, 403)


def test_gaps_are_listed_and_lie_on_the_desk(client):
    shift = make_shift(job="Door", needed=2)
    make_shift(job="Full")
    take(Shift.objects.get(job="Full"), make_volunteer())
    make_shift(make_event("draft"), job="Unborn")
    listed = client.get(list_url("events_shift"), {"people": "lacking"}).context["cl"].result_list
    assert list(listed) == [shift]
    desk = client.get(reverse("admin:index")).content.decode()
    assert "Door: 2 people lack" in desk and "Full:" not in desk


def test_who_waits_for_a_yes_lies_on_the_desk(client):
    kim = make_volunteer()
    take(make_shift(make_event(is_sensitive=True), job="Door"), kim)
    assert f"{kim}: Door" in client.get(reverse("admin:index")).content.decode()


def test_a_no_is_told_and_an_answer_is_given_once(client):
    duty = take(make_shift(make_event(is_sensitive=True)), make_volunteer())
    response = act(client, "say_no", duty, model="events_duty")
    assert told(response) == ["1 volunteer gets your answer."]
    response = act(client, "say_yes", duty, model="events_duty")
    assert told(response)[-1] == "1 did not wait for an answer."
    duty.refresh_from_db()
    assert duty.state == "refused"


def test_a_coordinator_puts_a_volunteer_on_a_shift_and_takes_them_off(client):
    shift, kim = make_shift(make_event(is_sensitive=True)), make_volunteer()
    typed = {"shift": shift.pk, "volunteer": kim.pk}
    assert send(client, add_url("events_duty"), "duty_form", **typed).status_code == 302
    duty = Duty.objects.get()
    assert duty.state == "taken", "who enters it has said yes"
    twice = complaints(send(client, add_url("events_duty"), "duty_form", **typed))
    assert twice["__all__"] == ["This volunteer is on the shift already."]
    other = make_shift(shift.event)
    busy = complaints(
        send(client, add_url("events_duty"), "duty_form", **typed | {"shift": other.pk})
    )
    assert busy["__all__"][0].startswith("At that time you are on another shift")
    response = act(client, "take_off", duty, model="events_duty")
    assert told(response)[-1] == "1 volunteer is off the shift."
    assert not Duty.objects.exists()


def test_all_who_come_are_told_that_an_event_is_cancelled(client):
    event = make_event(title="Seminar", title_ja="セミナー", status="cancelled",
                       status_note="The hall burnt down.")  # fmt: skip
    make_registration(event, email="a@example.org", language="ja")
    make_registration(event, "waiting", email="b@example.org")
    for state in ("unconfirmed", "cancelled"):
        make_registration(event, state)
    make_registration(event, email="")
    kim = make_volunteer()
    Duty.objects.create(shift=make_shift(event), volunteer=kim, state="taken")
    make_volunteer()
    url = reverse("admin:events_event_announce", args=[event.pk])
    page = client.get(url).content.decode()
    assert "2 visitors with seats or on the waiting list" in page
    assert "The hall burnt down." in page and not queued_mails()
    assert told(client.post(url)) == ["3 letters are on their way."]
    mails = queued_mails()
    assert [to for to, _subject, _words in mails] == [
        "a@example.org",
        "b@example.org",
        kim.user.email,
    ]
    assert "セミナー" in mails[0][2] and "http://testserver/ja/events/" in mails[0][2]
    assert mails[1][1] == "An event is cancelled" and "The hall burnt down." in mails[1][2]
    client.force_login(make_user("publisher"))
    assert client.post(url).status_code == 403


def test_nobody_is_told_of_what_is_not_public(client):
    event = make_event("draft")
    make_registration(event)
    response = client.post(reverse("admin:events_event_announce", args=[event.pk]))
    assert told(response) == ["Publish the event first: the letter leads to its page."]
    assert not queued_mails()


def test_an_invitation_is_sent_again_and_volunteers_are_let_in_no_more(client):
    kim = make_volunteer()
    response = act(client, "invite_again", kim, model="events_volunteer")
    assert told(response) == ["1 invitation is on its way."]
    assert queued_mails()[0][0] == kim.user.email
    act(client, "let_in_no_more", kim, model="events_volunteer")
    kim.user.refresh_from_db()
    assert not kim.user.is_active


def test_volunteers_are_found_by_language(client):
    kim = make_volunteer(languages=["ko", "ja"])
    make_volunteer(languages=["en"])
    listed = client.get(list_url("events_volunteer"), {"speaks": "ko"}).context["cl"].result_list
    assert list(listed) == [kim]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("model", "queries"),
    [("registration", 7), ("volunteer", 7), ("shift", 8), ("duty", 7)],
)
def test_a_list_costs_the_same_however_long(
    client, django_assert_num_queries, model, queries, count
):
    for _ in range(count):
        make_registration()
        take(make_shift(), make_volunteer())
    with django_assert_num_queries(queries):
        response = client.get(list_url(f"events_{model}"))
    assert len(response.context["cl"].result_list) == count
