"""The staff door: a stolen password is not enough, and whoever guesses is stopped."""

import re
import threading
import time
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, TestCase
from django.urls import reverse
from donations_factories import make_donor
from events_factories import make_event
from factories import make_article, make_user
from office import change_url, send

from accounts.acts import Act
from accounts.models import Try, User
from accounts.tries import OF_ACCOUNT, OF_NETWORK
from correspondence.letters import NothingToSay
from correspondence.models import OutgoingEmail

pytestmark = pytest.mark.django_db
PASSWORD = "a long walk in the snow"
SIGN_IN, SECOND_STEP, SET_UP = "/sign-in/", "/sign-in/second-step/", "/account/app/"


@pytest.fixture(autouse=True)
def queued(settings):
    settings.EMAIL_BACKEND = "correspondence.outbox.OutboxBackend"


@pytest.fixture
def anna():
    return make_user("editor", email="anna@lfnkr.example", password=PASSWORD, name="Anna")


def give_app(user):
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_of(secret, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def sign_in(client, email="anna@lfnkr.example", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"login": email, "password": password} | more)


def letters():
    """Return (recipient, subject, words) of the letters in the outbox, in their order."""
    rows = OutgoingEmail.objects.order_by("pk")
    mails = [message_from_bytes(bytes(row.rendered()), policy=policy.default) for row in rows]
    return [(mail["To"], mail["Subject"], mail.get_content()) for mail in mails]


def complaint(response):
    return [str(error) for errors in response.context["form"].errors.values() for error in errors]


# The second factor


def test_staff_with_a_password_alone_reach_nothing_but_the_set_up(client, anna):
    assert sign_in(client).url == "/admin/"
    for address in ("/admin/", "/admin/news/article/", "/schedule/", "/?preview"):
        response = client.get(address)
        assert (address, response.status_code) == ("/?preview", 200) or response.url == "/account/"
    assert "One step is missing" in client.get("/account/").content.decode()


def test_a_preview_is_part_of_the_office(client, anna):
    draft = make_article("draft", title="Secret")
    sign_in(client)
    assert client.get(f"{draft.get_absolute_url()}?preview").url == "/account/"


def test_the_setting_lets_staff_in_with_a_password_alone(client, anna, settings):
    settings.STAFF_SECOND_FACTOR = False
    sign_in(client)
    assert client.get("/admin/").status_code == 200


def test_volunteers_need_no_second_factor(client):
    make_user("volunteer", email="kim@example.org", password=PASSWORD)
    assert sign_in(client, "kim@example.org").url == "/schedule/"
    assert client.get("/account/").status_code == 200


def test_an_app_is_set_up_and_opens_the_office(client, anna):
    sign_in(client)
    page = client.get(SET_UP)
    secret = page.context["form"].secret
    assert secret in page.content.decode() and page["Cache-Control"].count("no-store")
    picture = client.get("/account/app/picture.svg")
    assert picture["Content-Type"] == "image/svg+xml" and b"style" not in picture.content
    assert complaint(client.post(SET_UP, {"code": "12345x"}))[0].startswith(
        "This code is not right."
    )
    response = client.post(SET_UP, {"code": code_of(secret)})
    assert response.url == "/account/codes/"
    codes = client.get("/account/codes/").context["unused_codes"]
    assert len(codes) == 10 and codes[0] not in client.get("/account/codes/").content.decode()
    assert client.get("/admin/").status_code == 200
    assert secret not in str(Authenticator.objects.get(type="totp").data)


def test_the_code_is_asked_for_and_each_works_once(client, anna):
    secret = give_app(anna)
    code = code_of(secret)
    assert sign_in(client, next="/admin/news/").url == SECOND_STEP
    assert client.get("/admin/").status_code == 302
    fullwidth = code.translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert client.post(SECOND_STEP, {"code": fullwidth}).url == "/admin/news/"
    assert client.get("/admin/").status_code == 200
    other = Client()
    sign_in(other)
    for again in (code, f"{code[:3]}-{code[3:]}"):
        assert complaint(other.post(SECOND_STEP, {"code": again}))


def test_a_used_code_is_known_to_every_process(client, anna):
    secret = give_app(anna)
    code = code_of(secret)
    sign_in(client)
    client.post(SECOND_STEP, {"code": code})
    cache.clear()
    other = Client()
    sign_in(other)
    sentence = "This code was used already. Wait for the next one."
    assert complaint(other.post(SECOND_STEP, {"code": code})) == [sentence]


