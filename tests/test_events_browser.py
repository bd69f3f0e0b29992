"""Events in a real browser: for everybody, on every screen and on paper, without scripts."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from events_factories import make_event, make_session, make_shift, make_volunteer
from factories import make_photo
from looks import faults_of
from pypdf import PdfReader

from events.models import Assignment

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["/events/", "/events/past/", "/events/assembly/", "/ja/events/assembly/",
         "/events/assembly/register/", "/sign-in/"]  # fmt: skip
OWN = ["/schedule/", "/ja/schedule/", "/schedule/profile/"]
PASSWORD = "rice-and-clothes-and-letters"


@pytest.fixture(autouse=True)
def volunteer():
    """Three days with twelve sessions, every part that a page can have, and one who helps."""
    first = timezone.localdate() + timedelta(30)
    event = make_event(
        slug="assembly", title="Joint assembly of lawmakers and groups", title_ja="合同集会",
        teaser="Three days. " * 9, text="<p>A text that explains it all. </p>" * 6,
        starts_on=first, ends_on=first + timedelta(2), place="Hall", address="1 Street, Tokyo",
        directions="Four minutes from the station.", contact="office@example.org",
        languages=["en", "ja", "ko"], partners="One\nTwo", lead_photo=make_photo(caption="Hall"),
        takes_registrations=True, capacity=20, status="moved", status_note="The hall was too small.",
        private_place="An" + " extraordinarilylongword" * 3, private_notes="Ask for Lee.",
    )  # fmt: skip
    for number in range(12):
        make_session(event, title=f"Session {number} with a title that takes some room",
                     day=first + timedelta(number % 3), starts=f"{9 + number:02}:00",
                     ends=f"{9 + number:02}:45" if number != 11 else None, room="Hall",
                     speakers="Ms A\nMr B", is_cancelled=number == 5)  # fmt: skip
    make_event(title="Past", starts_on=timezone.localdate() - timedelta(9))
    make_shift(event, job="Door", languages=["en"])
    volunteer = make_volunteer()
    volunteer.user.set_password(PASSWORD)
    volunteer.user.save()
    Assignment.objects.create(event=event, volunteer=volunteer)
    return volunteer


def sign_in(page, volunteer):
    page.goto("/schedule/")
    page.get_by_label("E-mail address").fill(volunteer.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/schedule/")


def test_everybody_can_read_every_page_of_events_on_every_screen(page, volunteer):
    sign_in(page, volunteer)
    for address in PAGES + OWN:
        page.goto(address)
        assert faults_of(page) == []


def test_three_days_with_twelve_sessions_fit_on_one_sheet(page):
    page.goto("/events/assembly/")
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    assert len(sheets) == 1
    words = sheets[0].extract_text()
    assert "Session 11" in words and "too small" in words
    assert "Subscribe" not in words and "To my calendar" not in words


def test_a_printed_schedule_has_private_places_and_no_buttons(page, volunteer):
    sign_in(page, volunteer)
    words = "".join(
        sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    )
    assert "extraordinarilylongword" in words and "Door" in words
    assert "Take this shift" not in words and "Sign out" not in words


def test_a_volunteer_takes_a_shift_by_keyboard_and_without_scripts(plain, volunteer):
    sign_in(plain, volunteer)
    plain.get_by_role("button", name="Take this shift").focus()
    plain.keyboard.press("Enter")
    plain.get_by_role("button", name="Give it back").wait_for()
    assert plain.get_by_role("status").inner_text() == "The shift is yours. Thank you!"
    plain.get_by_role("button", name="Sign out").click()
    plain.wait_for_url("**/sign-in/")
