"""Duplicate donors become one: nothing is lost, no figure moves, and the record tells what was."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Sum
from django.db.utils import ProgrammingError
from django.utils import timezone

from donations.booking import void
from donations.merging import merge
from donations.models import Donation, Donor, Merge, NameOnWall, Pledge
from tests.donations_factories import confirmed, give, make_donor
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def sums():
    """Return every sum of money by currency, as the accountant would add them up."""
    return list(
        Donation.objects.order_by("currency").values_list("currency").annotate(Sum("amount"))
    )


def test_all_rows_move_and_the_record_says_which():
    kept, gone = make_donor(), make_donor()
    pledge = confirmed()
    Pledge.objects.update(donor=gone)
    mine, theirs, wrong = (give(10, donor=kept), give(20, donor=gone), give(5, donor=gone))
    reversal = void(wrong, by=None)
    treasurer, before, number = make_user("treasurer"), sums(), gone.pk
    record = merge(kept, gone, by=treasurer)
    assert list(kept.donations.order_by("pk")) == [mine, theirs, wrong, reversal]
    assert list(kept.pledges.all()) == [pledge]
    assert (record.kept, record.gone, record.merged_by) == (kept, number, treasurer)
    assert record.pledges == [pledge.pk]
    assert record.donations == [theirs.pk, wrong.pk, reversal.pk]
    assert sums() == before
    assert not Donor.objects.filter(pk=number).exists()
    assert not Donor.history.filter(id=number).exists()


def test_what_one_lacks_comes_from_the_other_and_the_rest_stands_in_the_note():
    now = timezone.now()
    kept = make_donor(name="Hanako", email="", country="JP", note="Likes tea")
    gone = make_donor(name="花子", email="h@x.example", email_proved_at=now, note="Old friend")
    merge(kept, gone, by=None)
    kept.refresh_from_db()
    assert (kept.name, kept.email, kept.email_proved_at) == ("Hanako", "h@x.example", now)
    assert kept.note == "Likes tea\n\nOld friend\n\nBefore a merge also: 花子"


def test_an_address_that_either_proved_stays_proved():
    now = timezone.now()
    kept = make_donor(email="h@x.example")
    merge(kept, make_donor(email="h@x.example", email_proved_at=now), by=None)
    kept.refresh_from_db()
    assert kept.email_proved_at == now


def test_an_address_is_not_proved_by_that_of_the_other():
    kept = make_donor(email="a@x.example")
    merge(kept, make_donor(email="b@x.example", email_proved_at=timezone.now()), by=None)
    kept.refresh_from_db()
    assert (kept.email, kept.email_proved_at) == ("a@x.example", None)
    assert "b@x.example" in kept.note


@pytest.mark.parametrize(
    ("one", "other", "after"),
    [
        ("amount", "name", "name"),
        ("name", "amount", "name"),
        ("amount", "nothing", "nothing"),
        ("amount", "amount", "amount"),
    ],
)
def test_the_public_sees_no_more_than_both_agreed_to(one, other, after):
    kept = make_donor(shown=one, may_write=True)
    merge(kept, make_donor(shown=other, may_write=one == other), by=None)
    kept.refresh_from_db()
    assert (kept.shown, kept.may_write) == (after, one == other)


def test_a_name_on_the_page_of_thanks_leaves_with_its_row():
    kept, gone = make_donor(), make_donor()
    NameOnWall.objects.create(donor=gone, name=gone.name)
    merge(kept, gone, by=None)
    assert not NameOnWall.objects.exists()


def test_a_donor_of_an_earlier_merge_can_be_merged_again():
    first, second, third = make_donor(), make_donor(), make_donor()
    numbers = [third.pk, second.pk]
    merge(second, third, by=None)
    merge(first, second, by=None)
    assert [(record.gone, record.kept) for record in Merge.objects.order_by("pk")] == [
        (number, first) for number in numbers
    ]


def test_nobody_is_merged_with_the_same_a_gone_or_an_erased_donor():
    kept, gone, erased = make_donor(), make_donor(), Donor.objects.create(erased_at=timezone.now())
    with pytest.raises(ValidationError, match="two different"):
        merge(kept, kept, by=None)
    with pytest.raises(ValidationError, match="erased donor stays alone"):
        merge(kept, erased, by=None)
    stale = Donor.objects.get(pk=gone.pk)
    merge(kept, gone, by=None)
    with pytest.raises(ValidationError, match="gone already"):
        merge(kept, stale, by=None)


def test_the_record_of_a_merge_stays():
    kept = make_donor()
    merge(kept, make_donor(), by=None)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Merge.objects.update(gone=0)
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        Merge.objects.all().delete()
    assert connection.is_usable()
