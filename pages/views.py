"""The front page: the newest of every room."""

from django.shortcuts import render

from news.models import Article

LATEST = 11  # one leads, ten follow: a screen and a half on a phone
HIGHLIGHTS = 40


def home(request):
    """Show the lead story, the latest news and the past highlights by year. Three queries.

    The newest highlight among the latest leads; without one, the latest article does.
    """
    published = Article.objects.published().for_list().newest_first()
    latest = list(published[:LATEST])
    lead = next((article for article in latest if article.is_highlight), latest[0] if latest else None)
    context = {
        "lead": lead,
        "latest": [article for article in latest if article != lead],
        "highlights": published.highlights()[:HIGHLIGHTS],
    }
    return render(request, "pages/home.html", context)
