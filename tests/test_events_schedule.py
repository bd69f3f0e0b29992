"""Volunteers: invited, signed in, shown what is theirs and nothing else; their private calendar."""

import logging
import re
import uuid
from datetime import date, timedelta

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from events_factories import (
    make_event,
    make_session,
    make_shift,
    make_volunteer,
    queued_mails,
)
from factories import make_user
from icalendar import Calendar
from office import add_url, send, told

from accounts.models import User
from donations.logs import WithoutTokens
from events import links
from events.models import Assignment, Event, Volunteer
from events.schedule import calendar_path
from events.shifts import take
from events.volunteers import end

pytestmark = pytest.mark.django_db
PASSWORD = "rice-and-clothes-and-letters"


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "correspondence.outbox.OutboxBackend"


@pytest.fixture
def volunteer(client):
    volunteer = make_volunteer()
    client.force_login(volunteer.user)
    return volunteer


def page(client, url="/schedule/"):
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# By invitation


def test_a_volunteer_is_invited_sets_a_password_and_signs_in(client):
    client.force_login(make_user("coordinator"))
    response = send(client, add_url("events_volunteer"), "volunteer_form",
                    email=" Kim@Example.org", name="Kim", languages=["ja", "ko"],
                    mail_language="ja", skills="Cooking")  # fmt: skip
    assert response.status_code == 302, response.content.decode()
    assert told(response) == ["kim@example.org gets an e-mail with an invitation."]
    volunteer = Volunteer.objects.get()
    assert (str(volunteer), volunteer.languages) == ("Kim", ["ja", "ko"])
    assert not volunteer.user.is_staff
    client.logout()
    ((to, _subject, words),) = queued_mails()
    link = re.search(r"http://testserver(/ja/schedule/password/\S+)", words)[1]
    assert to == "kim@example.org"
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"new_password1": PASSWORD, "new_password2": PASSWORD})
    response = client.get("/schedule/sign-in/?next=/schedule/profile/")
    response = client.post(response.url, {
        "login": "Kim@example.org", "password": PASSWORD, "next": "/schedule/profile/"})  # fmt: skip
    assert response.url == "/schedule/profile/"
    assert "Your schedule" in page(client)
    assert not client.get(link, follow=True).context["validlink"], "a link works once"


def test_who_has_an_account_keeps_its_password(client):
    editor = make_user("editor")
    editor.set_password(PASSWORD)
    editor.save()
    client.force_login(make_user("coordinator"))
    send(client, add_url("events_volunteer"), "volunteer_form", email=editor.email, name="X",
         mail_language="en")  # fmt: skip
    editor.refresh_from_db()
    assert editor.check_password(PASSWORD) and editor.name != "X"
    assert editor.has_perm("events.take_shift")


@pytest.mark.parametrize(
    ("is_active", "sentence"),
    [
        (True, "This person is a volunteer already."),
        (False, "This person is a volunteer already."),
    ],
)
def test_nobody_is_invited_twice(client, is_active, sentence):
    volunteer = make_volunteer()
    User.objects.filter(pk=volunteer.user.pk).update(is_active=is_active)
    client.force_login(make_user("coordinator"))
    response = send(client, add_url("events_volunteer"), "volunteer_form",
                    email=volunteer.user.email, name="X", mail_language="en")  # fmt: skip
    assert sentence in response.content.decode()
    assert not queued_mails()


def test_only_coordinators_invite(client):
    for role in ("editor", "publisher", "campaigner"):
        client.force_login(make_user(role))
        assert client.get(add_url("events_volunteer")).status_code == 403


def test_who_is_let_in_no_more_loses_session_assignments_and_calendar(client, volunteer):
    event = make_event()
    Assignment.objects.create(event=event, volunteer=volunteer)
    path = calendar_path(volunteer)
    end(volunteer)
    assert client.get("/schedule/").url.startswith("/sign-in/")
    assert client.get(path).status_code == 404
    assert not Assignment.objects.exists()
    assert Volunteer.objects.count() == 1


def test_a_forgotten_password_gets_a_link_and_nobody_learns_who_is_one(client):
    volunteer = make_volunteer()
    volunteer.user.set_password(PASSWORD)
    volunteer.user.save()
    address = client.get("/schedule/password/").url
    for email in (volunteer.user.email, "nobody@example.org"):
        answer = client.post(address, {"email": email}).content.decode()
        assert "Look into your mailbox" in answer
    assert [to for to, _subject, _words in queued_mails()] == [volunteer.user.email]


