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

from . import feeds
from .listed import read_list
from .lists import ListPage
from .models import Article, ArticleQuerySet
from .parts import page_of, published_page
from .shelves import read_archive, read_tag, read_year, read_years


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
    archive = read_archive()
    return _list(
        request,
        ArticleQuerySet.all,
        (),
        _("News"),
        aside=archive.aside(categories=archive.below(None)),
        feeds=feeds.links("news:feed"),
    )


@require_safe
def year(request, year):
    archive, numbers = read_year(year)
    months = tuple(date(year, number, 1) for number in numbers)
    aside = archive.aside(year=year)
    return _archive(
        request, ArticleQuerySet.in_year, (year,), str(year), aside=aside, months=months
    )


@require_safe
def month(request, year, month):
    heading = date_format(date(year, month, 1), "YEAR_MONTH_FORMAT")
    return _archive(
        request,
        ArticleQuerySet.in_month,
        (year, month),
        heading,
        trail=[(year, reverse("news:year", args=[year]))],
        aside=read_years().aside(year=year),
    )


@require_safe
def category(request, slug):
    archive = read_archive()
    tree = archive.tree
    category = tree.get(slug)
    if not category:
        raise Http404
    return _archive(
        request,
        ArticleQuerySet.in_categories,
        (frozenset(tree.ids_below(category)),),
        category.name,
        trail=[(c.name, c.get_absolute_url()) for c in tree.path_to(category)[:-1]],
        aside=archive.aside(categories=archive.below(category.pk)),
        feeds=feeds.links("news:category_feed", slug),
    )


@require_safe
def tag(request, slug):
    archive, tag = read_tag(slug)
    if not tag:
        raise Http404
    return _archive(
        request,
        ArticleQuerySet.tagged,
        (tag.pk,),
        _("Tagged “%(tag)s”") % {"tag": tag},
        aside=archive.aside(),
        feeds=feeds.links("news:tag_feed", slug),
    )


@require_safe
def kind(request, kind):
    if kind not in Article.Kind.values:
        raise Http404
    kind = Article.Kind(kind)
    return _list(
        request,
        ArticleQuerySet.of_kind,
        (kind,),
        kind.heading,
        trail=[(_("News"), reverse("news:index"))],
        aside=read_years().aside(kind=kind),
    )


@require_safe
def highlights(request):
    trail = [(_("News"), reverse("news:index"))]
    return _list(request, ArticleQuerySet.highlights, (), _("Highlights"), trail=trail)


def _archive(request, narrow, given, heading, *, trail=(), **context):
    """Show a list below /news/; 404 when nothing public is in it, so that it tells nothing."""
    trail = [(_("News"), reverse("news:index")), *trail]
    return _list(request, narrow, given, heading, trail=trail, never_empty=True, **context)


def _list(request, narrow, given, heading, *, trail=(), never_empty=False, aside=None, **around):
    part = read_list(narrow, given, request.GET)
    if never_empty and not part.rows:
        raise Http404
    aside = aside or read_years().aside()
    page = ListPage.of(request.path, str(heading), part, tuple(trail), aside=aside, **around)
    return render(request, "news/article_list.html", {"page": page})
