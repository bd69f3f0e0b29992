"""Categories and tags of the old site, each brought to one of ours."""

from urllib.parse import unquote

from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from taggit.models import Tag

from news.imported_articles import shortened
from news.models import Category
from publishing.models import ImportedItem, content_type_of

LONGEST_CATEGORY, LONGEST_TAG = 120, 100


class Categories:
    """Finds our category for one of the old site; what is missing is made when this is made.

    A category that an earlier import made is found again whatever it is called now; one that
    staff deleted stays deleted. A few queries for each category, which are dozens.
    """

    def __init__(self, survey, source):
        self.source = source
        declared = survey.head.categories
        known = {term.slug for term in declared} | {term.name for term in declared}
        self.terms = list(dict.fromkeys(declared))
        self.terms += [t for key, t in survey.terms["categories"].items() if key not in known]
        rows = ImportedItem.objects.filter(source=source, key__startswith="category ")
        self.earlier = {row.key: row.row for row in rows.prefetch_related("row")}
        self.found = {}  # term -> Category, or None when staff deleted it
        for term in self.terms:
            self.find_or_make(term)

    def of(self, item):
        """Return the ids of the categories that an item stands in."""
        found = [self.found.get(self.term_named(term.slug, term.name)) for term in item.categories]
        return sorted({category.pk for category in found if category})

    def term_named(self, slug, name=""):
        """Return the term with this slug, or else with this name, as WXR 1.0 names parents."""
        names = [term for term in self.terms if slug and term.slug == slug]
        names += [term for term in self.terms if term.name == (name or slug)]
        return names[0] if names else None

    def find_or_make(self, term, below=()):
        """Return our category for a term; a circle of parents is cut where it closes."""
        if term not in self.found:
            above = term.parent and self.term_named(term.parent)
            parent = None
            if above and above != term and above not in below:
                parent = self.find_or_make(above, (*below, term))
            key = f"category {term.parent}/{term.slug or term.name}"[:300]
            known = key in self.earlier
            self.found[term] = self.earlier[key] if known else self.made(term, parent, key)
        return self.found[term]

    def made(self, term, parent, key):
        name = (term.name or unquote(term.slug))[:LONGEST_CATEGORY]
        base = slug_of(term.slug, name) or "category"
        same = Category.objects.filter(slug=base, parent=parent).first()
        if same is None or same.name.casefold() != name.casefold():
            further = [f"{base}-{parent.slug}"] if parent else []
            same = Category.objects.create(
                name=name, parent=parent, slug=free_slug(Category, base, further)
            )
        ImportedItem.objects.create(
            source=self.source,
            key=key,
            place=_("categories"),
            content_type=content_type_of(same),
            object_id=same.pk,
        )
        return same

    def old_paths(self, addresses):
        """Return {old path: new address} of every category that is still there."""
        found = {}
        for term, category in self.found.items():
            if category:
                new = category.get_absolute_url()
                words = [unquote(part.slug) or part.name for part in self.line_of(term)]
                found[addresses.archive("category", *words)] = new
                found.setdefault(addresses.archive("category", words[-1]), new)
                if term.id:
                    found[addresses.numbered("cat", term.id)] = new
        return found

    def line_of(self, term):
        line = [term]
        while (above := line[0].parent and self.term_named(line[0].parent)) and above not in line:
            line.insert(0, above)
        return line


class Tags:
    """Finds our tag for one of the old site; capitals make no difference. Three queries."""

    def __init__(self, survey):
        terms = [*survey.head.tags, *survey.terms["tags"].values()]
        self.found = {tag.name.casefold(): tag for tag in Tag.objects.all()}
        slugs = {tag.slug for tag in self.found.values()}
        new = {}
        for term in terms:
            name = tag_name(term)
            if name.casefold() not in self.found:
                new.setdefault(name.casefold(), Tag(name=name, slug=unique_in(slugs, term, name)))
        self.found.update(
            (tag.name.casefold(), tag) for tag in Tag.objects.bulk_create(new.values())
        )
        self.terms = terms

    def of(self, item):
        return sorted({self.found[tag_name(term).casefold()].pk for term in item.tags})

    def old_paths(self, addresses):
        found = {}
        for term in self.terms:
            tag = self.found[tag_name(term).casefold()]
            path = addresses.archive("tag", unquote(term.slug) or tag.slug)
            found[path] = reverse("news:tag", args=[tag.slug])
        return found


def tag_name(term):
    return (term.name or unquote(term.slug)).replace(",", " ").strip()[:LONGEST_TAG]


def slug_of(slug, name):
    return shortened(
        slugify(unquote(slug), allow_unicode=True) or slugify(name, allow_unicode=True)
    )


def unique_in(slugs, term, name):
    """Return a slug that is not among the given ones, and put it there."""
    base = slug_of(term.slug, name) or "tag"
    base, number = base[: LONGEST_TAG - 6], 1
    slug = base
    while slug in slugs:
        number += 1
        slug = f"{base}-{number}"
    slugs.add(slug)
    return slug


def free_slug(model, base, further):
    """Return the first slug that no row of the model has. One query for each that is tried."""
    number = 1
    candidates = [base, *(shortened(slug) for slug in further)]
    while model.objects.filter(slug=candidates[0]).exists():
        number += 1
        candidates = candidates[1:] or [f"{base}-{number}"]
    return candidates[0]
