"""What the database itself refuses, with the rule's name."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from factories import make_article, make_category, make_flag, make_photo, make_user

from news.models import Article, ArticlePhoto, CategoryTree

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("article_date_or_unknown", {"date_precision": "unknown", "dated_on": date(2006, 9, 18)}),
        ("article_date_or_unknown", {"date_precision": "month", "dated_on": None}),
        ("article_letter_fields_on_letters", {"kind": "news", "addressee": "The President"}),
        ("article_letter_fields_on_letters", {"kind": "report", "sent_on": date(2006, 10, 19)}),
        ("article_letter_fields_on_letters", {"kind": "news", "delivery": "By fax"}),
        ("article_address_is_not_a_list", {"slug": "2012"}),
        ("article_address_is_not_a_list", {"slug": "highlights"}),
        ("article_address_is_not_a_list", {"slug": "category"}),
    ],
)
def test_an_article_that_breaks_a_rule_is_refused(rule, fields):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        make_article(**fields)
    assert not Article.objects.exists()


@pytest.mark.parametrize("slug", ["12-orphans", "20123", "highlights-of-2012", "救助"])
def test_other_addresses_are_welcome(slug, client):
    make_article(slug=slug)
    assert client.get(f"/news/{slug}/").status_code == 200


def test_an_article_does_not_follow_itself():
    article = make_article()
    with pytest.raises(IntegrityError, match="does_not_follow_itself"), transaction.atomic():
        Article.objects.update(follows=article)


def test_two_articles_never_share_an_address():
    make_article(slug="boats")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_article(slug="boats")


def test_a_photo_stands_once_in_an_article():
    article, photo = make_article(), make_photo()
    ArticlePhoto.objects.create(article=article, photo=photo)
    with pytest.raises(IntegrityError, match="photo_once_per_article"), transaction.atomic():
        ArticlePhoto.objects.create(article=article, photo=photo)


def test_a_flag_is_settled_by_somebody():
    flag = make_flag()
    with pytest.raises(IntegrityError, match="settled_by_somebody"), transaction.atomic():
        type(flag).objects.update(settled_by=make_user("superuser"))


def test_settling_a_flag_twice_keeps_who_was_first():
    flag, first, second = make_flag(), make_user("superuser"), make_user("superuser")
    flag.settle(first)
    flag.settle(second)
    flag.refresh_from_db()
    assert flag.settled_by == first


def test_a_category_is_not_its_own_part():
    category = make_category()
    with pytest.raises(IntegrityError, match="is_not_its_own_part"), transaction.atomic():
        type(category).objects.update(parent=category)


def test_a_circle_of_categories_is_refused_with_a_sentence():
    wide = make_category("Rescue")
    narrow = make_category("Thailand", parent=make_category("Asia", parent=wide))
    wide.parent = narrow
    with pytest.raises(ValidationError, match="contains the one you chose"):
        wide.full_clean()


def test_a_tree_with_a_circle_can_still_be_walked():
    one = make_category()
    other = make_category(parent=one)
    type(one).objects.filter(pk=one.pk).update(parent=other)
    tree = CategoryTree()
    assert tree.ids_below(one) == {one.pk, other.pk}
    assert len(tree.path_to(tree.by_id[one.pk])) == 2


def test_tags_that_differ_in_capitals_are_one():
    make_article().tags.add("Refugee")
    article = make_article()
    article.tags.add("refugee")
    assert [tag.name for tag in article.tags.all()] == ["Refugee"]
