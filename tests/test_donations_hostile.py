"""What robots and enemies send to the forms of donors: no error, no echo, and nothing kept."""

import random
import re

import pytest
from django.test import Client

from correspondence.guard import new_stamp
from correspondence.models import OutgoingEmail
from donations.models import Donor, LostLink, Pledge
from tests.campaigns_factories import make_campaign
from tests.donations_factories import make_method, priced_need, promise
from tests.pages_factories import make_page
from tests.pledge_forms import TYPED, stamp_in, text

pytestmark = pytest.mark.django_db
MARKUP = "<script>alert(1)</script>"
PIECES = [
    MARKUP, "'\"><img src=x onerror=alert(1)>", "\0", "\x01\x1b[31m", "\u202egnp.exe", "\ud7ff\ufffe",
    "é" * 300, "9" * 50, "-1", "1e9999", "NaN", "Infinity", "0x10", "१२३", "{{ settings.SECRET_KEY }}",
    "%s%n", "'; DROP TABLE donations_pledge; --", "a@b", "\r\nBcc: all@example.org", "\u2028", "",
    "{code}", "../../etc/passwd", "null", "[]", "true", "1,000,000,000,000,000", "💣" * 100,
]  # fmt: skip


def hostile_value(chance):
    if chance.random() < 0.05:
        return chance.choice(["x", "日", MARKUP]) * 100_000
    return "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 3)))


def hostile_post(chance, needs, stamps):
    """Return what a form could be sent with when nobody means well. Its stamp is never good."""
    names = [*TYPED, "step", "goods", "comes", "message", "method", "country", "public_name",
             "may_write", "need-999999999999999999999-money", *needs]  # fmt: skip
    sent = TYPED | {"step": chance.choice(["send", "send", "check", "change", "x"])}
    for name in chance.sample(names, chance.randint(0, 9)):
        sent[name] = hostile_value(chance)
    for name in chance.sample(sorted(sent), chance.randint(0, 4)):
        del sent[name]
    if chance.random() < 0.3:
        sent[chance.choice(names)] = [hostile_value(chance) for _ in range(3)]
    return sent | {"stamp": chance.choice([*stamps, hostile_value(chance)])}


@pytest.fixture
def place(settings, time_machine):
    settings.EMAIL_BACKEND = "correspondence.outbox.OutboxBackend"
    settings.PLEDGES_AN_HOUR = settings.LINKS_AN_HOUR = 10**6
    make_method()
    time_machine.move_to("2026-03-04T12:00:00+00:00", tick=False)
    need = priced_need(campaign=make_campaign(slug="summer"))
    hidden = priced_need(campaign=make_campaign("draft", slug="hidden"))
    make_campaign("withdrawn", slug="gone")
    stale = new_stamp()
    time_machine.shift(25 * 3600)
    early = new_stamp()  # nobody writes that fast
    needs = [f"need-{row.pk}-{kind}" for row in (need, hidden) for kind in ("money", "goods")]
    return needs, [stale, early, "", "a:b:c", stale[:-1]]


def counts():
    return Pledge.objects.count(), Donor.objects.count(), OutgoingEmail.objects.count()


def test_two_hundred_hostile_posts_break_nothing_and_leave_nothing(place):
    needs, stamps = place
    chance, client = random.Random(5), Client(raise_request_exception=False)
    addresses = ["/donate/", "/campaigns/summer/pledge/", "/ja/donate/", "/pledges/lost-link/",
                 "/campaigns/hidden/pledge/", "/campaigns/gone/pledge/", "/pledges/1-1.x/confirm/"]  # fmt: skip
    for number in range(200):
        sent, address = hostile_post(chance, needs, stamps), chance.choice(addresses)
        response = client.post(
            address, sent, **chance.choice([{}, {"headers": {"referer": MARKUP}}])
        )
        assert response.status_code < 500, (number, address, sent)
        assert MARKUP not in text(response) and "onerror=alert(1)>" not in text(response)
        assert not response.cookies
    assert counts() == (0, 0, 0) and not LostLink.objects.exists()


