"""Fill a site that has no articles yet with the articles, photos and documents of this folder.

Everything in these files is demonstration: facts and figures come from the NGO's public archive,
the words do not, and most recent items are made up.
"""

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from library.models import Document, Photo
from news.models import Article, ArticleDocument, ArticlePhoto, Category, Flag, Signatory

FOLDER = Path(__file__).parent
# "2006-10-20", "2006-10" or "2006" says by its length how well a date is known.
PRECISIONS = {10: "day", 7: "month", 4: "year"}
HOUR_OF_PUBLICATION = time(9)
# The way of an article to its state: each step is noted in its history with who took it.
STEPS = {
    "draft": [],
    "review": [("editor", Article.submit)],
    "published": [("editor", Article.submit), ("publisher", Article.publish)],
    "withdrawn": [
        ("editor", Article.submit),
        ("publisher", Article.publish),
        ("publisher", Article.withdraw),
    ],
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
    parts = {name: texts.pop(name, []) for name in ("categories", "tags", "signatories")}
    photos, documents = ([files[n] for n in texts.pop(k, [])] for k in ("photos", "documents"))
    article = Article(**dates(texts), **links(texts, files), **texts)
    article._history_user = staff["editor"]
    article.save()
    article.categories.set(Category.objects.filter(slug__in=parts["categories"]))
    article.tags.set(parts["tags"])
    add_in_order(Signatory, article, [{"name": name} for name in parts["signatories"]])
    add_in_order(ArticlePhoto, article, [{"photo": photo} for photo in photos])
    add_in_order(ArticleDocument, article, [{"document": document} for document in documents])
    if flag:
        Flag.objects.create(article=article, **flag)
    for role, step in STEPS[state]:
        article._history_user = staff[role]
        step(article)


def add_in_order(model, article, parts):
    model.objects.bulk_create(
        model(article=article, position=position, **part) for position, part in enumerate(parts)
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
