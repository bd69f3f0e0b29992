"""Where articles stand: kept by the database, whoever files, tags, dates or moves something."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from factories import make_article, make_category, make_user
from taggit.models import Tag, TaggedItem

from news.models import Article, Category, CategoryTree, Shelved

pytestmark = pytest.mark.django_db


def kept():
    """Return what the database keeps."""
    return sorted(
        Shelved.objects.values_list("article", "sort_on", "category", "tag"), key=str
    )  # fmt: skip


def true():
    """Return where articles stand by what was entered."""
    tree = CategoryTree()
    rows = set()
    for article in Article.objects.all():
        for category in article.categories.all():
            rows |= {(article.pk, article.sort_on, c.pk, None) for c in tree.path_to(category)}
        rows |= {(article.pk, article.sort_on, None, tag.pk) for tag in article.tags.all()}
    return sorted(rows, key=str)


@pytest.fixture
def shelves():
    """A tree of four categories and three articles, filed and tagged: world > asia > thailand; rescue."""
    world = make_category("World")
    asia = make_category("Asia", parent=world)
    shelves = [world, asia, make_category("Thailand", parent=asia), make_category("Rescue")]
    for number, filed in enumerate([[0], [2, 3], [1, 2]], start=1):
        article = make_article(dated_on=date(2012, 7, number), slug=f"article-number-{number}")
        article.categories.set(shelves[place] for place in filed)
        article.tags.set(["boats", f"number {number}"])
    return shelves


def first():
    return Article.objects.get(slug="article-number-2")


CHANGES = {
    "nothing": lambda shelves: None,
    "an article is filed": lambda shelves: first().categories.add(shelves[0]),
    "an article is taken from a shelf": lambda shelves: first().categories.remove(shelves[2]),
    "an article is taken from all": lambda shelves: first().categories.clear(),
    "filed in a bulk": lambda shelves: Article.categories.through.objects.bulk_create(
        Article.categories.through(article=article, category=category)
        for article in Article.objects.all()
        for category in shelves
        if category not in article.categories.all()
    ),
    "filed elsewhere": lambda shelves: Article.categories.through.objects.filter(
        category=shelves[2]
    ).update(category=shelves[0]),
    "a tag is added": lambda shelves: first().tags.add("rice"),
    "a tag is removed": lambda shelves: first().tags.remove("boats"),
    "all tags are removed": lambda shelves: first().tags.clear(),
    "tags become one": lambda shelves: TaggedItem.objects.filter(tag__name="number 2").update(
        tag=Tag.objects.get(name="number 3")
    ),
    "a tag goes": lambda shelves: Tag.objects.get(name="boats").delete(),
    "something else is tagged": lambda shelves: TaggedItem.objects.create(
        content_object=shelves[0], tag=Tag.objects.get(name="boats")
    ),
    "a date is corrected": lambda shelves: Article.objects.filter(pk=first().pk).update(
        dated_on=date(1999, 1, 1)
    ),
    "a date becomes unknown": lambda shelves: Article.objects.update(
        dated_on=None, date_precision="unknown"
    ),
    "a category moves": lambda shelves: Category.objects.filter(pk=shelves[1].pk).update(
        parent=shelves[3]
    ),
    "a category stands for itself": lambda shelves: Category.objects.filter(
        pk=shelves[1].pk
    ).update(parent=None),
    "a category moves below another": lambda shelves: Category.objects.filter(
        pk=shelves[3].pk
    ).update(parent=shelves[2]),
    "a category goes": lambda shelves: shelves[2].delete(),
    "an article goes": lambda shelves: first().delete(),
    "all articles go": lambda shelves: Article.objects.all().delete(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_knows_where_articles_stand_when(shelves, change):
    CHANGES[change](shelves)
    assert kept() == true()


def test_an_article_stands_once_on_a_shelf_that_holds_two_of_its_own(shelves):
    article = Article.objects.get(slug="article-number-3")  # in asia, and in thailand below it
    assert Shelved.objects.filter(article=article, category=shelves[1]).count() == 1


def test_a_circle_of_categories_has_an_end(shelves):
    Category.objects.filter(pk=shelves[0].pk).update(parent=shelves[2])
    assert Shelved.objects.filter(article=first()).exclude(category=None).count() == 4


@pytest.mark.parametrize("both", [True, False])
def test_a_row_is_of_a_category_or_of_a_tag(shelves, both):
    tag = Tag.objects.get(name="boats")
    shelf = {"category": shelves[0], "tag": tag} if both else {}
    with pytest.raises(IntegrityError, match="shelved_in_category_or_under_tag"):
        Shelved.objects.create(article=first(), sort_on=date(2012, 7, 2), **shelf)


@pytest.mark.parametrize("shelf", ["category", "tag"])
def test_an_article_stands_on_a_shelf_once(shelves, shelf):
    row = Shelved.objects.filter(article=first()).exclude(**{shelf: None}).first()
    row.pk = None
    with pytest.raises(IntegrityError, match="once"):
        row.save()


def at_the_same_time(*acts):
    """Do each act in a transaction of its own that has begun before another ends; all succeed."""
    start, errors = Barrier(len(acts)), []

    def run(act):
        try:
            with transaction.atomic():
                start.wait()
                act()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.django_db(transaction=True)
def test_who_files_and_who_tags_an_article_at_the_same_time_both_succeed(shelves):
    article, world = first(), shelves[0]
    filed, tagged = Article.categories.through.objects, TaggedItem.objects.filter(tag__name="boats")
    for _ in range(10):
        at_the_same_time(
            lambda: filed.create(article=article, category=world),
            lambda: tagged.filter(object_id=article.pk).delete(),
            lambda: filed.filter(article=article, category=shelves[3]).delete(),
        )
        assert kept() == true()
        at_the_same_time(
            lambda: filed.filter(article=article, category=world).delete(),
            lambda: TaggedItem.objects.create(
                content_object=article, tag=Tag.objects.get(name="boats")
            ),
            lambda: filed.create(article=article, category=shelves[3]),
        )
        assert kept() == true()


@pytest.mark.django_db(transaction=True)
def test_who_files_while_a_category_moves_finds_it_where_it_goes(shelves):
    article, filed = first(), Article.categories.through.objects
    asia = Category.objects.filter(pk=shelves[1].pk)
    filed.filter(article=article).delete()
    for parent in [shelves[3], shelves[0]] * 5:
        at_the_same_time(
            lambda parent=parent: asia.update(parent=parent),
            lambda: filed.create(article=article, category=shelves[2]),
        )
        assert kept() == true()
        filed.filter(article=article).delete()


def test_who_deletes_a_category_is_not_told_of_rows_that_the_database_keeps(client, shelves):
    client.force_login(make_user("superuser"))
    page = client.get(f"/admin/news/category/{shelves[3].pk}/delete/").content.decode()
    assert "Rescue" in page and "shelved" not in page.lower()
    client.post(f"/admin/news/category/{shelves[3].pk}/delete/", {"post": "yes"})
    assert kept() == true() and not Category.objects.filter(pk=shelves[3].pk)
