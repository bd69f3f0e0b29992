"""Where articles stand: kept by the database, whoever files, tags or dates something."""

from datetime import date
from threading import Barrier, Thread
from time import sleep

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from factories import make_article, make_category, make_user
from office import change_url, send
from taggit.models import Tag, TaggedItem

from news.models import Article, Category, Shelved

pytestmark = pytest.mark.django_db


def kept():
    """Return what the database keeps."""
    return sorted(
        Shelved.objects.values_list("article", "sort_on", "category", "tag"), key=str
    )  # fmt: skip


def true():
    """Return where articles stand by what was entered."""
    rows = []
    for article in Article.objects.all():
        rows += [(article.pk, article.sort_on, c.pk, None) for c in article.categories.all()]
        rows += [(article.pk, article.sort_on, None, tag.pk) for tag in article.tags.all()]
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
    "a category goes": lambda shelves: shelves[2].delete(),
    "an article goes": lambda shelves: first().delete(),
    "all articles go": lambda shelves: Article.objects.all().delete(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_knows_where_articles_stand_when(shelves, change):
    CHANGES[change](shelves)
    assert kept() == true()


def titles(client, category):
    """Return the addresses of the articles that the list of a category shows, in order."""
    response = client.get(category.get_absolute_url())
    rows = response.context["page"].articles if response.status_code == 200 else []
    return [row.article.slug for row in rows]


def test_an_old_version_brings_its_shelves_and_its_day_back(client, shelves):
    article = make_article("draft", dated_on=date(2012, 7, 9))
    article.categories.set(shelves[:2])
    version = article.history.first()
    article.categories.set(shelves[2:])
    article.dated_on = date(1999, 1, 1)
    article.save()
    client.force_login(make_user("editor"))
    form = reverse("admin:news_article_simple_history", args=[article.pk, version.pk])
    send(client, form, to=change_url(article))
    assert set(Shelved.objects.filter(article=article).values_list("category", "sort_on")) == {
        (shelf.pk, date(2012, 7, 9)) for shelf in shelves[:2]
    }


def test_a_category_lists_what_stands_in_it_and_in_all_its_parts_once(client, shelves):
    world, asia, thailand, rescue = shelves
    one, two, three = (f"article-number-{number}" for number in (1, 2, 3))
    assert titles(client, world) == [three, two, one]
    assert titles(client, asia) == titles(client, thailand) == [three, two]
    assert titles(client, rescue) == [two]
    Category.objects.filter(pk=asia.pk).update(parent=rescue)
    assert (titles(client, world), titles(client, rescue)) == ([one], [three, two])


def test_a_circle_of_categories_has_an_end(client, shelves):
    Category.objects.filter(pk=shelves[0].pk).update(parent=shelves[2])
    assert len(titles(client, shelves[2])) == 3


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
    """Do each act in a transaction of its own that has begun before another ends; all succeed.

    An act is given what it calls to wait for the others, once.
    """
    together, errors = Barrier(len(acts)), []

    def run(act):
        try:
            with transaction.atomic():
                act(together.wait)
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
    assert kept() == true()


@pytest.mark.django_db(transaction=True)
def test_a_date_that_is_corrected_while_somebody_files_is_not_missed(shelves):
    article = first()

    def correct(wait):
        Article.objects.filter(pk=article.pk).update(dated_on=date(1999, 1, 1))
        wait()
        sleep(0.2)  # so the other waits for this to end

    def file(wait):
        wait()
        article.categories.add(shelves[0])
        article.tags.add("rice")

    at_the_same_time(correct, file)
    assert set(Shelved.objects.filter(article=article).values_list("sort_on", flat=True)) == {
        date(1999, 1, 1)
    }


def moves(category, parent):
    Category.objects.filter(pk=category.pk).update(parent=parent)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("edits", "meanwhile"),
    [
        (lambda a, s: a.categories.add(s[0]), lambda s: moves(s[1], s[3])),
        (lambda a, s: a.categories.remove(s[3]), lambda s: s[3].delete()),
        (lambda a, s: a.tags.remove("boats"), lambda s: Tag.objects.get(name="boats").delete()),
        (lambda a, s: a.tags.add("rice"), lambda s: Tag.objects.get(name="boats").delete()),
        (lambda a, s: a.categories.add(s[0]), lambda s: first().tags.add("rice")),
    ],
)
def test_who_saves_an_article_and_who_changes_its_shelves_do_not_block_each_other(
    shelves, edits, meanwhile
):
    article = first()

    def save(wait):
        article.save()
        wait()
        sleep(0.2)
        edits(article, shelves)

    def change(wait):
        wait()
        meanwhile(shelves)

    at_the_same_time(save, change)


def test_who_deletes_a_category_is_not_told_of_rows_that_the_database_keeps(client, shelves):
    client.force_login(make_user("superuser"))
    page = client.get(f"/admin/news/category/{shelves[3].pk}/delete/").content.decode()
    assert "Rescue" in page and "shelved" not in page.lower()
    client.post(f"/admin/news/category/{shelves[3].pk}/delete/", {"post": "yes"})
    assert kept() == true() and not Category.objects.filter(pk=shelves[3].pk)
