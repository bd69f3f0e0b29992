"""The door in a real browser: without scripts, by keyboard, at 320 pixels, and with a security key."""

import pytest
from factories import make_user
from looks import faults_of
from test_door import PASSWORD, code_of, give_app

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["/account/", "/account/app/", "/account/keys/add/", "/account/codes/new/",
         "/ja/account/", "/ko/account/app/"]  # fmt: skip
OUTSIDE = ["/sign-in/", "/ja/sign-in/", "/sign-in/password/", "/sign-in/password/Mg/x-y/"]


@pytest.fixture(autouse=True)
def anna(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return make_user("editor", email="anna@lfnkr.example", password=PASSWORD, name="Anna")


def sign_in(page, address="/sign-in/"):
    page.goto(address)
    page.get_by_label("E-mail address").fill("anna@lfnkr.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def test_the_whole_way_in_goes_by_keyboard_and_without_scripts(plain):
    sign_in(plain, "/admin/")
    plain.get_by_text("One step is missing").wait_for()
    plain.get_by_role("link", name="Set up an app").click()
    secret = plain.locator(".secret").inner_text()
    plain.wait_for_load_state()  # the picture, too
    assert plain.locator(".qr").evaluate("image => image.naturalWidth") > 100
    plain.get_by_label("Code").fill(code_of(secret, -1))
    plain.keyboard.press("Enter")
    code = plain.locator(".codes code").first.inner_text()
    plain.get_by_role("link", name="I have kept them").click()
    plain.get_by_role("link", name="To the office").click()
    plain.get_by_role("heading", name="Your desk").wait_for()
    plain.goto("/account/")
    plain.get_by_role("button", name="Sign out").click()
    sign_in(plain)
    plain.get_by_label("Code").fill(code_of(secret))
    plain.get_by_role("button", name="Go on").click()
    plain.get_by_role("heading", name="Your desk").wait_for()
    plain.goto("/account/")
    plain.get_by_role("button", name="Sign out").click()
    sign_in(plain)
    plain.get_by_label("Code").fill(code)
    plain.keyboard.press("Enter")
    plain.get_by_role("heading", name="Your desk").wait_for()


def test_a_security_key_is_set_up_and_lets_in(page, live_server):
    local = live_server.url.replace("127.0.0.1", "localhost")  # keys belong to a name
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True,
           "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    sign_in(page, f"{local}/sign-in/")
    page.get_by_role("link", name="Add a key").click()
    page.get_by_label("What you call this key").fill("blue key")
    page.get_by_role("button", name="Add the key").click()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_text("blue key").wait_for()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, f"{local}/sign-in/")
    page.get_by_role("button", name="Use the security key").click()
    page.get_by_role("heading", name="Your desk").wait_for()
    page.complaints[:] = [said for said in page.complaints if not said.startswith(local)]


def test_everybody_can_read_every_page_of_the_door_on_every_screen(page, anna):
    def look(address):
        page.goto(address)
        assert faults_of(page) == []

    for address in OUTSIDE:
        look(address)
    sign_in(page)
    page.wait_for_url("**/account/")
    for address in PAGES:
        look(address)
    page.goto("/account/")
    page.get_by_role("button", name="Sign out").click()
    give_app(anna)
    sign_in(page)
    page.wait_for_url("**/second-step/")
    look(page.url)