def test_a_recovery_code_lets_in_once(client, anna):
    give_app(anna)
    code = RecoveryCodes.activate(anna).generate_codes()[0]
    sign_in(client)
    assert client.post(SECOND_STEP, {"code": code}).url == "/admin/"
    other = Client()
    sign_in(other)
    assert complaint(other.post(SECOND_STEP, {"code": code}))


def test_a_session_of_before_the_set_up_must_come_in_anew(client, anna):
    """Else whoever stole the password first would be let in by the owner's own set-up."""
    thief = Client()
    sign_in(thief)
    give_app(anna)
    assert thief.get("/admin/").url == "/sign-in/?next=%2Fadmin%2F"
    assert thief.get("/account/").status_code == 302


def test_staff_cannot_remove_their_only_factor(client, anna):
    secret = give_app(anna)
    sign_in(client)
    client.post(SECOND_STEP, {"code": code_of(secret)})
    page = client.post("/account/app/remove/")
    assert "You need one second factor at least." in page.content.decode()
    assert Authenticator.objects.filter(type="totp").exists()


def test_another_telephone_takes_the_place_of_the_lost_one(client, anna):
    give_app(anna)
    lost = RecoveryCodes.activate(anna).generate_codes()[0]
    sign_in(client)
    client.post(SECOND_STEP, {"code": lost})
    old = Authenticator.objects.get(type="totp").pk
    secret = client.get(SET_UP).context["form"].secret
    assert client.post(SET_UP, {"code": code_of(secret)}).url == "/account/"
    assert Authenticator.objects.get(type="totp").pk != old
    assert client.get("/admin/").status_code == 200


def test_secrets_of_another_secret_key_fit_no_code(client, anna, settings):
    secret = give_app(anna)
    settings.SECRET_KEY = "another one"
    sign_in(client)
    assert complaint(client.post(SECOND_STEP, {"code": code_of(secret)}))


@pytest.mark.parametrize(
    "credential", ["", "null", "[]", "{}", '"x"', '{"id":1,"response":{}}', "x"]
)
def test_a_forged_answer_of_a_key_gets_a_sentence(client, anna, credential):
    give_app(anna)
    sign_in(client)
    assert client.post(SECOND_STEP, {"credential": credential}).status_code == 200


# Nobody signs up, and no page of allauth stands open


@pytest.mark.parametrize(
    "address",
    ["/accounts/signup/", "/accounts/login/", "/account/signup/", "/sign-up/", "/account/email/",
     "/account/password/change/", "/account/webauthn/", "/account/codes/download/"],
)  # fmt: skip
def test_nobody_signs_up_and_other_pages_of_allauth_do_not_exist(client, address):
    assert client.get(address).status_code == 404


# Lock-out


def test_after_ten_wrong_tries_the_right_password_does_not_help(client, anna):
    for _ in range(OF_ACCOUNT):
        assert "do not belong together" in complaint(sign_in(client, password="wrong"))[0]
    assert complaint(sign_in(client))[0].startswith("Too many tries.")
    assert Try.objects.filter(key__contains="anna").count() == 0


def test_after_the_right_password_the_tries_begin_anew(anna):
    for _ in range(2):
        browser = Client()  # unknown here, so that it shares the tries of strangers
        for _ in range(OF_ACCOUNT - 1):
            sign_in(browser, password="wrong")
        assert sign_in(browser).status_code == 302


def test_the_answer_does_not_tell_whether_there_is_an_account(client, anna):
    def answers(email):
        return [complaint(sign_in(client, email, "x")) for _ in range(OF_ACCOUNT + 2)]

    assert answers(anna.email) == answers("nobody@lfnkr.example")


def test_a_network_has_tries_of_its_own(client, anna):
    for number in range(OF_NETWORK):
        sign_in(client, f"nobody-{number}@lfnkr.example", "x")
    assert complaint(sign_in(client))[0].startswith("Too many tries.")
    from_elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert sign_in(from_elsewhere).status_code == 302


def test_a_stranger_cannot_lock_out_whoever_signed_in_from_this_browser_before(client, anna):
    sign_in(client)
    client.post("/sign-out/")
    stranger = Client(REMOTE_ADDR="192.0.2.7")
    for _ in range(OF_ACCOUNT + 1):
        sign_in(stranger, password="wrong")
    assert sign_in(stranger).status_code == 200
    assert sign_in(client).status_code == 302


