"""The demonstration: what it loads keeps the promises of the real site, and it spoils nothing."""

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from donations.models import PaymentMethod, Pledge, ToldSum
from lfnkr.demo import content
from lfnkr.demo.staff import ADDRESSES
from library.models import Document, Photo
from news.models import Article, Category
from publishing.models import Flag
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
PASSWORD = "correct-horse-battery"


def load(password=PASSWORD):
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DEMO_PASSWORD", password)
        call_command("load_demo")


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """Load the demonstration once: each test sees it, and what it changes is rolled back."""
    folder = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=folder):
            load()
        yield
        transaction.set_rollback(True)


def everything():
    """Return all rows that visitors see or editors write, with the moments of their last change."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Article, Article.history.model, Category, Photo, Document, Flag, User)
    ]


def test_the_front_page_of_an_empty_site_has_a_lead_with_a_picture(client):
    lead = Article.objects.published().highlights().newest_first().first()
    response = client.get("/")
    assert lead.title_en in response.content.decode()
    assert lead.lead_photo is not None


def test_only_what_was_published_is_public(client):
    hidden = Article.objects.exclude(pk__in=Article.objects.published())
    answers = {a.state_label: client.get(a.get_absolute_url()).status_code for a in hidden}
    assert answers == {"Draft": 404, "In review": 404, "Scheduled": 404, "Withdrawn": 410}


def test_no_published_article_is_dated_in_the_future():
    assert not Article.objects.published().filter(sort_on__gt=timezone.localdate()).exists()


def test_an_appeal_and_its_outcome_show_each_other(client):
    outcome = Article.objects.published().get(follows__title_en__startswith="Appeal")
    appeal_page = client.get(outcome.follows.get_absolute_url()).content.decode()
    outcome_page = client.get(outcome.get_absolute_url()).content.decode()
    assert outcome.get_absolute_url() in appeal_page
    assert outcome.follows.get_absolute_url() in outcome_page


def test_the_letter_lists_its_eleven_signatories_in_order(client):
    letter = Article.objects.get(slug="open-letter-to-ban-ki-moon")
    page = client.get(letter.get_absolute_url()).content.decode()
    places = [page.index(signatory.name) for signatory in letter.signatories.all()]
    assert len(places) == 11
    assert places == sorted(places)


def test_every_kind_and_every_precision_of_date_occurs():
    published = Article.objects.published()
    assert set(published.values_list("kind", flat=True)) == set(Article.Kind.values)
    assert set(published.values_list("date_precision", flat=True)) == {"day", "month", "year"}


def test_every_photo_is_described_and_used():
    assert not Photo.objects.filter(alt_en="").exists()
    unused = Photo.objects.filter(led_articles=None, articlephoto=None)
    assert list(unused) == []


def test_every_article_stands_on_a_shelf_unless_it_is_a_draft():
    assert not Article.objects.published().filter(categories=None).exists()


def test_something_waits_for_an_editor():
    assert Article.objects.needing_attention().filter(state="review").count() == 1


def test_the_history_says_who_wrote_and_who_published():
    article = Article.objects.published().newest_first().first()
    steps = article.history.order_by("history_id").values_list("state", "history_user__email")
    assert steps.first() == ("draft", ADDRESSES["editor"])
    assert steps.last() == ("published", ADDRESSES["publisher"])


def test_a_second_run_changes_nothing():
    before = everything()
    load()
    assert everything() == before


def test_each_role_can_sign_in(client):
    for role, email in ADDRESSES.items():
        assert client.login(email=email, password=PASSWORD)
        home = "/schedule/" if role == "volunteer" else "/admin/"
        assert client.get(home).status_code == 200, role


def test_the_sign_ins_are_printed(capsys):
    load()
    printed = capsys.readouterr().out
    for role, email in ADDRESSES.items():
        assert any(line.split() == [role, email, PASSWORD] for line in printed.splitlines())


def test_roles_have_their_groups_and_only_the_administrator_is_superuser():
    roles = User.objects.order_by("pk").values_list("email", "groups__name", "is_superuser")
    assert set(roles) == {
        (ADDRESSES["editor"], "editor", False),
        (ADDRESSES["publisher"], "publisher", False),
        (ADDRESSES["coordinator"], "coordinator", False),
        (ADDRESSES["treasurer"], "treasurer", False),
        (ADDRESSES["auditor"], "auditor", False),
        (ADDRESSES["volunteer"], "volunteer", False),
        (ADDRESSES["campaigner"], "campaigner", False),
        (ADDRESSES["administrator"], None, True),
    }


def test_a_new_password_lets_the_demonstration_accounts_in_and_nobody_else():
    colleague = make_user(email="colleague@lfnkr.example")
    colleague.set_password("their own")
    colleague.save()
    load("another-password")
    assert authenticate(email=ADDRESSES["editor"], password="another-password")
    assert authenticate(email=colleague.email, password="their own")


def test_without_a_password_the_command_refuses_in_one_sentence_and_writes_nothing():
    before = everything()
    with pytest.raises(CommandError, match=r"^Set DEMO_PASSWORD: [^.]+\.$"):
        load(password="")
    assert everything() == before


def test_a_failure_half_way_leaves_nothing_behind(monkeypatch):
    monkeypatch.setitem(content.STEPS, "withdrawn", [("publisher", lambda article: 1 / 0)])
    Article.objects.all().delete()
    Category.objects.exclude(parent=None).delete()
    Category.objects.all().delete()
    with pytest.raises(ZeroDivisionError):
        load()
    assert not Article.objects.exists()
    assert not Category.objects.exists()


def test_there_are_ways_to_give_in_every_language_and_pledges_on_their_way(client):
    for language, name in (("", "Bank transfer"), ("/ja", "銀行振込"), ("/ko", "은행 송금")):
        assert name in client.get(f"{language}/donate/").content.decode()
    states = dict.fromkeys(Pledge.objects.values_list("state", flat=True))
    assert set(states) == {"unconfirmed", "confirmed", "fulfilled"}
    assert not PaymentMethod.objects.exclude(link="").exclude(link__contains=".example/").exists()
    assert ToldSum.objects.values("year").distinct().count() >= 2
