"""/healthz: one word for the machines that look after the site."""

import pytest
from django.db import OperationalError


@pytest.mark.django_db
def test_a_healthy_site_says_ok_in_one_query(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")
    assert response["Content-Type"] == "text/plain"
    assert "no-store" in response["Cache-Control"] and not response.cookies


def test_a_site_without_its_database_says_so(client, monkeypatch):
    def away():
        raise OperationalError("password=secret host=database.example")

    monkeypatch.setattr("pages.health.connection.cursor", away)
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"database")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_it_answers_inside_where_nothing_speaks_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/news/").status_code == 301


@pytest.mark.django_db
def test_no_search_engine_is_led_to_it(client):
    for address in ("/sitemap.xml", "/sitemap-lists.xml", "/"):
        assert b"healthz" not in client.get(address).content