@pytest.mark.parametrize("step", ["send", "check", "change"])
def test_markup_that_passes_every_check_is_shown_as_text(place, time_machine, step):
    stamp = new_stamp()
    time_machine.shift(10)
    typed = TYPED | {"name": MARKUP, "message": MARKUP, "goods": MARKUP, "public_name": MARKUP}
    response = Client().post("/donate/", typed | {"stamp": stamp, "step": step}, follow=True)
    assert response.status_code == 200
    assert MARKUP not in text(response) and "&lt;script&gt;" in text(response)


def test_a_stamp_that_is_used_again_makes_no_second_pledge(place, time_machine):
    stamp = new_stamp()
    time_machine.shift(10)
    for number in range(20):
        typed = {"stamp": stamp, "step": "send", "email": f"a{number}@example.org"}
        Client().post("/donate/", TYPED | typed)
    assert Pledge.objects.count() == Donor.objects.count() == 1


def test_more_than_two_megabytes_are_refused(place):
    client = Client(raise_request_exception=False)
    response = client.post("/donate/", TYPED | {"message": "x" * 3_000_000})
    assert response.status_code == 400
    assert client.post("/donate/", {f"f{n}": "x" for n in range(2000)}).status_code == 400
    assert counts() == (0, 0, 0)


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "utf-16", "idna", "no-such-thing"])
@pytest.mark.parametrize("address", ["/donate/", "/contact/", "/pledges/lost-link/"])
def test_no_other_encoding_smuggles_in_what_cannot_be_stored(place, address, charset):
    make_page(slug="contact", has_contact_form=True)
    body = b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n\\ud800 +2AA-\r\n--b--\r\n'
    client = Client(raise_request_exception=False)
    kind = f"multipart/form-data; boundary=b; charset={charset}"
    assert client.generic("POST", address, body, content_type=kind).status_code == 200
    form = f"application/x-www-form-urlencoded; charset={charset}"
    assert (
        client.generic("POST", address, b"name=%5Cud800+%2B2AA-", content_type=form).status_code
        == 200
    )


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data", "x"])
def test_what_is_no_form_gets_the_form(place, kind):
    client = Client(raise_request_exception=False)
    response = client.post("/donate/", b'{"amount": 5}', content_type=kind)
    assert response.status_code in (200, 400)
    assert counts() == (0, 0, 0)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
@pytest.mark.parametrize(
    "address", ["/donate/", "/campaigns/summer/pledge/", "/pledges/lost-link/"]
)
def test_other_methods_are_not_allowed(place, method, address):
    assert getattr(Client(), method)(address).status_code == 405


def test_signs_that_nobody_sees_are_not_kept(place, time_machine):
    stamp = stamp_in(Client().get("/donate/"))
    time_machine.shift(10)
    typed = {"name": "An\x01na \u202eevil", "message": "a\x1b[31mb", "goods": "Caps\x07"}
    Client().post("/donate/", TYPED | typed | {"stamp": stamp, "step": "send"})
    pledge = Pledge.objects.get()
    assert (pledge.donor.name, pledge.message) == ("Anna evil", "a[31mb")
    assert pledge.lines.get(in_kind=True).goods == "Caps"


@pytest.mark.parametrize(
    "part", ["confirm/", "cancel/", "change/", "about-me/", "new-link/", "erase/"]
)
def test_no_number_of_a_pledge_opens_it(place, part):
    pledge = promise()
    for token in (str(pledge.pk), f"{pledge.pk}-1", f"{pledge.pk}-1.", f"{pledge.pk}-1.{'A' * 43}"):
        assert Client().post(f"/pledges/{token}/{part}").status_code == 404
    pledge.refresh_from_db()
    assert (pledge.state, pledge.token_version) == ("unconfirmed", 1)


def test_the_page_holds_no_inline_script_or_style_and_no_foreign_address(place):
    for address in ("/donate/", "/campaigns/summer/pledge/", "/pledges/lost-link/"):
        body = text(Client().get(address))
        assert not re.search(r"<script(?! type=\"application/ld)|<style|\sstyle=|\son\w+=", body)
