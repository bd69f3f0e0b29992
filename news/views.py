"""The newsroom's public pages. All start from `published()`; only the preview reads who asks."""

from datetime import date

from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from publishing.gate import refuse

from . import feeds, lists
from .models import Article
from .parts import page_of, published_page
from .shelves import archive_of, tag_of


@require_safe
def article(request, slug):
    if "preview" in request.GET:
        return _preview(request, slug)
    page = published_page(slug) or refuse(Article, slug=slug)
    return render(request, "news/article_detail.html", {"page": page})


@never_cache
def _preview(request, slug):
    """Show staff what a page will look like; everybody else is asked to sign in first.

    The question comes before the look-up, so that it tells nothing about what exists.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    visible = Article.objects.visible_to(request.user).for_page()
    page = page_of(get_object_or_404(visible, slug=slug))
    return render(request, "news/article_detail.html", {"page": page, "preview": True})


@require_safe
def index(request):
    part, beside = lists.NEWS.read(request.GET)
    archive = archive_of(**beside)
    aside = archive.aside(categories=archive.below(None))
    return _list(request, _("News"), part, (), aside, feeds=feeds.links("news:feed"))


@require_safe
def year(request, year):
    part, beside = _filled(request, lists.YEAR, year)
    months = tuple(date(year, int(number), 1) for number in beside.pop("months"))
    aside = archive_of(**beside).aside(year=year)
    return _list(request, str(year), part, (_news(),), aside, months=months)


@require_safe
def month(request, year, month):
    part, beside = _filled(request, lists.MONTH, year, month)
    heading = date_format(date(year, month, 1), "YEAR_MONTH_FORMAT")
    trail = (_news(), (year, reverse("news:year", args=[year])))
    return _list(request, heading, part, trail, archive_of(**beside).aside(year=year))


@require_safe
def category(request, slug):
    part, beside = _filled(request, lists.CATEGORY, slug)
    archive = archive_of(**beside)
    category = archive.tree.get(slug)
    above = archive.tree.path_to(category)[:-1]
    trail = (_news(), *((c.name, c.get_absolute_url()) for c in above))
    aside = archive.aside(categories=archive.below(category.pk))
    links = feeds.links("news:category_feed", slug)
    return _list(request, category.name, part, trail, aside, feeds=links)


@require_safe
def tag(request, slug):
    part, beside = _filled(request, lists.TAG, slug)
    tag = tag_of(*beside.pop("tag"))
    heading = _("Tagged “%(tag)s”") % {"tag": tag}
    links = feeds.links("news:tag_feed", slug)
    return _list(request, heading, part, (_news(),), archive_of(**beside).aside(), feeds=links)


@require_safe
def kind(request, kind):
    if kind not in Article.Kind.values:
        raise Http404
    part, beside = lists.KIND.read(request.GET, kind)
    heading = str(Article.Kind(kind).heading)
    return _list(request, heading, part, (_news(),), archive_of(**beside).aside(kind=kind))


@require_safe
def highlights(request):
    part, beside = lists.HIGHLIGHTS.read(request.GET)
    return _list(request, _("Highlights"), part, (_news(),), archive_of(**beside).aside())


def _filled(request, articles, *given):
    """Read a list; 404 when nothing public is in it, so that it tells nothing."""
    part, beside = articles.read(request.GET, *given)
    if not part.rows:
        raise Http404
    return part, beside


def _news():
    return _("News"), reverse("news:index")


def _list(request, heading, part, trail, aside, **around):
    page = lists.ListPage.of(request.path, heading, part, trail, aside=aside, **around)
    return render(request, "news/article_list.html", {"page": page})
