"""Everybody is thanked once: by a letter in their language, or otherwise and noted."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from correspondence.letters import NothingToSay
from correspondence.models import OutgoingEmail
from donations.booking import Part, book, give_back, void
from donations.letters import thanks
from donations.models import Donation, Donor
from donations.thanking import note_thanked, thank
from tests.donations_factories import give, make_donor, priced_need

pytestmark = pytest.mark.django_db


def letters():
    return list(OutgoingEmail.objects.values_list("letter", "about", "recipients", "language"))


def test_a_letter_of_thanks_is_queued_once_and_the_day_is_noted():
    gift = give(30, donor=make_donor(email="h@x.example", language="ja"))
    thank(gift)
    assert letters() == [("donations.thanks", gift.pk, ["h@x.example"], "ja")]
    gift.refresh_from_db()
    assert gift.thanked_on == timezone.localdate()
    with pytest.raises(ValidationError, match="Nobody waits for thanks"):
        thank(gift)
    assert len(letters()) == 1


def test_who_has_no_address_stays_on_the_list():
    gift = give(30, donor=make_donor(email=""))
    with pytest.raises(ValidationError, match="has no e-mail address"):
        thank(gift)
    assert list(Donation.objects.unthanked()) == [gift]
    note_thanked(gift)
    assert list(Donation.objects.unthanked()) == []
    assert letters() == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: give(30),
        lambda: give(30, donor=Donor.objects.create(erased_at=timezone.now())),
        lambda: void(give(30, donor=make_donor()), by=None),
        lambda: void(give(30, donor=make_donor()), by=None).reverses,
        lambda: given_back(give(30, donor=make_donor()), 30),
    ],
)
def test_nobody_waits_for_thanks_for_what_was_void_went_back_or_came_from_nobody(make):
    gift = make()
    assert gift not in Donation.objects.unthanked()
    with pytest.raises(ValidationError, match="Nobody waits for thanks"):
        note_thanked(gift)


def test_the_letter_says_what_came_and_what_it_counts_for():
    need = priced_need()
    gift = give(30, donor=make_donor(name="Hanako"), parts=[Part(30, need=need)])
    subject, text = thanks(gift)
    assert subject == "Thank you for your gift"
    assert text.startswith("Dear Hanako,")
    assert "US$30. Thank you." in text
    assert f"It counts for: {need} ({need.campaign})." in text


def test_goods_are_thanked_for_in_words():
    goods = book(
        by=None, received_on=timezone.localdate(), goods="20 caps", donor=make_donor(name="")
    )
    text = thanks(goods)[1]
    assert "Dear friend," in text
    assert "20 caps. Thank you." in text


def given_back(gift, amount):
    give_back(gift, Decimal(amount), cause="chargeback", by=None, on=timezone.localdate())
    return gift


def test_who_keeps_a_part_to_us_still_waits_for_thanks():
    gift = given_back(give(30, donor=make_donor()), 10)
    assert gift in Donation.objects.unthanked()


@pytest.mark.parametrize(
    "undo", [lambda gift: void(gift, by=None), lambda gift: given_back(gift, 30)]
)
def test_a_gift_that_was_taken_back_before_the_letter_left_is_not_thanked_for(undo):
    gift = give(30, donor=make_donor())
    thank(gift)
    undo(gift)
    with pytest.raises(NothingToSay):
        thanks(gift)


def test_the_letter_is_written_in_the_language_of_the_moment():
    gift = give(5000, currency="JPY", donor=make_donor())
    with translation.override("ja"):
        assert "￥5,000" in thanks(gift)[1]
        assert "北朝鮮難民救援基金" in thanks(gift)[1]