def test_signing_in_leads_to_no_other_site(client):
    volunteer = make_volunteer()
    volunteer.user.set_password(PASSWORD)
    volunteer.user.save()
    response = client.post("/sign-in/", {
        "login": volunteer.user.email, "password": PASSWORD, "next": "https://evil.example/"})  # fmt: skip
    assert response.url == "/schedule/"


# What is theirs


def test_who_is_not_signed_in_is_asked_to_and_others_are_told_whom_to_ask(client):
    response = client.get("/ja/schedule/")
    assert response.url == "/ja/sign-in/?next=%2Fja%2Fschedule%2F"
    client.force_login(make_user("editor"))
    response = client.get("/schedule/")
    assert response.status_code == 403
    assert "Ask a coordinator to invite you." in response.content.decode()


def test_the_schedule_is_never_cached_or_compressed(client, volunteer):
    make_event()
    response = client.get("/schedule/", headers={"accept-encoding": "gzip"})
    assert "no-store" in response["Cache-Control"]
    assert "Content-Encoding" not in response
    assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_a_volunteer_sees_sessions_for_volunteers_and_private_places_only_where_assigned(
    client, volunteer
):
    private = {"private_place": "Back room", "private_directions": "Two knocks",
               "private_notes": "Ask for Lee"}  # fmt: skip
    ours, other = make_event(title="Ours", **private), make_event(title="Other")
    Event.objects.filter(pk=other.pk).update(private_place="Cellar")
    for event, name in ((ours, "ours"), (other, "other")):
        for audience in ("public", "volunteers", "assigned", "staff"):
            make_session(event, title=f"{name} {audience}", audience=audience,
                         outsiders_see="label", label=f"Door of {name}")  # fmt: skip
    Assignment.objects.create(event=ours, volunteer=volunteer)
    text = page(client)
    for seen in (*private.values(), "ours public", "ours volunteers", "ours assigned",
                 "other public", "other volunteers", "Door of other"):  # fmt: skip
        assert seen in text
    for unseen in ("Cellar", "ours staff", "other assigned", "other staff"):
        assert unseen not in text


def test_drafts_and_past_events_stand_in_no_schedule(client, volunteer):
    make_event("draft", title="Draft")
    make_event("withdrawn", title="Withdrawn")
    make_event(title="Bygone", starts_on=timezone.localdate() - timedelta(2))
    assert not re.search("Draft|Withdrawn|Bygone", page(client))


def test_a_shift_is_taken_and_given_back_on_the_page(client, volunteer):
    shift = make_shift(job="Door", place="Side entrance", notes="Bring a torch")
    text = page(client)
    assert "One more person is needed" in text
    assert "Side entrance" not in text and "torch" not in text
    response = client.post(f"/schedule/shifts/{shift.pk}/take/")
    assert response.url == f"/schedule/#shift-{shift.pk}"
    text = page(client)
    assert "The shift is yours. Thank you!" in text
    assert "Side entrance" in text and "torch" in text
    client.post(f"/schedule/shifts/{shift.pk}/give-back/")
    assert "Side entrance" not in page(client)
    assert not shift.duties.exists()


def test_a_sensitive_shift_shows_its_place_only_after_the_yes(client, volunteer):
    event = make_event(is_sensitive=True, private_place="Back room")
    shift = make_shift(event, place="Side entrance")
    client.post(f"/schedule/shifts/{shift.pk}/take/")
    text = page(client)
    assert "The coordinator has to say yes first." in text
    assert "Side entrance" not in text and "Back room" not in text
    client.force_login(make_user("coordinator"))
    duty = shift.duties.get()
    action = {"action": "say_yes", "_selected_action": [duty.pk]}
    response = client.post(reverse("admin:events_duty_changelist"), action)
    assert told(response) == ["1 volunteer gets your answer."]
    client.force_login(volunteer.user)
    text = page(client)
    assert "Side entrance" in text and "Back room" in text


def test_acts_need_the_button_and_a_shift_that_one_may_see(client, volunteer):
    shift, draft = make_shift(), make_shift(make_event("draft"))
    assert client.get(f"/schedule/shifts/{shift.pk}/take/").status_code == 405
    assert client.post(f"/schedule/shifts/{draft.pk}/take/").status_code == 404
    client.force_login(make_user("coordinator"))
    assert client.post(f"/schedule/shifts/{shift.pk}/take/").status_code == 403


def test_what_does_not_go_is_said(client, volunteer):
    shift = make_shift(make_event(status="cancelled"))
    client.post(f"/schedule/shifts/{shift.pk}/take/")
    assert "The event is cancelled, so nobody is needed." in page(client)


def test_a_coordinator_sees_all_of_it(client):
    event = make_event(private_place="Back room")
    make_session(event, title="For staff", audience="staff")
    make_shift(event, place="Side entrance")
    client.force_login(make_user("coordinator"))
    text = page(client)
    assert all(seen in text for seen in ("Back room", "For staff", "Side entrance"))


