"""The door in a real browser: without scripts, by keyboard, at 320 pixels, and with a security key."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from factories import make_user
from test_door import PASSWORD, code_of, give_app

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["/account/", "/account/app/", "/account/keys/add/", "/account/codes/new/",
         "/ja/account/", "/ko/account/app/"]  # fmt: skip
OUTSIDE = ["/sign-in/", "/ja/sign-in/", "/sign-in/password/", "/sign-in/password/Mg/x-y/"]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(autouse=True)
def anna(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return make_user("editor", email="anna@lfnkr.example", password=PASSWORD, name="Anna")


def sign_in(page, address="/sign-in/"):
    page.goto(address)
    page.get_by_label("E-mail address").fill("anna@lfnkr.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def test_the_whole_way_in_goes_by_keyboard_and_without_scripts(browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "/admin/")
    page.get_by_text("One step is missing").wait_for()
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator(".secret").inner_text()
    page.wait_for_load_state()  # the picture, too
    assert page.locator(".qr").evaluate("image => image.naturalWidth") > 100
    page.get_by_label("Code").fill(code_of(secret, -1))
    page.keyboard.press("Enter")
    code = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("link", name="To the office").click()
    page.get_by_role("heading", name="Your desk").wait_for()
    page.goto("/account/")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page)
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Your desk").wait_for()
    page.goto("/account/")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page)
    page.get_by_label("Code").fill(code)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your desk").wait_for()
    context.close()


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_the_door_and_everything_fits(page, anna, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 800})

    def look(address):
        page.goto(address)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        assert page.evaluate(WIDER) == 0, address

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
