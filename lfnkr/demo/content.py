"""Fill a site that has no articles yet with the articles, photos and documents of this folder.

Everything in these files is demonstration: facts and figures come from the NGO's public archive,
the words do not, and most recent items are made up.
"""

import tomllib
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from library.models import Document, Photo
from news.models import Article, ArticleDocument, ArticlePhoto, Category, Signatory
from publishing.models import Flag

FOLDER = Path(__file__).parent
# "2006-10-20", "2006-10" or "2006" says by its length how well a date is known.
PRECISIONS = {10: "day", 7: "month", 4: "year"}
HOUR_OF_PUBLICATION = time(9)
# Who takes an article from draft to its state.
STEPS = {
    "draft": [],
    "review": [("editor", Article.submit)],
    "published": [("publisher", Article.publish)],
    "withdrawn": [("publisher", Article.publish), ("publisher", Article.withdraw)],
}


def fill_when_empty(staff):
    """Load everything, or nothing if there is an article already; return whether it did.

    `staff` are the accounts by role, for the history.
    """
    if Article.objects.exists():
        return False
    with transaction.atomic():
        load_categories(read("categories"))
        files = load_files("photos", Photo) | load_files("documents", Document)
        for texts in articles_in_order():
            load_article(texts, files, staff)
    return True


def read(name):
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def articles_in_order():
    """Return the articles, oldest first: an appeal stands before its outcome."""
    names = [path.stem for path in (FOLDER / "articles").glob("*.toml")]
    articles = [read(f"articles/{name}") | {"slug": name} for name in sorted(names)]
    return sorted(articles, key=lambda article: article.get("dated", "9999"))


def load_categories(categories, parent=None):
    for slug, names in categories.items():
        parts = names.pop("parts", {})
        category = Category.objects.create(slug=slug, parent=parent, **names)
        load_categories(parts, category)


def load_files(folder, model):
    """Return the files of a folder by their names, each cleaned on its way like any upload."""
    loaded = {}
    for name, texts in read(folder).items():
        with open(FOLDER / folder / name, "rb") as file:
            loaded[name] = model.objects.create(file=File(file), **texts)
    return loaded


def load_article(texts, files, staff):
    state, flag = texts.pop("state", "published"), texts.pop("flag", None)
    shelves, tags = texts.pop("categories", []), texts.pop("tags", [])
    parts = parts_of(texts, files)
    article = Article(**dates(texts), **links(texts, files), **texts)
    if state not in ("published", "withdrawn"):
        article.published_at = None
    with act_of(staff["editor"], article):
        article.save()
        article.categories.set(Category.objects.filter(slug__in=shelves))
    article.tags.set(tags)
    for model, rows in parts.items():
        add_in_order(model, article, rows)
    if flag:
        Flag.objects.create(row=article, **flag)
    for role, step in STEPS[state]:
        with act_of(staff[role], article):
            step(article)


@contextmanager
def act_of(person, article):
    """Note in the history as one act of this person what is saved meanwhile."""
    article._history_user, article._history_date = person, timezone.now()
    yield
    del article._history_user, article._history_date


def parts_of(texts, files):
    """Return the rows that stand in an article in the order of its file, by their models."""
    return {
        Signatory: [{"name": name} for name in texts.pop("signatories", [])],
        ArticlePhoto: [{"photo": files[name]} for name in texts.pop("photos", [])],
        ArticleDocument: [{"document": files[name]} for name in texts.pop("documents", [])],
    }


def add_in_order(model, article, rows):
    model.objects.bulk_create(
        model(article=article, position=position, **row) for position, row in enumerate(rows)
    )


def dates(texts):
    """Return the fields that follow from `dated`, or from `days_ahead` of what is scheduled."""
    if days := texts.pop("days_ahead", None):
        day = timezone.localdate() + timedelta(days=days)
        return {"dated_on": day, "published_at": moment(day)}
    dated = texts.pop("dated", "")
    if not dated:
        return {"date_precision": "unknown"}
    day = date.fromisoformat(dated + "-01-01"[len(dated) - 4 :])
    # Where the clock is behind, nothing of the demonstration shall wait for its day.
    published_at = min(moment(day), timezone.now())
    return {"date_precision": PRECISIONS[len(dated)], "dated_on": day, "published_at": published_at}


def moment(day):
    return timezone.make_aware(datetime.combine(day, HOUR_OF_PUBLICATION))


def links(texts, files):
    """Return what an article leads to: its photo, and the article whose outcome it tells."""
    photo, slug = texts.pop("lead_photo", None), texts.pop("follows", None)
    return {
        "lead_photo": photo and files[photo],
        "follows": slug and Article.objects.get(slug=slug),
    }
