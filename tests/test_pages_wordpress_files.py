"""Pictures and documents of the old site: each made clean, taken once, and found at its place."""

import unicodedata

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError
from library_files import SECRET, encoded, exif, pdf_with_secret_everywhere
from wordpress_export import HOME, OLD_SITE, attachment, imported, item, meta, reasons_of, results

from library.models import Document, Photo
from news.models import Article
from pages.models import Page
from pages.wordpress.file import ExportError
from pages.wordpress.importer import import_wordpress
from pages.wordpress.writer import Writer

pytestmark = pytest.mark.django_db
ADDRESS = f"{HOME}/wp-content/uploads/2017/09"


@pytest.fixture
def uploads(tmp_path):
    """A folder like the old site's, whose files hold more than one sees."""
    folder = tmp_path / "uploads" / "2017" / "09"
    folder.mkdir(parents=True)
    for name in ("pier", "harbour", "IMG_0042"):
        (folder / f"{name}.png").write_bytes(encoded("PNG", exif=exif()))
    (folder / "leaflet.pdf").write_bytes(pdf_with_secret_everywhere())
    return tmp_path / "uploads"


def run(uploads, **options):
    return import_wordpress(OLD_SITE, uploads=uploads, **options)


def article(slug):
    return Article.objects.get(slug=slug)


def photos_of(slug):
    return [part.photo.alt for part in article(slug).articlephoto_set.all()]


def stored():
    """Return the names of all files in the storage."""
    names = []
    for folder in ("photos", "documents"):
        if default_storage.exists(folder):
            names += default_storage.listdir(folder)[1]
    return names


def img(number=1, src="", **attributes):
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<img class="wp-image-{number}" src="{src}"{given}>'


# At their place


def test_the_featured_image_leads_and_the_pictures_of_the_text_follow_in_their_order(uploads):
    run(uploads)
    assert article("blankets").lead_photo.alt == "Harbour at dawn"
    assert photos_of("blankets") == ["Two people carry blankets"]
    assert article("the-冬-appeal").lead_photo.alt == "Two people carry blankets"  # none featured
    assert photos_of("the-冬-appeal") == ["Picture: The winter appeal 😀"]
    assert "<img" not in article("blankets").body


def test_a_picture_that_leads_is_not_shown_twice(tmp_path, uploads):
    text = img(1, "/wp-content/uploads/2017/09/pier.png")
    imported(
        tmp_path,
        item(text, post_name="a", post_id="9", extra=meta("_thumbnail_id", "1")),
        attachment(1, "2017/09/pier.png"),
        uploads=uploads,
    )
    assert (article("a").lead_photo.alt, photos_of("a")) == ("Title of 1", [])


@pytest.mark.parametrize(
    "src",
    [
        f"{ADDRESS}/pier.png",
        f"{ADDRESS.replace('https', 'http').replace('www.', '')}/pier.png",
        f"{ADDRESS.removeprefix('https:')}/pier.png",
        "/wp-content/uploads/2017/09/pier.png",
        f"{ADDRESS}/pier-300x200.png",
        f"{ADDRESS}/pier-scaled.png",
        f"{ADDRESS}/pier-e1506500000000-150x150.png?resize=1",
    ],
)
def test_a_picture_is_found_by_each_of_its_addresses(tmp_path, uploads, src):
    parts = item(f'<img src="{src}">', post_id="9"), attachment(1, "2017/09/pier.png")
    imported(tmp_path, *parts, uploads=uploads)
    assert Article.objects.get().lead_photo.alt == "Title of 1"


def test_a_picture_that_the_export_does_not_name_is_taken_when_its_file_is_there(tmp_path, uploads):
    imported(tmp_path, item(f'<img src="{ADDRESS}/pier.png" alt="A pier">'), uploads=uploads)
    assert Article.objects.get().lead_photo.alt == "A pier"


def test_a_file_whose_name_a_mac_wrote_is_found(tmp_path, uploads):
    (uploads / "2017/09/pier.png").rename(
        uploads / "2017/09" / unicodedata.normalize("NFD", "ガ.png")
    )
    imported(tmp_path, item(f'<img src="{ADDRESS}/ガ.png" alt="A pier">'), uploads=uploads)
    assert Article.objects.get().lead_photo.alt == "A pier"


