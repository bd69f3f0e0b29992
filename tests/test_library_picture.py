"""The picture tag gives every browser the lightest form that it can use."""

import pytest
from django.template import Context, Template
from django.utils import translation
from library_files import encoded, picture, upload

from library.models import Photo
from library.variants import make_variants


def make_photo(**fields):
    file = upload(encoded("JPEG", picture((600, 300))))
    return Photo.objects.create(**{"file": file, "alt": "A red wall"} | fields)


def rendered(photo, arguments=""):
    template = Template("{% load library %}{% picture photo " + arguments + " %}")
    return template.render(Context({"photo": photo}))


@pytest.mark.django_db
def test_a_photo_with_copies_offers_avif_then_webp_then_itself(assert_html):
    photo = make_photo()
    make_variants(photo)
    stem = "/media/" + photo.file.name.removesuffix(".jpg")
    sizes = "(min-width: 60rem) 40rem, 100vw"
    assert_html(
        rendered(photo, f'sizes="{sizes}"'),
        f"""<picture>
        <source type="image/avif" srcset="{stem}-480.avif 480w, {stem}-600.avif 600w" sizes="{sizes}">
        <source type="image/webp" srcset="{stem}-480.webp 480w, {stem}-600.webp 600w" sizes="{sizes}">
        <img src="{stem}.jpg" width="600" height="300" alt="A red wall" loading="lazy"
             decoding="async"></picture>""",
    )


@pytest.mark.django_db
def test_a_photo_whose_copies_are_not_ready_stands_alone(assert_html):
    photo = make_photo()
    assert_html(
        rendered(photo, 'loading="eager" fetchpriority="high"'),
        f"""<picture><img src="/media/{photo.file.name}" width="600" height="300" alt="A red wall"
        loading="eager" decoding="async" fetchpriority="high"></picture>""",
    )


@pytest.mark.django_db
def test_the_description_speaks_the_active_language():
    photo = make_photo(alt_en="A red wall", alt_ja="赤い壁")
    with translation.override("ja"):
        assert 'alt="赤い壁"' in rendered(photo)
    with translation.override("ko"):
        assert 'alt="A red wall"' in rendered(photo)


@pytest.mark.django_db
def test_a_description_cannot_break_out_of_its_attribute():
    assert 'alt="&quot;&gt;&lt;script&gt;"' in rendered(make_photo(alt='"><script>'))


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_pictures_cost_no_query(django_assert_num_queries, count):
    for _number in range(count):
        make_variants(make_photo())
    photos = list(Photo.objects.all())
    with django_assert_num_queries(0):
        assert [rendered(photo).count("<source") for photo in photos] == [2] * count


def test_no_photo_is_no_picture():
    assert rendered(None).strip() == ""


@pytest.fixture
def assert_html():
    from django.test import SimpleTestCase

    return SimpleTestCase().assertHTMLEqual