def test_codes_run_out_too_and_the_person_is_told_once(client, anna):
    secret = give_app(anna)
    sign_in(client)
    for _ in range(OF_ACCOUNT):
        client.post(SECOND_STEP, {"code": "000000"})
    assert letters() == []
    for _ in range(3):
        response = client.post(SECOND_STEP, {"code": "000000"})
    assert complaint(response)[0].startswith("Too many tries.")
    assert complaint(client.post(SECOND_STEP, {"code": code_of(secret)}))
    assert [subject for _to, subject, _text in letters()] == ["Somebody knows your password"]


@pytest.mark.django_db(transaction=True)
def test_however_many_try_at_once_ten_passwords_are_looked_at():
    make_user("superuser", email="anna@lfnkr.example", password=PASSWORD)
    answers = []

    def guess():
        answers.append(b"Too many tries." in sign_in(Client(), password="wrong").content)
        connection.close()

    threads = [threading.Thread(target=guess) for _ in range(OF_ACCOUNT + 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * OF_ACCOUNT + [True] * 6


# Letters


def test_a_new_browser_is_told_of_and_a_known_one_is_not(client, anna):
    client.post("/ja" + SIGN_IN, {"login": anna.email, "password": PASSWORD},
                headers={"user-agent": "Netscape"}, REMOTE_ADDR="192.0.2.9")  # fmt: skip
    client.post("/sign-out/")
    sign_in(client)
    ((to, subject, text),) = letters()
    assert to == anna.email and subject
    assert "/ja/sign-in/password/" in text
    assert "Netscape" not in text and "192.0.2.9" not in text


def test_after_a_new_password_every_browser_is_new(client, anna):
    sign_in(client)
    client.post("/sign-out/")
    anna.set_password("another one")
    anna.save()
    sign_in(client, password="another one")
    assert len(letters()) == 2


def test_a_stranger_does_not_choose_the_language_of_the_letter(client, anna):
    sign_in(client)
    Client().post("/ko" + SIGN_IN, {"login": anna.email, "password": PASSWORD})
    assert "http://testserver/sign-in/password/" in letters()[-1][2]


def test_whose_account_was_closed_gets_no_letter_any_more(client, anna):
    sign_in(client)
    User.objects.update(is_active=False)
    with pytest.raises(NothingToSay):
        letters()


# Sessions end


def test_a_session_ends_when_it_lies_idle_and_goes_on_when_it_is_used(
    client, anna, settings, time_machine
):
    settings.STAFF_SECOND_FACTOR = False
    time_machine.move_to("2126-01-01 12:00")
    sign_in(client)
    half = timedelta(seconds=settings.SESSION_COOKIE_AGE * 0.6)
    for _ in range(3):
        time_machine.shift(half)
        assert client.get("/admin/").status_code == 200
    time_machine.shift(half * 2)
    assert client.get("/admin/").status_code == 302


def test_deactivation_ends_the_sessions_for_good(client, anna):
    client.force_login(anna)
    office = Client()
    office.force_login(make_user("superuser"))
    send(office, change_url(anna), "user_form", is_active=[])
    assert client.get("/admin/").status_code == 302
    User.objects.update(is_active=True)
    assert client.get("/admin/").status_code == 302


def test_visitors_get_no_session_and_public_pages_stay_the_same_for_all(client, anna):
    nobody = client.get("/")
    client.force_login(anna)
    somebody = client.get("/")
    assert somebody.content == nobody.content
    assert "Cookie" not in somebody.get("Vary", "") and not somebody.cookies


# Showing again who one is


def later(client, minutes):
    """Let the last proof of who one is be older."""
    session = client.session
    session["account_authentication_methods"][-1]["at"] -= minutes * 60
    session.save()


@pytest.mark.parametrize(
    "address",
    ["/admin/accounts/user/add/", "/admin/publishing/oldaddress/add/",
     "/admin/donations/donor/table.csv/", "/admin/donations/donation/table.xlsx/"],
)  # fmt: skip
def test_dangerous_acts_ask_again_after_a_quarter_of_an_hour(client, address):
    client.force_login(make_user("superuser", password=PASSWORD))
    assert client.get(address).status_code == 200
    later(client, 16)
    asked = client.get(address)
    assert asked.url.startswith("/account/again/?next=%2Fadmin%2F")
    response = client.post(asked.url, {"password": PASSWORD})
    assert response.url.startswith("/admin/")
    assert client.get(address).status_code == 200


def test_erasing_taking_away_and_lists_of_visitors_ask_again(client, anna):
    client.force_login(make_user("superuser", password=PASSWORD))
    later(client, 16)
    addresses = [
        reverse("admin:donor_erase", args=[make_donor().pk]),
        reverse("admin:accounts_user_take_away", args=[anna.pk]),
        reverse("admin:events_event_visitors", args=[make_event().pk]),
    ]
    for address in addresses:
        assert client.get(address).url.startswith("/account/again/")


def test_what_was_typed_in_time_is_taken_within_the_hour_and_never_kept(client):
    client.force_login(make_user("superuser", password=PASSWORD))
    typed = {"email": "eva@lfnkr.example", "name": "Eva", "password1": "", "password2": ""}
    later(client, 70)
    assert client.post("/admin/accounts/user/add/", typed).status_code == 302
    assert User.objects.filter(email="eva@lfnkr.example").exists()
    later(client, 10)
    client.post("/admin/accounts/user/add/", typed | {"email": "second@lfnkr.example"})
    assert not User.objects.filter(email="second@lfnkr.example").exists()
    assert "second@lfnkr.example" not in str(dict(client.session))


def test_who_has_a_second_factor_shows_that_and_not_the_password(client):
    root = make_user("superuser", password=PASSWORD)
    secret = give_app(root)
    client.force_login(root)
    later(client, 16)
    asked = client.get("/admin/accounts/user/add/").url
    assert asked.startswith("/account/again/code/")
    assert client.get("/account/again/").status_code == 302
    assert client.post(asked, {"code": code_of(secret)}).url == "/admin/accounts/user/add/"


# Everything lost


def test_a_superuser_takes_a_lost_factor_away(client, anna):
    secret = give_app(anna)
    theirs = Client()
    sign_in(theirs)
    theirs.post(SECOND_STEP, {"code": code_of(secret)})
    client.force_login(make_user("superuser"))
    response = client.post(reverse("admin:accounts_user_take_away", args=[anna.pk]))
    assert response.status_code == 302
    assert not Authenticator.objects.exists()
    assert theirs.get("/admin/").url.startswith("/admin/login/")
    assert letters()[-1][:2] == (anna.email, "Your second factor was taken away")


@pytest.mark.parametrize("role", ["editor", "publisher"])
def test_nobody_else_takes_a_factor_away(client, anna, role):
    give_app(anna)
    client.force_login(make_user(role))
    address = reverse("admin:accounts_user_take_away", args=[anna.pk])
    assert client.post(address).status_code == 403
    assert Authenticator.objects.exists()


def test_the_last_administrator_is_helped_by_a_command(anna, capsys):
    give_app(anna)
    call_command("take_away_second_factor", " Anna@lfnkr.example")
    assert "has no second factor any more" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    call_command("take_away_second_factor", anna.email)
    assert "had no second factor" in capsys.readouterr().out
    with pytest.raises(CommandError, match=re.escape("Nobody signs in as x@y.example.")):
        call_command("take_away_second_factor", "x@y.example")


# Old addresses


@pytest.mark.parametrize(
    ("old", "new"),
    [("/schedule/sign-in/?next=/schedule/", "/sign-in/?next=/schedule/"),
     ("/ja/schedule/password/", "/ja/sign-in/password/"),
     ("/admin/password/forgotten/", "/sign-in/password/")],
)  # fmt: skip
def test_addresses_of_letters_still_lead_to_the_door(client, old, new):
    assert client.get(old).url == new
    assert client.get("/admin/password/new/Mg/x-y/").status_code == 200
    assert client.get("/schedule/password/Mg/x-y/").status_code == 200


# The audit trail


def test_the_trail_tells_of_lock_outs_and_second_factors(client, anna):
    for _ in range(OF_ACCOUNT + 2):
        sign_in(client, password="wrong")
    assert Act.objects.filter(action="locked-out").get().actor == anna
    client.force_login(anna)
    secret = client.get(SET_UP).context["form"].secret
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(SET_UP, {"code": code_of(secret)})
    told = Act.objects.filter(action="factor-added").values_list("object_id", "detail")
    assert set(told) == {(str(anna.pk), "totp"), (str(anna.pk), "recovery_codes")}
