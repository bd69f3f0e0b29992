"""The guard of public forms: robots, the clock, and the count that nobody gets around."""

import threading
import time
from types import SimpleNamespace

import pytest
from django import forms
from django.core import signing
from django.db import connection, transaction
from django.test import RequestFactory
from test_settings import start

from correspondence import guard
from correspondence.guard import GuardedForm, client_network, is_allowed, new_stamp
from correspondence.models import FormUse

HOUR = 3600


class Form(GuardedForm):
    text = forms.CharField()


def stamp_of(age):
    return signing.dumps([int(time.time()) - age, "nonce"], salt=guard.__name__)


def sent(stamp, **typed):
    return Form({"stamp": stamp, "website": "", "text": "Hello"} | typed)


def sentences(form):
    return [str(error) for errors in form.errors.values() for error in errors]


def asked_by(address, **headers):
    return RequestFactory().post("/", REMOTE_ADDR=address, headers=headers)


@pytest.fixture
def noon(time_machine):
    time_machine.move_to("2026-03-04T12:00:00+00:00", tick=False)
    return time_machine


@pytest.mark.parametrize("age", [3, 60, 24 * HOUR])
def test_a_person_gets_through(noon, age):
    assert sent(stamp_of(age)).is_valid()


@pytest.mark.parametrize(
    ("age", "sentence"),
    [
        (0, "That was faster than people write. Wait a moment, and send it again."),
        (2, "That was faster than people write. Wait a moment, and send it again."),
        (-60, "That was faster than people write. Wait a moment, and send it again."),
        (
            24 * HOUR + 1,
            "This form was open for more than a day. Look it through, and send it again.",
        ),
    ],
)
def test_too_fast_and_too_old_are_told_so_and_keep_what_was_typed(noon, age, sentence):
    form = sent(stamp_of(age))
    assert sentences(form) == [sentence]
    assert 'value="Hello"' in str(form["text"])


OF_ANOTHER_FORM = signing.dumps([0, "x"], salt="other")


@pytest.mark.parametrize(
    "stamp",
    ["", "x", "\0", "a:b:c", "é", pytest.param(OF_ANOTHER_FORM, id="of another form")],
)
def test_a_moment_that_we_did_not_sign_is_too_old(noon, stamp):
    assert any("open for more than a day" in sentence for sentence in sentences(sent(stamp)))


def test_who_was_too_late_sends_the_same_form_again(noon):
    form = sent(stamp_of(25 * HOUR))
    assert not form.is_valid()
    renewed = form["stamp"].value()
    noon.shift(10)
    assert sent(renewed).is_valid()


def test_who_was_too_fast_waits_and_sends_the_same_form_again(noon):
    form = sent(stamp_of(0))
    assert not form.is_valid()
    noon.shift(3)
    assert sent(form["stamp"].value()).is_valid()


def test_a_filled_trap_is_told_and_not_dropped_in_silence(noon):
    form = sent(stamp_of(60), website="http://spam.example/")
    assert sentences(form) == [
        "This field is a trap for robots. Empty it, and send the form again."
    ]


def test_the_key_is_the_same_for_the_same_text_and_no_other(noon):
    def key(stamp, text):
        form = sent(stamp, text=text)
        assert form.is_valid()
        return form.key()

    one, other = new_stamp(), new_stamp()
    noon.shift(5)
    assert key(one, "Hello") == key(one, "Hello")
    assert len({key(one, "Hello"), key(one, "Hello!"), key(other, "Hello")}) == 3


@pytest.mark.django_db
def test_the_count_is_per_form_network_and_hour(noon):
    def count(form="contact", address="192.0.2.1"):
        return [is_allowed(asked_by(address), form, limit=2) for _ in range(3)]

    assert count() == [True, True, False]
    assert count(form="pledge") == [True, True, False]
    assert count(address="192.0.2.2") == [True, True, False]
    noon.shift(HOUR)
    assert count() == [True, True, False]


@pytest.mark.django_db
def test_no_address_is_stored_and_the_key_is_another_in_the_next_hour(noon):
    is_allowed(asked_by("192.0.2.1"), "contact", limit=2)
    first = FormUse.objects.get()
    assert "192.0.2.1" not in str(vars(first)) and len(first.key) == 64
    noon.shift(HOUR)
    is_allowed(asked_by("192.0.2.1"), "contact", limit=2)
    assert FormUse.objects.get().key != first.key


