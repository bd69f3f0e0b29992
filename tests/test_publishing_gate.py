"""What is public, to whom, and when."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from factories import make_article, make_user

from news.models import Article
from publishing.models import WrongState

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_published_is_public_from_its_moment_on():
    now = timezone.now()
    past = make_article(published_at=now - HOUR)
    make_article(published_at=now + HOUR)
    assert list(Article.objects.published()) == [past]


def test_a_scheduled_article_becomes_public_by_itself(time_machine):
    article = make_article(published_at=timezone.now() + HOUR)
    assert not article.is_public
    assert article.state_label == "Scheduled"
    time_machine.move_to(article.published_at)
    assert article.is_public
    assert list(Article.objects.published()) == [article]


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn"])
def test_no_other_state_is_public(state):
    article = make_article(state, published_at=timezone.now() - HOUR)
    assert not article.is_public
    assert not Article.objects.published().exists()


@pytest.mark.parametrize(
    ("role", "sees"), [("editor", 2), ("publisher", 2), ("superuser", 2), ("volunteer", 1)]
)
def test_drafts_are_visible_to_the_newsroom_only(role, sees):
    make_article("draft")
    make_article()
    assert Article.objects.visible_to(make_user(role)).count() == sees


def test_drafts_are_invisible_to_strangers_and_to_staff_who_left():
    make_article("draft")
    assert not Article.objects.visible_to(AnonymousUser()).exists()
    assert not Article.objects.visible_to(make_user("editor", is_active=False)).exists()


def test_publish_without_a_moment_publishes_now(time_machine):
    time_machine.move_to("2026-03-04T05:06:07+00:00", tick=False)
    article = make_article("draft")
    article.publish()
    article.refresh_from_db()
    assert (article.state, article.published_at) == ("published", timezone.now())


def test_publish_keeps_a_future_moment():
    moment = timezone.now() + HOUR
    article = make_article("review", published_at=moment)
    article.publish()
    article.refresh_from_db()
    assert (article.published_at, article.is_public) == (moment, False)


def test_withdrawing_what_was_public_leaves_it_gone():
    article = make_article()
    article.withdraw()
    assert list(Article.objects.gone()) == [article]


def test_withdrawing_what_was_only_scheduled_makes_a_draft():
    article = make_article(published_at=timezone.now() + HOUR)
    article.withdraw()
    assert article.state == "draft"
    assert not Article.objects.gone().exists()


@pytest.mark.parametrize(
    ("state", "step"),
    [
        ("review", "submit"),
        ("published", "publish"),
        ("draft", "withdraw"),
        ("withdrawn", "withdraw"),
        ("draft", "return_to_draft"),
        ("published", "return_to_draft"),
    ],
)
def test_a_step_that_the_state_does_not_allow_changes_nothing(state, step):
    article = make_article(state, title="Boats")
    with pytest.raises(WrongState, match="“Boats” is in the state"):
        getattr(article, step)()
    article.refresh_from_db()
    assert article.state == state


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_the_database_refuses_a_public_row_without_a_moment(state):
    with pytest.raises(IntegrityError, match="published_has_moment"), transaction.atomic():
        make_article(state, published_at=None)
