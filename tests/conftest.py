"""What all tests share: a folder for uploads, and a browser that reports what it does not like."""

import os
import shutil
from importlib import import_module

import pgtrigger
import pytest
from archive_fixture import archive, old_home_page  # noqa: F401 - fixtures
from django.apps import apps
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import blocking_manager_key

NEVER_EMPTIED = [
    "accounts.Act:acts_are_never_emptied",
    "campaigns.Entry:entries_are_never_emptied",
    "campaigns.Expense:expenses_are_never_emptied",
    "donations.Allocation:allocations_are_never_emptied",
    "donations.Donation:donations_are_never_emptied",
    "donations.PledgeEntry:promises_are_never_emptied",
    "donations.Receipt:receipts_are_never_emptied",
]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

# A slow machine is no fault of the code: no test measures time.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Put back what migrations had put in, after a test that emptied all tables.

    The ledger's tables refuse to be emptied; here, and only here, they are told to let it happen.
    After the last test of all the database itself is gone.
    """
    with pgtrigger.ignore(*NEVER_EMPTIED):
        result = yield
    marker = item.get_closest_marker("django_db")
    emptied = "live_server" in item.fixturenames or (marker and marker.kwargs.get("transaction"))
    if emptied and nextitem is not None:
        with item.config.stash[blocking_manager_key].unblock():
            import_module("news.migrations.0002_editor_and_publisher").make_roles(apps, None)
            import_module("accounts.migrations.0003_auditor_reads_the_trail").give_to_auditor(
                apps, None
            )
            import_module("campaigns.migrations.0002_campaigner").make_role(apps, None)
            import_module("donations.migrations.0002_treasurer").make_roles(apps, None)
            import_module("donations.migrations.0005_treasurer_of_receipts").give_to_roles(
                apps, None
            )
            statements = import_module("donations.migrations.0007_treasurer_of_statements")
            statements.give_to_roles(apps, None)
            import_module("donations.migrations.0011_merges_are_read").give_to_roles(apps, None)
            import_module("events.migrations.0003_coordinator").make_role(apps, None)
            import_module("events.migrations.0006_volunteer").make_role(apps, None)
            import_module("pages.migrations.0003_our_address").make_row(apps, None)
            import_module("pages.migrations.0004_editor_and_publisher").give_to_roles(apps, None)
            import_module("pages.migrations.0005_auditor_and_administrator").give_to_roles(
                apps, None
            )
    return result


@pytest.fixture(autouse=True)
def media_folder(settings, tmp_path):
    """Give every test an empty folder for photos and documents."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def unhashed_static_files(settings):
    """Serve stylesheets as they lie in the repository: hashed names would need collectstatic."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture(scope="session")
def browser():
    """Start Chromium once; without one the browser tests are skipped, except in CI, where they must run."""
    if not CHROMIUM:
        reason = "No Chromium here: browser tests need Debian's package `chromium`."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread; Django takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def said(message):
    return f"{message.text} {message.location['url']}"


@pytest.fixture
def page(browser, live_server):
    """Open a page on the site; fail on any console error, policy violation or foreign request."""
    complaints = []
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    page.on("console", lambda m: m.type == "error" and complaints.append(said(m)))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda r: r.url.startswith((live_server.url, "data:", "blob:")) or complaints.append(r.url),
    )
    page.complaints = complaints
    yield page
    context.close()
    assert complaints == []
