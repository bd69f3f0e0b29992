"""What everybody sees of events: lists, pages, feeds, sitemap, search, front page."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from events_factories import make_assembly, make_event, make_session
from factories import make_article, make_photo, make_user
from office import change_url, send

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def text_of(response):
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def titles(client, url):
    return [str(told.title) for told in client.get(url).context["events"]]


def linked_event(response):
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>',
                         response.content.decode())  # fmt: skip
    return json.loads(data)["@graph"][0]


# Lists


def test_what_is_to_come_is_listed_soonest_first(client):
    today = timezone.localdate()
    for days in (30, 0, 2, -1):
        make_event(title=f"in {days}", starts_on=today + timedelta(days))
    make_event(title="goes on", starts_on=today - timedelta(3), ends_on=today)
    assert titles(client, "/events/") == ["goes on", "in 0", "in 2", "in 30"]
    assert titles(client, "/events/past/") == ["in -1"]


def test_past_events_stand_by_year(client):
    for day in (date(2005, 7, 30), date(2005, 12, 31), date(2006, 1, 1)):
        make_event(title=day.isoformat(), starts_on=day)
    assert titles(client, "/events/2005/") == ["2005-12-31", "2005-07-30"]
    assert titles(client, "/events/past/") == ["2006-01-01", "2005-12-31", "2005-07-30"]
    assert client.get("/events/2007/").status_code == 404
    assert client.get("/events/").context["years"] == [2006, 2005]


def test_a_long_list_has_pages(client):
    for days in range(21):
        make_event(title=str(days), starts_on=timezone.localdate() + timedelta(days))
    assert titles(client, "/events/") == [str(days) for days in range(20)]
    assert client.get("/events/").context["page"]["older"] == "?page=2"
    assert titles(client, "/events/?page=2") == ["20"]
    for nonsense in ("3", "0", "-1", "x", "²", "99999999999"):
        assert client.get("/events/", {"page": nonsense}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("url", "queries"),
    [("/events/", 3), ("/events/past/", 3), ("/events/2006/", 3), ("/events/feed.atom", 2)],
)
def test_a_list_costs_the_same_however_many_events(
    client, django_assert_num_queries, url, queries, count
):
    for _ in range(count):
        for day in (date(2006, 1, 1), timezone.localdate()):
            make_session(make_event(starts_on=day, lead_photo=make_photo()))
    with django_assert_num_queries(queries):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_an_event_page_costs_three_queries_however_many_sessions(
    client, django_assert_num_queries, count
):
    event = make_event(lead_photo=make_photo())
    for _ in range(count):
        make_session(event, report=make_article())
    with django_assert_num_queries(3):
        response = client.get(event.get_absolute_url())
    assert len(response.context["event"].sessions) == count


# The page


def test_the_assembly_stands_by_day_and_tells_outsiders_what_they_may_know(client):
    page = text_of(client.get(make_assembly().get_absolute_url()))
    for line in (
        "July 30, 2005 (Saturday) Personal stories",
        "July 31, 2005 (Sunday) Private screening",
        "August 1, 2005 (Monday) Panel discussion To attend, contact us.",
    ):
        assert line in page
    assert "Seoul Train" not in page and "IPCNKR panel" not in page


def test_times_are_told_with_their_zone(client):
    event = make_event(
        zone="America/New_York", starts_on=date(2026, 3, 7), ends_on=date(2026, 3, 8)
    )
    make_session(event, starts="19:00", ends="21:30")
    make_session(event, starts="22:00", ends="01:00", ends_on=date(2026, 3, 8))
    make_session(event, starts="09:00", ends=None, day=date(2026, 3, 8))
    page = text_of(client.get(event.get_absolute_url()))
    assert "All times are those of New York, UTC-04:00 / UTC-05:00." in page
    assert "7 p.m. to 9:30 p.m." in page
    assert "10 p.m. to March 8, 1 a.m." in page
    assert "from 9 a.m." in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "cancelled", "status_note": "The hall burnt down."},
         "This event is cancelled. The hall burnt down."),
        ({"status": "moved", "previously_on": date(2005, 7, 29)},
         "This event was moved from July 29, 2005 to July 30, 2005."),
        ({"status": "moved"}, "This event was moved."),
    ],
)  # fmt: skip
def test_cancelled_and_moved_are_said_plainly(client, fields, sentence):
    event = make_assembly(**fields)
    assert sentence in text_of(client.get(event.get_absolute_url()))
    label = {"cancelled": "Cancelled", "moved": "Moved"}[event.status]
    assert label in text_of(client.get("/events/2005/"))


def test_a_report_is_linked_once_it_is_public(client):
    event = make_event()
    public, draft = make_article(title="It was good"), make_article("draft", title="Not yet")
    for report in (public, draft):
        make_session(event, report=report, attendance=120, video_link="https://example.org/v")
    page = client.get(event.get_absolute_url()).content.decode()
    assert f'<a href="{public.get_absolute_url()}">It was good</a>' in page
    assert "Not yet" not in page
    assert "120 people came" in page and 'href="https://example.org/v"' in page


@pytest.mark.parametrize(("state", "status"), [("draft", 404), ("review", 404), ("withdrawn", 410)])
def test_what_is_not_public_is_not_found(client, state, status):
    event = make_event(state)
    response = client.get(event.get_absolute_url())
    assert response.status_code == status
    assert event.title not in response.content.decode()


def test_a_preview_shows_staff_what_the_public_will_see(client):
    event = make_event("draft", private_place="The back room")
    make_session(event, title="Unseen", audience="staff")
    url = event.get_absolute_url() + "?preview"
    assert client.get(url).url.startswith("/sign-in/?next=")
    client.force_login(make_user("volunteer"))
    assert client.get(url).status_code == 404
    client.force_login(make_user("coordinator"))
    response = client.get(url)
    assert "This is a preview. State: Draft." in text_of(response)
    assert "no-store" in response["Cache-Control"]
    assert not re.search("back room|Unseen", response.content.decode())


def test_a_page_speaks_its_language_and_marks_what_is_not_translated(client):
    event = make_event(slug="meeting", title_ja="会議", teaser="Come.")
    page = client.get("/ja/events/meeting/").content.decode()
    assert "<h1>会議</h1>" in page
    assert '<p class="standfirst" lang="en">Come.</p>' in page
    assert re.findall(r'hreflang="(\w+|x-default)" href="([^"]+)"', page)[:2] == [
        ("en", f"http://testserver{event.get_absolute_url()}"),
        ("ja", "http://testserver/ja/events/meeting/"),
    ]


def test_the_old_address_of_an_event_leads_to_the_new_one(client):
    event = make_event(slug="old")
    client.force_login(make_user("publisher"))
    assert send(client, change_url(event), "event_form", slug="new").status_code == 302
    client.logout()
    response = client.get("/events/old/")
    assert (response.status_code, response.url) == (301, "/events/new/")


# Machines


def test_search_engines_are_told_status_place_and_organiser(client):
    event = make_event(
        starts_on=date(2026, 3, 7), place="Hall", address="1 Street", online_link="https://example.org/",
        status="moved", previously_on=date(2026, 3, 1), organiser="Friends", teaser="Come.",
    )  # fmt: skip
    make_session(event, title="Talk", speakers="Ms A\nMr B", is_cancelled=True)
    data = linked_event(client.get(event.get_absolute_url()))
    assert data["startDate"] == "2026-03-07T10:00:00+09:00"
    assert data["endDate"] == "2026-03-07T11:00:00+09:00"
    assert data["previousStartDate"] == "2026-03-01"
    assert data["eventStatus"] == "https://schema.org/EventRescheduled"
    assert data["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert data["location"] == [
        {"@type": "Place", "name": "Hall", "address": "1 Street"},
        {"@type": "VirtualLocation", "url": "https://example.org/"},
    ]
    assert data["organizer"] == {"@type": "Organization", "name": "Friends"}
    (part,) = data["subEvent"]
    assert part["eventStatus"] == "https://schema.org/EventCancelled"
    assert [person["name"] for person in part["performer"]] == ["Ms A", "Mr B"]


def test_of_an_event_without_times_search_engines_learn_the_days(client):
    data = linked_event(client.get(make_assembly(status="cancelled").get_absolute_url()))
    assert (data["startDate"], data["endDate"]) == ("2005-07-30", "2005-08-01")
    assert data["eventStatus"] == "https://schema.org/EventCancelled"
    assert data["organizer"]["alternateName"] == "LFNKR"
    assert [part["name"] for part in data["subEvent"]] == ["Personal stories"]


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_feed_holds_events_as_they_were_announced(client, form):
    for day in (1, 2):
        make_event(title=str(day), published_at=datetime(2026, 1, day, tzinfo=UTC))
    feed = ElementTree.fromstring(client.get(f"/events/feed.{form}").content)
    found = feed.findall(".//item/title") or feed.findall(f"{ATOM}entry/{ATOM}title")
    assert [title.text for title in found] == ["2", "1"]


def test_no_private_change_makes_an_event_new_in_feed_or_sitemap(client):
    event = make_event()
    make_session(event, audience="staff")
    before = [client.get(url).content for url in ("/events/feed.atom", "/sitemap-events-1.xml")]
    event.refresh_from_db()
    event.private_place = "The back room"
    event.save()
    event.sessions.update(title_en="Another", starts="09:00")
    after = [client.get(url).content for url in ("/events/feed.atom", "/sitemap-events-1.xml")]
    assert before == after


def test_the_sitemap_lists_events_and_their_lists(client):
    make_event(slug="assembly", starts_on=date(2005, 7, 30), title_ja="会議")
    make_event("draft", slug="draft")
    part = client.get("/sitemap-events-1.xml").content.decode()
    assert re.findall(r"<loc>http://testserver(.*?)</loc>", part) == [
        "/events/assembly/",
        "/ja/events/assembly/",
    ]
    lists = client.get("/sitemap-lists.xml").content.decode()
    assert {"/events/", "/events/past/", "/events/2005/", "/ko/events/2005/"} <= set(
        re.findall(r"<loc>http://testserver(.*?)</loc>", lists)
    )


def test_the_search_finds_an_event_by_its_public_sessions(client):
    event = make_event(title="Open day")
    make_session(event, title="Puppet theatre")
    make_session(event, title="Smuggler", audience="volunteers")
    page = text_of(client.get("/search/?q=puppet"))
    assert "Open day" in page and "Event" in page
    assert "Open day" not in text_of(client.get("/search/?q=smuggler"))


def test_the_front_page_shows_the_next_four_and_nothing_past(client):
    today = timezone.localdate()
    for days in (-1, 5, 4, 3, 2, 1):
        make_event(title=f"in {days} days", starts_on=today + timedelta(days))
    assert titles(client, "/") == [f"in {days} days" for days in (1, 2, 3, 4)]


def test_the_same_page_is_the_same_for_everybody(client):
    event = make_assembly()
    urls = [event.get_absolute_url(), "/events/2005/", "/events/feed.atom"]
    before = [client.get(url).content for url in urls]
    client.force_login(make_user("coordinator"))
    responses = [client.get(url) for url in urls]
    assert [response.content for response in responses] == before
    assert not any("Cookie" in response.get("Vary", "") for response in responses)
