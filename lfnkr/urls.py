"""The map of the site. Public pages stand in three languages: /..., /ja/..., /ko/..."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.generic import TemplateView

from pages import sitemaps

PLAIN = "text/plain; charset=utf-8"

from pages.health import health

handler404 = "pages.views.not_found"

urlpatterns = [
    path("healthz", health),
    # One's own password, forgotten: a link by e-mail
    path("admin/password/forgotten/", auth.PasswordResetView.as_view(), name="admin_password_reset"),
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
        path("", include("pages.urls")),
        prefix_default_language=False,
    ),
]
