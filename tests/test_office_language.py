"""The office speaks the language of whoever works there; what they write stays where it belongs."""

import re

import pytest
from django.conf import settings
from factories import make_article, make_user

from news.models import Article

pytestmark = pytest.mark.django_db
JAPANESE = {"accept-language": "ja"}


def test_the_sign_in_page_is_japanese_for_a_japanese_browser(client):
    response = client.get("/admin/login/", headers=JAPANESE, follow=True)
    assert response["Content-Language"] == "ja"
    assert "パスワード" in response.content.decode()


@pytest.mark.parametrize("address", ["/admin/", "/admin/news/article/", "/admin/news/article/add/"])
def test_a_publisher_works_in_japanese(client, address):
    make_article("review", title="Boats", title_ja="船")
    client.force_login(make_user("publisher"))
    response = client.get(address, headers=JAPANESE)
    assert response.status_code == 200
    assert "記事" in response.content.decode()


def test_a_text_saved_in_the_japanese_office_keeps_its_languages(client):
    article = make_article(title="Boats", title_ja="船", slug="boats")
    client.force_login(make_user("publisher"))
    address = f"/admin/news/article/{article.pk}/change/"
    form = client.get(address, headers=JAPANESE).context["adminform"].form
    sent = {form.add_prefix(name): form[name].value() or "" for name in form.fields}
    parts = ["articlephoto_set", "articledocument_set", "signatories"]
    sent |= {f"{part}-{count}_FORMS": 0 for part in parts for count in ("TOTAL", "INITIAL")}
    moment = article.published_at
    sent |= {"published_at_0": f"{moment:%Y-%m-%d}", "published_at_1": f"{moment:%H:%M:%S}"}
    sent |= {"title_ja": "船が着く", "slug": "boats-arrive", "categories": []}
    response = client.post(address, sent, headers=JAPANESE)
    assert response.status_code == 302, response.context["adminform"].form.errors
    article = Article.objects.get()
    assert (article.title_en, article.title_ja) == ("Boats", "船が着く")
    assert client.get("/news/boats/")["Location"] == "/news/boats-arrive/"


def test_no_text_hides_from_translators_behind_another_name():
    """`makemessages` knows gettext and its kin by their names and by `_`, and nothing else."""
    rooms = (folder for folder in settings.BASE_DIR.iterdir() if (folder / "apps.py").exists())
    renamed = [
        f"{path.name}: {line}"
        for room in rooms
        for path in room.rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(r"\bn?p?gettext(_lazy)? as (?!_$)", line)
    ]
    assert renamed == []