@pytest.mark.parametrize("name", ["pier.png", "pier-300x200.png"])
def test_the_old_address_of_a_file_leads_to_the_file(tmp_path, uploads, client, name):
    imported(
        tmp_path,
        item(img(1, f"{ADDRESS}/pier.png"), post_id="9"),
        attachment(1, "2017/09/pier.png"),
        uploads=uploads,
    )
    response = client.get(f"/wp-content/uploads/2017/09/{name}")
    assert response["Location"] == Article.objects.get().lead_photo.file.url
    assert client.get("/wp-content/uploads/2017/09/other.png").status_code == 404
    Article.objects.update(state="withdrawn")
    assert client.get(f"/wp-content/uploads/2017/09/{name}").status_code == 404


def test_a_picture_that_leads_to_its_own_file_is_no_lost_link(tmp_path, uploads):
    linked = f'<a href="{ADDRESS}/pier.png">{img(1, f"{ADDRESS}/pier-300x200.png")}</a>'
    parts = item(linked, post_id="9"), attachment(1, "2017/09/pier.png")
    report = imported(tmp_path, *parts, uploads=uploads)
    assert not [note for _line, note in report.notes if "a link leads" in note]


def test_where_a_picture_stood_is_reported(uploads):
    notes = [sentence for line, sentence in run(uploads).notes if line == 26]
    place = "arrived on Tuesday. They came from an appeal in August.”"
    assert notes[0].startswith(
        "a picture stands apart from the text now: “Two people carry blankets”"
    )
    assert notes[0].endswith(place)


def test_a_page_shows_one_picture_and_flags_the_rest(uploads):
    run(uploads)
    team = Page.objects.get(slug="team")
    assert team.lead_photo.alt == "Two people carry blankets"
    assert [flag.reason for flag in team.flags.all()] == ["picture-missing"]


# Their words


@pytest.mark.parametrize(
    ("own", "file", "shown", "flagged"),
    [
        ("In the text", "Of the file", "In the text", []),
        ("", "Of the file", "Of the file", []),
        ("", "", "Title of 1", ["alt-missing"]),
    ],
)
def test_the_description_is_that_of_the_text_or_of_the_file(
    tmp_path, uploads, own, file, shown, flagged
):
    file = attachment(1, "2017/09/pier.png", extra=meta("_wp_attachment_image_alt", file))
    report = imported(tmp_path, item(img(1, alt=own), post_id="9"), file, uploads=uploads)
    assert (Photo.objects.get().alt, reasons_of(report)) == (shown, flagged)


def test_a_picture_shown_twice_in_a_text_is_flagged_once(tmp_path, uploads):
    parts = item(img(1) + img(1), post_id="9"), attachment(1, "2017/09/pier.png")
    assert reasons_of(imported(tmp_path, *parts, uploads=uploads)) == ["alt-missing"]


@pytest.mark.parametrize("title", ["IMG_0042", "dsc-17.jpg", "P1020", "", "20170905"])
def test_a_name_that_a_camera_gave_is_no_description(tmp_path, uploads, title):
    parts = item(img(1), title="Rice", post_id="9"), attachment(1, "2017/09/pier.png", title=title)
    imported(tmp_path, *parts, uploads=uploads)
    assert Photo.objects.get().alt == "Picture: Rice"


def test_a_photo_has_the_caption_of_its_first_text_and_the_next_text_keeps_its_own(
    tmp_path, uploads
):
    first, second = (f"[caption]{img(1)} {words}[/caption]" for words in ("At noon", "At night"))
    imported(
        tmp_path,
        item(first, post_name="a", post_id="8"),
        item(second, post_name="b", post_id="9"),
        attachment(1, "2017/09/pier.png"),
        uploads=uploads,
    )
    assert Photo.objects.get().caption == "At noon"
    assert (article("a").body, article("b").body) == ("", "<p>At night</p>")


# Documents


def test_a_document_is_linked_where_it_is_now_and_stands_below_the_text(uploads):
    run(uploads)
    found = article("the-冬-appeal")
    document = found.documents.get()
    assert document.title == "leaflet"
    assert f'<a href="{document.file.url}">Leaflet</a>' in found.body


# Clean, once, and not from elsewhere


