"""What staff are asked to look at again: weekdays, days outside, rooms, clock changes."""

from datetime import date, time

import pytest

from events.doubts import doubts_about
from events.models import Event, Session
from events.zones import DOUBLE, IMPOSSIBLE, at, clock_change

NEW_YORK = "America/New_York"


def event(**fields):
    days = {"starts_on": date(2005, 7, 30), "ends_on": date(2005, 8, 1)}
    return Event(**days | {"title_en": "Assembly", "zone": "Asia/Tokyo"} | fields)


def session(**fields):
    return Session(**{"title_en": "Panel", "day": date(2005, 7, 30)} | fields)


def test_a_weekday_that_no_year_satisfies_is_doubted_twice():
    text = "to begin in Tokyo on Saturday, July 30. The meeting is on Sunday August 1"
    assert doubts_about(event(text_en=text), []) == [
        "“Sunday August 1”: that day is a Monday.",
        "“Saturday, July 30” and “Sunday August 1” cannot both be right, in no year.",
    ]


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("7月30日（日）開会", "“7月30日（日）”: that day is a Saturday."),
        ("2005年8月1日(日・祝)", "“2005年8月1日(日・祝)”: that day is a Monday."),
        ("8月1日日曜に閉会", "“8月1日日曜”: that day is a Monday."),
        ("7월 30일(일) 개회", "“7월 30일(일)”: that day is a Saturday."),
        ("2005년 8월 1일 일요일", "“2005년 8월 1일 일요일”: that day is a Monday."),
    ],
)
def test_weekdays_are_read_in_japanese_and_korean(text, doubt):
    code = "ja" if "月" in text else "ko"
    assert doubts_about(event(**{f"teaser_{code}": text}), []) == [doubt]


@pytest.mark.parametrize(
    "text",
    [
        "Saturday, July 30",
        "7月30日（土）",
        "8월 1일 월요일",
        "February 31",
        "2月31日（土）",
        "日曜",
    ],
)
def test_right_days_and_no_days_are_not_doubted(text):
    assert doubts_about(event(text_en=text), []) == []


def test_the_texts_of_sessions_are_read_too():
    assert doubts_about(event(), [session(text_en="<p>On <b>Monday</b> July 30</p>")]) == [
        "“Monday July 30”: that day is a Saturday."
    ]


def test_a_session_outside_of_its_event_is_doubted():
    late = session(day=date(2005, 8, 1), ends_on=date(2005, 8, 2))
    assert doubts_about(event(), [late, session()]) == [
        "“Panel” is on August 1, 2005, outside of the event (July 30, 2005 to August 1, 2005)."
    ]


@pytest.mark.parametrize(
    ("room", "starts", "is_doubted"),
    [
        ("hall ", time(10, 30), True),
        ("Hall", time(11), False),
        ("Lobby", time(10, 30), False),
        ("", time(10, 30), False),
    ],
)
def test_two_sessions_in_one_room_at_one_time_are_doubted(room, starts, is_doubted):
    first = session(title_en="A", room_en="Hall", starts=time(10), ends=time(11))
    second = session(title_en="B", room_en=room, starts=starts, ends=time(12))
    doubts = ["“A” and “B” overlap in the room “Hall”."] if is_doubted else []
    assert doubts_about(event(), [first, second]) == doubts


def test_a_cancelled_session_is_in_nobody_s_way():
    first = session(room_en="Hall", starts=time(10), ends=time(11), is_cancelled=True)
    assert doubts_about(event(), [first, session(room_en="Hall", starts=time(10))]) == []


def test_times_that_a_clock_change_skips_or_doubles_are_doubted():
    abroad = event(zone=NEW_YORK, starts_on=date(2026, 3, 8), ends_on=date(2026, 11, 1))
    skipped = session(title_en="A", day=date(2026, 3, 8), starts=time(2, 30))
    doubled = session(title_en="B", day=date(2026, 11, 1), starts=time(0, 30), ends=time(1, 30))
    assert doubts_about(abroad, [skipped, doubled]) == [
        "“A”: on March 8, 2026 the clocks in New York skip 2:30 a.m.. It would be told an hour"
        " later: choose another time.",
        "“B”: on November 1, 2026 the clocks in New York show 1:30 a.m. twice. The first is"
        " meant, unless you choose another time.",
    ]


def test_a_skipped_time_is_an_hour_later_and_a_doubled_one_the_first():
    spring, autumn = date(2026, 3, 8), date(2026, 11, 1)
    assert clock_change(spring, time(2, 30), NEW_YORK) == IMPOSSIBLE
    assert clock_change(autumn, time(1, 30), NEW_YORK) == DOUBLE
    assert clock_change(spring, time(3), NEW_YORK) is None
    assert at(spring, time(2, 30), NEW_YORK).isoformat() == "2026-03-08T03:30:00-04:00"
    assert at(autumn, time(1, 30), NEW_YORK).isoformat() == "2026-11-01T01:30:00-04:00"