@pytest.mark.django_db
def test_the_key_needs_the_secret(noon, settings):
    is_allowed(asked_by("192.0.2.1"), "contact", limit=2)
    settings.SECRET_KEY = "another" * 10
    is_allowed(asked_by("192.0.2.1"), "contact", limit=2)
    assert FormUse.objects.count() == 2


@pytest.mark.django_db
def test_past_hours_are_forgotten(noon):
    for number in range(5):
        is_allowed(asked_by(f"192.0.2.{number}"), "contact", limit=2)
    assert FormUse.objects.count() == 5
    noon.shift(HOUR)
    is_allowed(asked_by("192.0.2.9"), "contact", limit=2)
    assert FormUse.objects.count() == 1


@pytest.mark.django_db
def test_the_counts_stand_in_no_backup():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relpersistence FROM pg_class WHERE relname = 'correspondence_formuse'"
        )
        assert cursor.fetchone() == ("u",)


@pytest.mark.django_db(transaction=True)
def test_eight_threads_get_exactly_as_many_as_are_allowed():
    allowed, start = [], threading.Barrier(8)

    def send_many():
        start.wait()
        for _ in range(25):
            allowed.append(is_allowed(asked_by("192.0.2.1"), "contact", limit=120))
        connection.close()

    threads = [threading.Thread(target=send_many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(allowed) == 200
    assert sum(FormUse.objects.values_list("count", flat=True)) == 200
    # The test may run over the full hour: then there are two counts, each exact.
    assert allowed.count(True) == sum(min(use.count, 120) for use in FormUse.objects.all())


@pytest.mark.django_db(transaction=True)
def test_no_caller_can_take_a_count_back():
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        is_allowed(asked_by("192.0.2.1"), "contact", limit=1)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1/32"),
        ("::ffff:192.0.2.1", "192.0.2.1/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", ""),
        ("192.0.2.1:80", ""),
    ],
)
def test_a_network_is_an_address_of_ipv4_or_half_of_one_of_ipv6(address, network):
    assert client_network(asked_by(address)) == network


@pytest.mark.parametrize(
    ("header", "network"),
    [
        ("198.51.100.7", "198.51.100.7/32"),
        (" 2001:db8::1 ", "2001:db8::/64"),
        ("203.0.113.9, 198.51.100.7", "198.51.100.7/32"),
        ("nonsense", "192.0.2.1/32"),
        ("", "192.0.2.1/32"),
        ("198.51.100.7, ", "192.0.2.1/32"),
        ("9" * 5000, "192.0.2.1/32"),
    ],
)
def test_a_named_header_counts_when_it_holds_an_address(settings, header, network):
    settings.CLIENT_ADDRESS_HEADER = "X-Real-IP"
    assert client_network(asked_by("192.0.2.1", x_real_ip=header)) == network


def test_a_header_that_nobody_named_counts_for_nothing(settings):
    settings.CLIENT_ADDRESS_HEADER = ""
    headers = {"x_real_ip": "198.51.100.7", "x_forwarded_for": "198.51.100.7"}
    assert client_network(asked_by("192.0.2.1", **headers)) == "192.0.2.1/32"


def test_a_request_that_names_nobody_shares_one_count():
    assert client_network(SimpleNamespace(META={}, headers={})) == ""


@pytest.mark.parametrize("name", ["X Real IP", "HTTP_X_REAL_IP", "X-Real-IP:", "ヘッダ"])
def test_a_malformed_header_name_ends_the_start_with_one_line(name):
    result = start(CLIENT_ADDRESS_HEADER=name)
    sentence = (
        "CLIENT_ADDRESS_HEADER is malformed. Set it like this: CLIENT_ADDRESS_HEADER=X-Real-IP\n"
    )
    assert (result.returncode, result.stderr) == (1, sentence)


@pytest.mark.parametrize("name", [None, "", "X-Real-IP"])
def test_a_header_may_be_named_or_not(name):
    assert start(CLIENT_ADDRESS_HEADER=name).returncode == 0
