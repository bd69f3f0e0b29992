"""The front page, and the pages of the tree with what can be sent from them."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseNotAllowed, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.common import no_append_slash
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from correspondence.contact import ContactForm
from correspondence.guard import is_allowed
from publishing.gate import get_published_or_gone

from .found import linked_data
from .front import read_front
from .letter_kit import LetterForm
from .models import Organisation, Page

MESSAGES_AN_HOUR = 20  # of one network: a school, an office or a Tor exit is one, too


@require_safe
def home(request):
    """Show the front page. At most seven queries with the furniture."""
    return render(request, "pages/home.html", read_front())


# Without the first decorator Django leads every unknown address on to one with a slash, and says
# 404 there. Without the second a form would need a cookie; it acts on nothing but what it sends.
@no_append_slash
@csrf_exempt
def page(request, path):
    if "preview" in request.GET:
        return _preview(request, path)
    page = get_published_or_gone(Page.objects.for_page(), path=path)
    if request.method in ("GET", "HEAD"):
        return _page(request, page, thanks="thanks" in request.GET)
    if request.method == "POST" and page.has_contact_form and "letter" not in request.POST:
        return _write_to_us(request, page)
    if request.method == "POST" and page.has_letter:
        return _page(request, page, letter_form=LetterForm(page, request.POST))
    return HttpResponseNotAllowed(["GET", "HEAD"])


@never_cache
def _preview(request, path):
    """Show staff what a page will look like; everybody else is asked to sign in first.

    The question comes before the look-up, so that it tells nothing about what exists.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    visible = Page.objects.visible_to(request.user).for_page()
    return _page(request, get_object_or_404(visible, path=path), preview=True)


def _write_to_us(request, page):
    """Keep a message and thank for it, or show the form again with what was typed."""
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _page(request, page, contact_form=form)
    if not is_allowed(request, "contact", limit=MESSAGES_AN_HOUR):
        form.add_error(None, _("Too many messages came from your network. Send it in an hour."))
        return _page(request, page, contact_form=form, status=429)
    form.receive(Organisation.objects.office_email())
    return redirect(f"{page.get_absolute_url()}?thanks#form")


def _page(request, page, *, status=200, thanks=False, **context):
    """Show a page. What holds a form's moment or what somebody typed, no cache may keep."""
    shows_contact_form = page.has_contact_form and not thanks
    is_alike = not shows_contact_form and "letter_form" not in context
    trail = [(above.title, above.get_absolute_url()) for above in Page.objects.above(page)]
    context = {
        "page": page,
        "thanks": thanks,
        "trail": trail,
        "parts": Page.objects.published().for_list().filter(parent=page),
        "linked": linked_data(page, trail),
        "contact_form": ContactForm() if page.has_contact_form else None,
        "letter_form": LetterForm(page) if page.has_letter else None,
    } | context
    response = render(request, "pages/page_detail.html", context, status=status)
    if not is_alike:
        add_never_cache_headers(response)
    return response


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