def test_nothing_hides_in_what_was_taken(uploads):
    run(uploads)
    assert (Photo.objects.count(), Document.objects.count(), len(stored())) == (3, 1, 4)
    for row in [*Photo.objects.all(), *Document.objects.all()]:
        assert SECRET not in row.file.read()


def test_a_second_run_takes_nothing_again(uploads):
    run(uploads)
    before = sorted(stored())
    report = run(uploads)
    assert (set(results(report)), report.files_taken) == ({"unchanged"}, 0)
    assert (sorted(stored()), Photo.objects.count()) == (before, 3)


def test_a_later_run_with_the_folder_brings_what_was_missing(uploads):
    report = run(None)
    assert reasons_of(report).count("picture-missing") == 6
    report = run(uploads)
    assert results(report).count("updated") == 3
    assert photos_of("blankets") == ["Two people carry blankets"]
    assert not article("blankets").flags.filter(reason="picture-missing").exists()


def test_a_photo_described_anew_by_staff_stays_described(uploads):
    run(uploads)
    Photo.objects.update(
        alt="Anna's words", alt_en="Anna's words", caption="Hers", caption_en="Hers"
    )
    assert set(results(run(uploads))) == {"unchanged"}
    assert set(Photo.objects.values_list("alt", flat=True)) == {"Anna's words"}


@pytest.mark.parametrize("file", ["../secret.png", "2017/../../secret.png", "/etc/passwd"])
def test_no_path_leads_out_of_the_folder(tmp_path, uploads, file):
    (tmp_path / "secret.png").write_bytes(encoded("PNG"))
    named = attachment(1, "x.png", extra=meta("_wp_attached_file", file))
    report = imported(tmp_path, item(img(1), post_id="9"), named, uploads=uploads)
    assert (Photo.objects.count(), report.refused) == (
        0,
        [f"{file} leads out of the uploads folder"],
    )


def test_no_link_in_the_folder_leads_out_of_it(tmp_path, uploads):
    (tmp_path / "secret.png").write_bytes(encoded("PNG"))
    (uploads / "link.png").symlink_to(tmp_path / "secret.png")
    imported(tmp_path, item(img(1), post_id="9"), attachment(1, "link.png"), uploads=uploads)
    assert Photo.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "reason"), [(b"no picture", "This is not a JPEG"), (b"", "This is not a JPEG")]
)
def test_what_cannot_be_made_clean_is_refused_and_flagged(tmp_path, uploads, content, reason):
    (uploads / "bad.png").write_bytes(content)
    bad = attachment(1, "bad.png")
    report = imported(tmp_path, item(f"a{img(1)} b", post_id="9"), bad, uploads=uploads)
    assert report.refused[0].startswith(f"bad.png: {reason}")
    assert (Article.objects.get().body, reasons_of(report)) == ("<p>a b</p>", ["picture-missing"])


@pytest.mark.parametrize(
    "src", ["https://elsewhere.example/wp-content/uploads/2017/09/pier.png", "", "http://[x"]
)
def test_a_picture_of_another_site_is_not_fetched(tmp_path, uploads, src):
    report = imported(tmp_path, item(f'<img src="{src}">'), uploads=uploads)
    assert (Photo.objects.count(), reasons_of(report)) == (0, ["picture-missing"])


def test_attachments_that_no_text_shows_are_reported(tmp_path, uploads):
    report = imported(
        tmp_path,
        attachment(1, "2017/09/pier.png"),
        attachment(2, "2017/09/gone.png"),
        attachment(3, "", attachment_url=None),
        uploads=uploads,
    )
    assert [left.code for left in report.left_out] == [
        "attachment-unused",
        "file-missing",
        "file-missing",
    ]


# All or nothing


def test_a_dry_run_leaves_no_file_behind(uploads):
    assert run(uploads, dry_run=True).files_taken == 4
    assert (stored(), Photo.objects.count()) == ([], 0)


def test_an_import_that_fails_leaves_no_file_behind(uploads, monkeypatch):
    def fail(*args):
        raise DatabaseError

    monkeypatch.setattr(Writer, "renew", fail)
    with pytest.raises(DatabaseError):
        run(uploads)
    assert stored() == []


def test_uploads_that_are_no_folder_are_told_so(tmp_path):
    with pytest.raises(ExportError, match="none are not a folder"):
        run(tmp_path / "none")
