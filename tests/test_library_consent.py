"""People who can be recognised are shown when they agreed or were painted over, and never before."""

from datetime import date

import pytest
from campaigns_factories import make_campaign, make_need, make_supply
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone
from events_factories import make_event
from factories import make_article, make_user
from library_files import encoded, upload
from pages_factories import make_page

from campaigns.models import CampaignPhoto
from library.models import Photo
from news.models import ArticlePhoto
from publishing.models import WithheldPhotos

pytestmark = pytest.mark.django_db


def make_photo(people_recognisable=True, **fields):
    words = {"alt": "A grandmother at her stove", "caption": "Her own kitchen"}
    return Photo.objects.create(
        file=upload(encoded()), people_recognisable=people_recognisable, **words | fields
    )


def lead(row, photo):
    type(row).objects.filter(pk=row.pk).update(lead_photo=photo)
    return row


SHOWN_BY = {
    "article, lead photo": lambda photo: lead(make_article(dated_on=date(2024, 1, 1)), photo),
    "article, further photo": lambda photo: (
        ArticlePhoto.objects.create(article=make_article(), photo=photo).article
    ),
    "campaign, lead photo": lambda photo: lead(make_campaign(), photo),
    "campaign, further photo": lambda photo: (
        CampaignPhoto.objects.create(campaign=make_campaign(), photo=photo).campaign
    ),
    "campaign, supply": lambda photo: make_need(supply=make_supply(photo=photo)).campaign,
    "event": lambda photo: lead(make_event(), photo),
    "page": lambda photo: lead(make_page(), photo),
}
LISTS = [
    "/",
    "/news/",
    "/news/feed/",
    "/news/atom/",
    "/campaigns/",
    "/events/",
    "/search/?q=grandmother",
]


@pytest.mark.parametrize("where", SHOWN_BY)
def test_a_photo_added_after_publication_is_left_out_until_it_may_be_seen(client, where):
    photo = make_photo()
    address = SHOWN_BY[where](photo).get_absolute_url()
    before = client.get(address)
    assert before.status_code == 200
    for secret in (photo.file.name, "A grandmother at her stove", "Her own kitchen"):
        assert secret not in before.content.decode()
    Photo.objects.update(consent="Agreed on the telephone, 3 May, to the office")
    assert photo.file.name in client.get(address).content.decode()


@pytest.mark.parametrize("where", ["article, lead photo", "campaign, lead photo", "event"])
def test_lists_and_feeds_leave_it_out_too(client, where):
    photo = make_photo()
    SHOWN_BY[where](photo)
    answers = [client.get(address) for address in LISTS]
    texts = [answer.content.decode() for answer in answers if answer.status_code == 200]
    assert len(texts) >= 5
    assert [text for text in texts if photo.file.name in text] == []


@pytest.mark.parametrize(
    ("facts", "withheld"),
    [
        ({}, True),
        ({"consent": "  \n"}, True),
        ({"consent": "She agreed on 3 May."}, False),
        ({"redacted_at": timezone.now()}, False),
        ({"people_recognisable": False}, False),
    ],
)
def test_consent_redaction_or_nobody_to_recognise_frees_a_photo(facts, withheld):
    photo = make_photo()
    Photo.objects.filter(pk=photo.pk).update(**facts)
    assert Photo.objects.get().is_withheld is withheld
    assert Photo.objects.withheld().exists() is withheld
    assert Photo.objects.showable().exists() is not withheld


def test_nobody_can_write_that_a_photo_is_free():
    make_photo()
    with pytest.raises(DatabaseError, match="is_withheld"), connection.cursor() as cursor:
        cursor.execute("UPDATE library_photo SET is_withheld = false")


@pytest.mark.parametrize("where", ["lead", "further"])
def test_an_article_with_such_a_photo_cannot_be_published(where):
    photo, article = make_photo(), make_article("review")
    if where == "lead":
        lead(article, photo)
    else:
        ArticlePhoto.objects.create(article=article, photo=photo)
    with pytest.raises(WithheldPhotos, match="“A grandmother at her stove”. Open each"):
        article.publish()
    article.refresh_from_db()
    assert article.state == "review"
    Photo.objects.update(consent="She agreed on 3 May.")
    article.publish()
    assert article.is_public


@pytest.mark.parametrize("make", [make_campaign, make_event, make_page])
def test_nor_can_a_campaign_an_event_or_a_page(make):
    row = lead(make("draft"), make_photo())
    with pytest.raises(WithheldPhotos):
        row.publish()


def test_publishing_looks_for_such_photos_with_one_query(django_assert_num_queries):
    article = make_article("draft", lead_photo=make_photo(people_recognisable=False))
    with django_assert_num_queries(1):
        assert list(article.withheld_photos()) == []


def test_the_office_says_so_when_a_public_photo_is_marked(client):
    photo = make_photo(people_recognisable=False)
    article = lead(make_article(), photo)
    assert photo.file.name in client.get(article.get_absolute_url()).content.decode()
    client.force_login(make_user("editor"))
    words = {"alt_en": "A grandmother", "people_recognisable": "on", "consent": ""}
    blank = dict.fromkeys(
        ["alt_ja", "caption_ja", "alt_ko", "caption_ko", "caption_en", "credit"], ""
    )
    address = reverse("admin:library_photo_change", args=[photo.pk])
    response = client.post(address, words | blank, follow=True)
    assert "The public does not see the photo" in response.content.decode()
    assert photo.file.name not in client.get(article.get_absolute_url()).content.decode()
