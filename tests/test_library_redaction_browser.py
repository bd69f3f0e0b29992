"""Boxes are drawn with mouse or finger, under the office's strict policy, or typed without a script."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from factories import make_user
from library_files import encoded, picture, upload
from PIL import Image

from library.models import Photo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def photo():
    return Photo.objects.create(file=upload(encoded("PNG", picture((640, 480)))), alt="A red wall")


def enter(page, live_server, photo):
    client = Client()
    client.force_login(make_user("editor"))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(reverse("admin:library_photo_redact", args=[photo.pk]), wait_until="load")


def draw(page, start, end):
    """Drag the mouse over the photo, from and to places in percent of it."""
    page.locator(".redaction-picture").scroll_into_view_if_needed()
    area = page.locator(".redaction-picture svg").bounding_box()
    for number, (x, y) in enumerate([start, end]):
        page.mouse.move(area["x"] + area["width"] * x / 100, area["y"] + area["height"] * y / 100)
        page.mouse.up() if number else page.mouse.down()


def test_boxes_are_drawn_taken_away_and_redacted(page, live_server, photo):
    enter(page, live_server, photo)
    draw(page, (10, 10), (30, 30))
    draw(page, (90, 90), (60, 60))  # from right to left
    assert not page.get_by_role("button", name="Show the boxes").is_visible()  # they show already
    boxes = page.locator("[data-boxes] rect")
    assert boxes.count() == 2
    second = page.locator("#id_boxes").input_value().splitlines()[1].split()
    assert [round(float(number)) for number in second] == [60, 60, 30, 30]
    page.get_by_role("button", name="Take away the last box").click()
    assert boxes.count() == 1
    with page.expect_navigation():
        page.get_by_role("button", name="Redact for good").click()
    image = Image.open(io.BytesIO(Photo.objects.get().file.read())).convert("RGB")
    assert image.getpixel((120, 90)) < (12, 12, 12) and image.getpixel((500, 400)) > (240, 0, 0)


def test_without_a_script_boxes_are_typed_looked_at_and_redacted(plain, live_server, photo):
    enter(plain, live_server, photo)
    assert not plain.get_by_role("button", name="Take away the last box").is_visible()
    plain.get_by_label("Boxes").fill("50 50 25 25")
    plain.get_by_role("button", name="Show the boxes").click()
    assert plain.locator("[data-boxes] rect").count() == 1
    assert Photo.objects.get().redacted_at is None
    plain.get_by_role("button", name="Redact for good").click()
    image = Image.open(io.BytesIO(Photo.objects.get().file.read())).convert("RGB")
    assert image.getpixel((400, 300)) < (12, 12, 12) and image.getpixel((600, 440)) > (240, 0, 0)
