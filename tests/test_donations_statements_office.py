"""The treasurer's screens for statements: upload, questions, preview, and what becomes of rows."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from factories import make_user
from office import act, change_url, list_url, shown_in, told

from donations import statement_forms
from donations.models import Donation, Donor, StatementFile, StatementLayout, StatementRow
from tests.donations_factories import confirmed, give, make_donor, make_method, state_of
from tests.statements_factories import FILES, make_row, paypal, paypal_row, rakuten, take_in

pytestmark = pytest.mark.django_db
ADD = "/admin/donations/statementfile/add/"
ROWS = "donations_statementrow"
SHINKIN = (FILES / "shinkin.csv").read_bytes()


@pytest.fixture
def treasurer(client):
    user = make_user("treasurer")
    client.force_login(user)
    return user


def upload(client, content, name="statement.csv", **typed):
    return client.post(ADD, {"file": SimpleUploadedFile(name, content)} | typed)


def press(client, response, button="", **typed):
    """Send the form that a page shows, as a browser without scripts does."""
    pressed = {button: "yes"} if button else {}
    return client.post(ADD, shown_in(response, "statement_form") | typed | pressed)


def text(response):
    return response.content.decode()


def complaint(response):
    return [str(error) for error in response.context["form"].errors["file"]]


# Upload and preview


def test_the_preview_shows_what_would_come_in_and_writes_nothing(client, treasurer):
    pledge = confirmed()
    row = paypal_row(note=pledge.reference)
    response = upload(client, paypal(row, paypal_row(status="Pending")))
    assert f"{pledge} · {pledge.donor}" in text(response)
    assert "its status does not count (“Pending”)" in text(response)
    assert StatementFile.objects.count() == 0


def test_what_was_shown_is_taken_in_without_choosing_the_file_again(client, treasurer):
    method = make_method()
    preview = upload(client, paypal(paypal_row()), "June.csv", method=method.pk)
    response = press(client, preview, "import")
    file = StatementFile.objects.get()
    assert (file.name, file.method, file.imported_by) == ("June.csv", method, treasurer)
    assert response.url == f"{list_url(ROWS)}?file={file.pk}"
    assert told(response) == ["June.csv: 1 new row, 0 of them matched; 0 known already."]


def test_a_file_that_is_known_already_offers_no_import(client, treasurer):
    take_in(paypal(paypal_row(number="X1")))
    response = upload(client, paypal(paypal_row(number="X1")))
    assert "Every row of this file is known already" in text(response)
    assert 'name="import"' not in text(response)
    assert press(client, response, "import").status_code == 302
    assert StatementFile.objects.count() == 1


def test_a_file_too_large_for_the_page_is_chosen_once_more(client, treasurer, monkeypatch):
    monkeypatch.setattr(statement_forms, "CARRIED_LIMIT", 10)
    content = paypal(paypal_row())
    preview = upload(client, content)
    assert "too large to be kept in the page" in text(preview)
    assert complaint(press(client, preview, "import"))[0].startswith("Choose the file")
    again = SimpleUploadedFile("statement.csv", content)
    assert press(client, preview, "import", file=again).status_code == 302
    assert StatementRow.objects.count() == 1


def test_a_page_that_was_tampered_with_asks_for_the_file_again(client, treasurer):
    preview = upload(client, paypal(paypal_row()))
    response = press(client, preview, "import", carried="abc:def:ghi")
    assert "was damaged. Choose the file again." in text(response)
    assert StatementFile.objects.count() == 0


def test_a_page_of_yesterday_asks_for_the_file_again(client, treasurer, monkeypatch):
    preview = upload(client, paypal(paypal_row()))
    monkeypatch.setattr(statement_forms, "CARRIED_SECONDS", -1)
    assert "older than a day" in text(press(client, preview, "import"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7", "s.csv is a PDF. Download the statement as CSV."),
        (b"a,b\x00", "s.csv is no text: it holds null bytes. Download it again as CSV."),
        (b"hello", "s.csv has no columns: it is no CSV file."),
        (b'a,b\n"c', "s.csv, line 2: a quotation mark is not closed"),
        (b"", "The submitted file is empty."),
        (b"x" * (25 * 1024 * 1024 + 1), "This file is larger than 25 MB."),
    ],
)
def test_what_is_no_statement_is_refused_with_one_sentence(client, treasurer, content, sentence):
    response = upload(client, content, "s.csv")
    assert response.status_code == 200
    (said,) = complaint(response)
    assert said.startswith(sentence)


def test_no_file_at_all_is_asked_for(client, treasurer):
    assert complaint(client.post(ADD)) == [
        "Choose the file that you downloaded from the bank or PayPal."
    ]


def test_a_zip_of_several_files_is_taken_in(client, treasurer):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("1.csv", paypal(paypal_row()))
        archive.writestr("2.csv", paypal(paypal_row()))
    press(client, upload(client, out.getvalue(), "all.zip"), "import")
    assert StatementRow.objects.count() == 2


def test_what_a_file_says_is_shown_as_text(client, treasurer):
    row = paypal_row(name="<script>alert(1)</script>", note="<b>bold</b>")
    preview = text(upload(client, paypal(row)))
    assert (
        "&lt;script&gt;" in preview and "<script>alert" not in preview and "<b>bold" not in preview
    )


# Questions


def test_days_of_several_readings_are_asked_for(client, treasurer):
    question = upload(client, paypal(paypal_row(day="05/07/2026")))
    assert "Which is the day, and which the month?" in text(question)
    preview = press(client, question, order="dmy")
    press(client, preview, "import")
    assert str(StatementRow.objects.get().day) == "2026-07-05"


def test_an_unknown_header_is_asked_with_guesses_and_the_first_rows(client, treasurer):
    question = upload(client, SHINKIN)
    shown = shown_in(question, "statement_form")
    assert [shown[f"layout-column_{i}"] for i in range(4)] == [["day"], ["out"], ["in"], ["payer"]]
    assert (shown["header_line"], shown["layout-currency"]) == (["2"], ["JPY"])
    assert "入出金明細照会" in text(question) and "ﾀﾅｶ ｼﾞﾛｳ" in text(question)
    assert StatementLayout.objects.count() == 0


def test_the_answer_is_kept_with_the_import_and_asked_no_more(client, treasurer):
    preview = press(client, upload(client, SHINKIN), **{"layout-name": "Shinkin"})
    assert StatementLayout.objects.count() == 0
    assert "ﾀﾅｶ ｼﾞﾛｳ" in text(preview)
    press(client, preview, "import")
    assert StatementLayout.objects.get().name == "Shinkin"
    assert StatementFile.objects.get().name == "statement.csv"
    assert StatementFile.objects.get().layout.columns == ["day", "out", "in", "payer"]
    assert "Every row of this file is known already" in text(upload(client, SHINKIN))


def test_an_answer_that_does_not_do_says_what_is_missing(client, treasurer):
    response = press(
        client, upload(client, SHINKIN), **{"layout-name": "Shinkin", "layout-column_0": ""}
    )
    assert "Say which column is the day." in text(response)
    assert StatementLayout.objects.count() == 0


def test_another_line_may_hold_the_names_of_the_columns(client, treasurer):
    question = upload(client, b"a,b,c\nDatum,Betrag,Name\n2026-07-05,5,Ada\n")
    assert shown_in(question, "statement_form")["header_line"] == ["1"]
    question = press(client, question, "other_line", header_line="2")
    shown = shown_in(question, "statement_form")
    assert [shown[f"layout-column_{i}"] for i in range(3)] == [["day"], ["amount"], ["payer"]]
    bank = {"layout-name": "Bank", "layout-currency": "EUR"}
    preview = press(client, question, **bank)
    press(client, preview, "import")
    assert StatementRow.objects.get().payer == "Ada"


def test_a_layout_whose_days_are_not_in_the_file_is_refused(client, treasurer):
    bank = {"layout-name": "Bank", "layout-currency": "EUR"}
    question = upload(client, b"Datum,Betrag,Name\n25.07.2026,5,Ada\n")
    response = press(client, question, **bank | {"layout-order": "mdy"})
    assert "not written as the layout says" in text(response)


def test_a_layout_that_was_used_keeps_its_columns(client, treasurer):
    press(client, press(client, upload(client, SHINKIN), **{"layout-name": "Shinkin"}), "import")
    layout = StatementLayout.objects.get()
    client.post(change_url(layout), {"name": "Shinkin, savings", "currency": "USD"})
    layout.refresh_from_db()
    assert (layout.name, layout.currency) == ("Shinkin, savings", "JPY")


# Files


def test_a_file_of_which_nothing_is_booked_may_be_taken_back(client, treasurer):
    pledge = confirmed()
    content = paypal(paypal_row(note=pledge.reference))
    take_in(content)
    file = StatementFile.objects.get()
    client.post(reverse("admin:donations_statementfile_delete", args=[file.pk]), {"post": "yes"})
    assert (StatementFile.objects.count(), StatementRow.objects.count()) == (0, 0)
    take_in(content)
    act(client, "book_matched", StatementRow.objects.get(), model=ROWS)
    delete = reverse("admin:donations_statementfile_delete", args=[StatementFile.objects.get().pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_files_costs_a_fixed_number_of_queries(
    client, treasurer, django_assert_num_queries, count
):
    for _ in range(count):
        take_in(paypal(paypal_row()), by=treasurer)
    with django_assert_num_queries(6):
        assert client.get(list_url("donations_statementfile")).status_code == 200


# Rows


def test_matched_rows_are_booked_in_bulk_and_refusals_are_told(client, treasurer):
    euro, dollar = confirmed(currency="EUR"), confirmed()
    take_in(paypal(*(paypal_row(note=pledge.reference) for pledge in (euro, dollar))))
    response = act(client, "book_matched", *StatementRow.objects.all(), model=ROWS)
    booked, refused = told(response)
    assert booked == "1 row booked."
    assert "Enter the rate of EUR in USD" in refused
    assert (state_of(dollar), state_of(euro)) == ("fulfilled", "confirmed")
    assert Donation.objects.get().entered_by == treasurer


def test_what_is_only_proposed_is_not_booked_in_bulk(client, treasurer):
    row = make_row(paypal(paypal_row(note=confirmed().reference[:-1])))
    assert told(act(client, "book_matched", row, model=ROWS)) == ["0 rows booked."]
    assert Donation.objects.count() == 0


def test_a_proposal_is_booked_when_somebody_says_yes(client, treasurer):
    pledge = confirmed()
    row = make_row(paypal(paypal_row(note=pledge.reference[:-1])))
    response = client.post(change_url(row), {"book": "match"})
    assert response.url == list_url(ROWS)
    assert state_of(pledge) == "fulfilled"


def test_the_giver_may_be_searched_for(client, treasurer):
    donor = make_donor(name="Kim Chul-soo")
    pledge = confirmed()
    row = make_row(paypal(paypal_row(email="")))
    assert "Kim Chul-soo" in text(client.get(change_url(row), {"q": "kim"}))
    assert str(pledge) in text(client.get(change_url(row), {"q": pledge.reference.lower()}))
    assert "Nobody was found." in text(client.get(change_url(row), {"q": "Nemo"}))
    client.post(change_url(row), {"book": f"donor:{donor.pk}"})
    assert Donation.objects.get().donor == donor


def test_who_gave_before_is_offered_first(client, treasurer):
    donor = make_donor(email="ada@donor.example", name="Ada by her address")
    assert donor.name in text(client.get(change_url(make_row(paypal(paypal_row())))))
    other = make_donor(name="Yamada Hanako")
    first = make_row(rakuten(("20260705", "1000", "ﾔﾏﾀﾞ ﾊﾅｺ")))
    client.post(change_url(first), {"book": f"donor:{other.pk}"})
    second = make_row(rakuten(("20260805", "1000", "ﾔﾏﾀﾞ ﾊﾅｺ")))
    assert "Yamada Hanako" in text(client.get(change_url(second)))


def test_a_row_may_be_booked_without_a_donor(client, treasurer):
    row = make_row(paypal(paypal_row()))
    client.post(change_url(row), {"book": "nobody"})
    assert Donation.objects.get().donor is None


def test_who_gives_for_the_first_time_is_entered_with_the_gift(client, treasurer):
    row = make_row(paypal(paypal_row()))
    assert "Book it, and enter Ada Example as a new donor" in text(client.get(change_url(row)))
    client.post(change_url(row), {"book": "newcomer"})
    donor = Donation.objects.get().donor
    assert (donor.name, donor.email) == ("Ada Example", "ada@donor.example")
    assert donor.email_proved_at is None and not donor.may_write


def test_a_row_that_names_nobody_enters_nobody(client, treasurer):
    row = make_row(paypal(paypal_row(name="")))
    assert "as a new donor" not in text(client.get(change_url(row)))
    response = client.post(change_url(row), {"book": "newcomer"})
    assert told(response) == ["The statement names nobody. Book it without a donor."]
    assert not Donor.objects.exists() and not Donation.objects.exists()


def test_a_refund_is_matched_with_its_gift_by_hand(client, treasurer):
    gift = give(30, donor=make_donor(name="Kim Chul-soo"))
    row = make_row(paypal(paypal_row("-30.00", kind="Payment Refund", refers="Q", email="")))
    assert "Kim Chul-soo" in text(client.get(change_url(row), {"q": "Kim"}))
    client.post(change_url(row), {"book": f"refunds:{gift.pk}"})
    assert Donation.objects.get(reverses=gift).amount == -30


@pytest.mark.parametrize("choice", ["", "pledge:", "pledge:0", "donor:9999999999999999999", "x:1"])
def test_a_choice_that_nobody_offered_is_not_found(client, treasurer, choice):
    row = make_row(paypal(paypal_row()))
    assert client.post(change_url(row), {"book": choice}).status_code == 404
    assert Donation.objects.count() == 0


def test_what_is_refused_is_said_on_the_page_of_the_row(client, treasurer):
    row = make_row(paypal(paypal_row()))
    response = client.post(change_url(row), {"book": "match"})
    assert response.url == change_url(row)
    assert told(response) == ["Nothing matches this row. Choose whom it came from first."]


def test_rows_are_discarded_with_a_reason(client, treasurer):
    take_in(paypal(paypal_row(), paypal_row()))
    rows = list(StatementRow.objects.all())
    question = act(client, "leave_out", *rows, model=ROWS)
    assert "This field is required." not in text(question)
    shown = shown_in(question, "discard_form")
    assert "This field is required." in text(client.post(list_url(ROWS), shown))
    response = client.post(list_url(ROWS), shown | {"why": "membership fees"})
    assert told(response) == ["2 rows discarded."]
    assert {row.why for row in StatementRow.objects.all()} == {"membership fees"}


def test_the_list_tells_of_each_statement_what_waits_and_what_became_of_the_rest(client, treasurer):
    matched = paypal_row(note=confirmed().reference)
    rows = [matched, paypal_row(), paypal_row(), paypal_row(status="Pending")]
    take_in(paypal(*rows), name="march.csv")
    act(client, "book_matched", *StatementRow.objects.matched(), model=ROWS)
    take_in(paypal(paypal_row(status="Pending")), name="april.csv")
    files = client.get(list_url("donations_statementfile")).context["cl"].result_list
    counts = [(file.name, file.waiting, file.booked, file.left_out) for file in files]
    assert counts == [("april.csv", 0, 0, 1), ("march.csv", 2, 1, 1)]


def test_all_rows_of_a_list_are_discarded_at_once(client, treasurer):
    take_in(paypal(*(paypal_row() for _ in range(120))))
    some = {"action": "leave_out", "select_across": "1", "_selected_action": []}
    some["_selected_action"] = [StatementRow.objects.latest("pk").pk]
    question = client.post(list_url(ROWS), some)
    assert "And 100 more." in text(question)
    client.post(list_url(ROWS), shown_in(question, "discard_form") | {"why": "old books"})
    assert StatementRow.objects.waiting().count() == 0


def test_one_row_is_discarded_and_taken_up_again(client, treasurer):
    row = make_row(paypal(paypal_row()))
    assert "This field is required." in text(client.post(change_url(row), {"discard": "yes"}))
    client.post(change_url(row), {"discard": "yes", "why": "interest"})
    row.refresh_from_db()
    assert (row.state, row.why) == ("out", "interest")
    client.post(change_url(row), {"take_up": "yes"})
    row.refresh_from_db()
    assert row.state == "unmatched"


def test_the_list_shows_what_waits_unless_asked_for_more(client, treasurer):
    take_in((FILES / "paypal-2026.csv").read_bytes())
    assert len(client.get(list_url(ROWS)).context["cl"].result_list) == 4
    assert len(client.get(list_url(ROWS), {"state": "out"}).context["cl"].result_list) == 7
    assert len(client.get(list_url(ROWS), {"state": "all"}).context["cl"].result_list) == 11


@pytest.mark.parametrize("query", [{"file": "x"}, {"file": "9" * 30}, {"state": "x"}])
def test_nonsense_in_the_address_is_no_error(client, treasurer, query):
    make_row(paypal(paypal_row()))
    assert client.get(list_url(ROWS), query).status_code in (200, 302)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_rows_costs_a_fixed_number_of_queries(
    client, treasurer, django_assert_num_queries, count
):
    take_in(paypal(*(paypal_row(note=confirmed().reference) for _ in range(count))))
    with django_assert_num_queries(8):
        assert client.get(list_url(ROWS)).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_preview_costs_a_fixed_number_of_queries(
    client, treasurer, django_assert_max_num_queries, count
):
    content = paypal(*(paypal_row(note=confirmed().reference) for _ in range(count)))
    with django_assert_max_num_queries(22):
        assert upload(client, content).status_code == 200


# Who may


ADDRESSES = [ADD, list_url("donations_statementfile"), list_url(ROWS),
             list_url("donations_statementlayout")]  # fmt: skip


@pytest.mark.parametrize("role", ["editor", "publisher", "campaigner", "volunteer"])
def test_nobody_else_sees_statements(client, role):
    row = make_row(paypal(paypal_row()))
    client.force_login(make_user(role))
    for address in [*ADDRESSES, change_url(row), change_url(row.file)]:
        assert client.get(address).status_code in (302, 403)
        assert client.post(address, {"book": "nobody"}).status_code in (302, 403)
    assert Donation.objects.count() == 0


def test_an_auditor_looks_and_decides_nothing(client):
    row = make_row(paypal(paypal_row(name="Kim Chul-soo")))
    client.force_login(make_user("auditor"))
    assert "Kim Chul-soo" in text(client.get(change_url(row)))
    assert "book_form" not in text(client.get(change_url(row)))
    assert client.post(change_url(row), {"book": "nobody"}).status_code == 403
    assert client.get(ADD).status_code == 403
    assert "book_matched" not in text(client.get(list_url(ROWS)))
    act(client, "book_matched", row, model=ROWS)
    assert Donation.objects.count() == 0


def test_the_desk_leads_to_the_rows_that_wait(client, treasurer):
    take_in((FILES / "paypal-2026.csv").read_bytes(), "July.csv")
    desk = text(client.get("/admin/"))
    assert (
        f'<a href="{list_url(ROWS)}?file={StatementFile.objects.get().pk}">July.csv: 4 rows</a>'
        in desk
    )
    assert f'href="{ADD}"' in desk
