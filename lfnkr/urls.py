"""The map of the site. Public pages stand in three languages: /..., /ja/..., /ko/..."""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView, TemplateView

from accounts.urls import choose_password
from pages import sitemaps
from pages.health import health

PLAIN = "text/plain; charset=utf-8"

# Before the list of the admin's addresses is made, which takes this view as it is then: its own
# form of signing in would ask for a password alone.
admin.site.login = secure_admin_login(admin.site.login)

handler404 = "pages.views.not_found"

urlpatterns = [
    path("healthz", health),
    # Letters of before lead here
    path("admin/password/new/<uidb64>/<token>/", choose_password),
    path(
        "admin/password/forgotten/",
        RedirectView.as_view(pattern_name="forgotten_password"),
        name="admin_password_reset",
    ),
    path("admin/", admin.site.urls),
    path("media/", include("library.urls")),
    path("robots.txt", TemplateView.as_view(template_name="robots.txt", content_type=PLAIN)),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-lists.xml", sitemaps.lists, name="sitemap_lists"),
    path("sitemap-<slug:section>-<int:number>.xml", sitemaps.part, name="sitemap_part"),
    *i18n_patterns(
        path("", include("accounts.urls")),
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