def test_a_volunteer_keeps_the_profile(client, volunteer):
    response = client.post("/schedule/profile/", {
        "name": " Kim  Lee ", "languages": ["ko"], "skills": "Driving", "mail_language": "ko"})  # fmt: skip
    assert response.url == "/schedule/"
    volunteer.refresh_from_db()
    assert (str(volunteer), volunteer.languages, volunteer.skills) == ("Kim Lee", ["ko"], "Driving")
    response = client.post("/schedule/profile/", {"name": "", "languages": ["xx"]})
    assert "What you typed is still below." in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_schedule_costs_the_same_however_much_is_on(
    client, volunteer, django_assert_num_queries, count
):
    for _ in range(count):
        event = make_event()
        make_session(event)
        make_shift(event)
    with django_assert_num_queries(12):
        client.get("/schedule/")


# The private calendar


def entries(client, path):
    response = client.get(path)
    assert response.status_code == 200
    calendar = Calendar.from_ical(response.content)
    return response, {str(entry["summary"]): entry for entry in calendar.events}


def test_the_private_calendar_holds_what_one_may_see_and_one_s_shifts(client):
    volunteer, other = make_volunteer(), make_volunteer()
    event = make_event(title="Day", private_place="Back room", private_notes="Ask for Lee")
    make_session(event, title="Briefing", audience="assigned")
    shift = make_shift(event, job="Door", place="Side entrance", notes="Torch")
    take(shift, volunteer)
    response, mine = entries(client, calendar_path(volunteer))
    assert set(mine) == {"Day", "Briefing · Day", "Door · Day"}
    assert mine["Door · Day"]["location"] == "Side entrance, Back room"
    assert mine["Day"]["location"] == "Back room"
    assert "private" in response["Cache-Control"]
    _response, theirs = entries(client, calendar_path(other))
    assert set(theirs) == {"Day"}
    assert "location" not in theirs["Day"] and "Lee" not in str(theirs)


def test_a_private_change_raises_the_sequence_only_for_who_sees_it(client):
    assigned, other = make_volunteer(), make_volunteer()
    event = make_event(title="Day")
    Assignment.objects.create(event=event, volunteer=assigned)
    event.private_place = "Back room"
    event.save()
    found = [entries(client, calendar_path(v))[1]["Day"]["sequence"] for v in (assigned, other)]
    assert found == [1, 0]


def test_a_client_that_has_the_private_calendar_gets_nothing_twice(client):
    make_session()
    path = calendar_path(make_volunteer())
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_new_address_revokes_the_old_one(client, volunteer):
    old = calendar_path(volunteer)
    assert old in client.get("/schedule/").content.decode()
    client.post("/schedule/calendar/renew/")
    volunteer.refresh_from_db()
    assert client.get(calendar_path(volunteer)).status_code == 200
    client.logout()
    response = client.get(old)
    assert response.status_code == 410
    assert response.content.decode() == (
        "This calendar address was replaced. Take the new one from your schedule:"
        " http://testserver/schedule/\n"
    )


@pytest.mark.parametrize("token", ["x", "1-2.3", "..", "1-" + "0" * 32 + ".sig"])
def test_a_made_up_address_is_not_found(client, token):
    make_volunteer()
    assert client.get(f"/schedule/calendar/{token}.ics").status_code == 404


def test_a_registration_link_is_no_key_to_a_calendar(client):
    volunteer = make_volunteer()
    token = links.token_of("registration", volunteer.pk, volunteer.calendar_version)
    assert client.get(f"/schedule/calendar/{token}.ics").status_code == 404


@pytest.mark.parametrize("purpose", ["private-calendar", "registration"])
def test_no_log_tells_a_signed_link(purpose):
    token = links.token_of(purpose, 12, uuid.uuid4())
    user = make_user("volunteer")
    password = default_token_generator.make_token(user)
    lines = WithoutTokens("%(message)s")
    record = logging.makeLogRecord(
        {"msg": f"Error: /x/{token}.ics /schedule/password/Mg/{password}/"}
    )
    assert lines.format(record) == "Error: /x/[link].ics /schedule/password/Mg/[link]/"


def test_a_cancelled_event_keeps_its_shifts_as_cancelled(client):
    volunteer = make_volunteer()
    shift = make_shift(make_event(title="Day", starts_on=date(2126, 1, 1)), job="Door")
    take(shift, volunteer)
    Event.objects.update(status="cancelled")
    assert entries(client, calendar_path(volunteer))[1]["Door · Day"]["status"] == "CANCELLED"
