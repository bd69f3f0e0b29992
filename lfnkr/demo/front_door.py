"""Fill a site that has no pages yet with those of the folder `pages`, whose tree is theirs."""

import tomllib

from django.db import transaction

from library.models import Document, Photo
from pages.models import Addressee, Page, PageDocument, Question, SampleLetter

from .content import FOLDER, act_of, read

PAGES = FOLDER / "pages"
PARTS = {"questions": Question, "addressees": Addressee}


def open_when_closed(staff):
    """Load all pages, or nothing if there is a page already; return whether it did."""
    if Page.objects.exists():
        return False
    with transaction.atomic():
        for file in sorted(PAGES.rglob("*.toml"), key=lambda file: len(file.parts)):
            load_page(file, staff)
    return True


def load_page(file, staff):
    texts = tomllib.loads(file.read_text(encoding="utf-8"))
    parts = {name: texts.pop(name, []) for name in PARTS}
    letter, documents = texts.pop("letter", None), texts.pop("documents", [])
    page = Page(slug=file.stem, parent=page_above(file), **photo_in(texts), **texts)
    with act_of(staff["editor"], page):
        page.save()
    for name, rows in parts.items():
        add_in_order(PARTS[name], page, rows)
    add_in_order(PageDocument, page, [{"document": document} for document in stored(documents)])
    if letter:
        SampleLetter.objects.create(
            page=page, **{key: text.strip() for key, text in letter.items()}
        )
    with act_of(staff["publisher"], page):
        page.publish()


def page_above(file):
    path = file.parent.relative_to(PAGES).as_posix()
    return None if path == "." else Page.objects.get(path=path)


def photo_in(texts):
    name = texts.pop("lead_photo", None)
    alt = name and read("photos")[name]["alt_en"]
    return {"lead_photo": Photo.objects.filter(alt_en=alt).first()} if alt else {}


def stored(names):
    """Return the documents with these names; a site with articles of its own has none of them."""
    titles = [read("documents")[name]["title_en"] for name in names]
    found = {document.title_en: document for document in Document.objects.all()}
    return [found[title] for title in titles if title in found]


def add_in_order(model, page, rows):
    # Not bulk_create: modeltranslation fills in its copy of the English while it makes each row.
    for position, row in enumerate(rows):
        model.objects.create(page=page, position=position, **row)
