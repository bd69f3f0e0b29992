"""The map of the site. Public pages stand in three languages: /..., /ja/..., /ko/..."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.generic import TemplateView

from pages import sitemaps
from pages.health import health

PLAIN = "text/plain; charset=utf-8"
# Links in letters name the site by its own address, not by what the request calls it.
OWN_ADDRESS = dict(zip(("protocol", "domain"), settings.SITE_URL.split("://"), strict=True))

handler404 = "pages.views.not_found"

urlpatterns = [
    path("healthz", health),
    # One's own password, forgotten: a link by e-mail
    path(
        "admin/password/forgotten/",
        auth.PasswordResetView.as_view(extra_email_context=OWN_ADDRESS),
        name="admin_password_reset",
    ),
    path("admin/password/sent/", auth.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path(
        "admin/password/new/<uidb64>/<token>/",
        auth.PasswordResetConfirmView.as_view(),
        name="password_reset_confirm",
    ),
    path(
        "admin/password/done/",
        auth.PasswordResetCompleteView.as_view(),
        name="password_reset_complete",
    ),
    path("admin/", admin.site.urls),
    path("media/", include("library.urls")),
    path("robots.txt", TemplateView.as_view(template_name="robots.txt", content_type=PLAIN)),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-lists.xml", sitemaps.lists, name="sitemap_lists"),
    path("sitemap-<slug:section>-<int:number>.xml", sitemaps.part, name="sitemap_part"),
    *i18n_patterns(
        path("news/", include("news.urls")),
        path("campaigns/", include("campaigns.urls")),
        path("donations/thanks/", include("donations.wall.urls")),
        path("donations/", include("donations.usage.urls")),
        path("events/", include("events.urls")),
        path("", include("donations.urls")),
        path("schedule/", include("events.schedule_urls")),
        path("", include("pages.urls")),
        prefix_default_language=False,
    ),
]
