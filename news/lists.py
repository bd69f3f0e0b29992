"""The page of a list of articles, and what is written of its rows."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.template.loader import render_to_string
from django.utils.translation import get_language

from publishing.found import absolute, breadcrumbs


@dataclass(frozen=True)
class ListPage:
    """A part of a list at an address, and all that it is written of: so it is written once.

    Like the page of an article it can never be out of date, only unused. `trail` names the lists
    above it, each with its address; `months` and `feeds` are offered to go on from here.
    """

    language: str
    path: str
    heading: str
    articles: tuple
    query: str
    newer: str
    older: str
    trail: tuple
    aside: str
    months: tuple = ()
    feeds: tuple = ()

    @staticmethod
    def of(path, heading, part, trail, **around):
        """Return the page for a `Page` of `Listed` articles, as it stands in the present language."""
        rows = tuple(part.rows)
        neighbours = part.address, part.newer, part.older
        return known(ListPage(get_language(), path, heading, rows, *neighbours, trail, **around))

    @cached_property
    def links(self):
        """Where the page stands, its neighbours, translations and feeds."""
        return self.write("news/_list_links.html", address=absolute(self.path))

    @cached_property
    def told(self):
        """What search engines and those who share the link are told."""
        steps = breadcrumbs(self.trail, self.heading, self.path)
        return self.write("news/_list_told.html", breadcrumbs=steps)

    @cached_property
    def story(self):
        """All that stands between masthead and footer."""
        return self.write("news/_list.html")

    def write(self, template, **context):
        return render_to_string(template, {"page": self, **context})


@lru_cache(maxsize=200)
def known(page):
    """Return the equal page that was asked for before, if there was one, with what is written."""
    return page
