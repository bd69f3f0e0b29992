"""What search engines are told about a page."""

from publishing.found import breadcrumbs


def linked_data(page, trail):
    """Return the way to the page, and its questions with their answers, as schema.org data."""
    things = [breadcrumbs(trail, page.title, page.get_absolute_url())]
    if questions := [question.linked_data() for question in page.questions.all()]:
        things.append({"@type": "FAQPage", "mainEntity": questions})
    return things
