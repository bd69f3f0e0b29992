"""The addresses of the old site, and where each leads on this one."""

import re
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from django.urls import reverse

NUMBERS = ("p", "page_id", "attachment_id", "cat", "m")


class Addresses:
    """Knows the old site's hosts, and for each old path the new address."""

    def __init__(self, homes):
        parts = [split(home) for home in homes]
        self.hosts = {without_www(part.netloc) for part in parts if part.netloc}
        folders = {part.path.rstrip("/") for part in parts}
        self.folder = max(folders, key=len, default="")  # WordPress may live below /blog
        self.home = parts[-1].geturl() if homes else ""
        self.new = {}

    def learn(self, path, new):
        """Remember a path as `path_of` returns it; the first to claim one keeps it."""
        if path and path != "/":
            self.new.setdefault(path, new)

    def new_for(self, address, base=""):
        """Return the new address of what stood at an old one, or None."""
        path = self.path_of(address, base)
        return path and self.new.get(path)

    def path_of(self, address, base=""):
        """Return the decoded path of an address of the old site, as old addresses are stored.

        With the number where one is asked for, as in `/?p=12`; None for an address elsewhere.
        """
        try:
            parts = urlsplit(urljoin(base or self.home, address.strip()))
        except ValueError:  # no address at all
            return None
        if parts.scheme not in ("http", "https", "") or (
            parts.netloc and without_www(parts.netloc) not in self.hosts
        ):
            return None
        path = unquote(parts.path).rstrip("/")
        number = next((pair for pair in parse_qsl(parts.query) if pair[0] in NUMBERS), None)
        if number and number[1].isdecimal():
            return f"{path}/?{number[0]}={number[1]}"
        return path or "/"

    def numbered(self, name, number):
        return f"{self.folder}/?{name}={number}"

    def archive(self, *words):
        """Return the path of a list, such as that of a month, below the old site's folder."""
        return "/".join([self.folder, *words])


def split(address):
    """Return the parts of an address; of what is none, like "http://[old", empty ones."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def without_www(host):
    return re.sub(r"^www\.|:(80|443)$", "", host.lower())


def paths_of(addresses, item, *names):
    """Return the paths at which the old site showed an item: its own, and those by its number."""
    paths = [addresses.path_of(item.link)] if item.link else []
    if item.id:
        paths += [addresses.numbered(name, item.id) for name in names]
    return [path for path in dict.fromkeys(paths) if path and path != "/"]


def paths_of_text(addresses, item):
    return paths_of(addresses, item, "p", *(["page_id"] if item.type == "page" else []))


def paths_of_attachment(addresses, item):
    return paths_of(addresses, item, "attachment_id", "p")


def paths_of_feeds(addresses):
    """Return {old path: new address} of the feeds of all news; lists and texts have theirs below them."""
    forms = {
        "feed": "rss",
        "feed/rss": "rss",
        "feed/rss2": "rss",
        "feed/rdf": "rss",
        "feed/atom": "atom",
    }
    return {
        addresses.archive(word): reverse("news:feed", args=[form]) for word, form in forms.items()
    }


def paths_of_months(addresses, days):
    """Return {old path: new address} of the lists of these days, their months and years."""
    found = {}
    for day in days:
        year, month = f"{day.year:04}", f"{day.month:02}"
        of_month = reverse("news:month", args=[day.year, day.month])
        found[addresses.archive(year)] = reverse("news:year", args=[day.year])
        found[addresses.archive(year, month)] = of_month
        found[addresses.archive(year, month, f"{day.day:02}")] = of_month
        found[addresses.numbered("m", year + month)] = of_month
        found[addresses.numbered("m", f"{year}{month}{day.day:02}")] = of_month
    return found
