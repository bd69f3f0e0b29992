"""The measure of all pages: a Django view with one query by primary key and a small template.

No middleware, no session, no translation: what Django itself costs on this machine.
"""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.template import Context, Template
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.bare_settings")
django.setup()
settings.MIDDLEWARE = []  # only now: allauth's app looks for its own when it is set up

from news.models import Article  # noqa: E402 - needs the settings

TEMPLATE = Template(
    "<!doctype html><title>{{ article.title_en }}</title><p>{{ article.teaser_en }}</p>"
)


def bare(request, pk):
    article = Article.objects.only("title_en", "teaser_en").get(pk=pk)
    return HttpResponse(TEMPLATE.render(Context({"article": article})))


urlpatterns = [path("<int:pk>/", bare)]
application = get_wsgi_application()
