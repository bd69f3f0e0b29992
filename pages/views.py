"""The front page, and the pages of the tree."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve
from django.views.decorators.cache import never_cache
from django.views.decorators.common import no_append_slash
from django.views.defaults import page_not_found

from news.models import Article
from publishing.gate import get_published_or_gone

from .models import Page

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


@no_append_slash  # Django would lead every unknown address on to one with a slash, and 404 there
def page(request, path):
    if "preview" in request.GET:
        return _preview(request, path)
    page = get_published_or_gone(Page.objects.for_page(), path=path)
    return _page(request, page)


@never_cache
def _preview(request, path):
    """Show staff what a page will look like; everybody else is asked to sign in first.

    The question comes before the look-up, so that it tells nothing about what exists.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    visible = Page.objects.visible_to(request.user).for_page()
    return _page(request, get_object_or_404(visible, path=path), preview=True)


def _page(request, page, **context):
    context |= {
        "page": page,
        "trail": [(above.title, above.get_absolute_url()) for above in Page.objects.above(page)],
        "parts": Page.objects.published().for_list().filter(parent=page),
    }
    return render(request, "pages/page_detail.html", context)


def not_found(request, exception):
    """Answer 404, unless only the slash at the end of a public page's address is missing."""
    if not request.path_info.endswith("/") and _is_page_at(f"{request.path_info}/"):
        return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
    return page_not_found(request, exception)


def _is_page_at(path_info):
    try:
        match = resolve(path_info)
    except Resolver404:
        return False
    is_page = match.view_name == "pages:page"
    return is_page and Page.objects.published().filter(**match.kwargs).exists()
