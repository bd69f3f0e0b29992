"""A pledge as a browser sends it: what is typed, and the moment at which the form was opened."""

import re

from correspondence.guard import new_stamp

TYPED = {
    "amount": "30",
    "currency": "USD",
    "rhythm": "once",
    "name": "Anna Ö.",
    "email": "anna@example.org",
    "language": "en",
    "shown": "nothing",
    "website": "",
}


def text(response):
    return response.content.decode()


def stamp_in(response):
    return re.search(r'name="stamp" value="([^"]+)"', text(response))[1]


def old_stamp(time_machine, seconds=10):
    """Return the stamp of a form that was opened a moment ago; the clock goes on by that."""
    stamp = new_stamp()
    time_machine.shift(seconds)
    return stamp


def hidden_in(response):
    """Return what the page before the last step sends on."""
    found = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', text(response))
    return dict(found)
