"""People: signing in by e-mail, roles, and passwords that nobody else knows."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction
from django.urls import reverse
from factories import make_user
from office import add_url, change_url, complaints, list_url, send, told

from accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "a long walk in the snow"


@pytest.fixture
def superuser(client):
    user = make_user("superuser", email="root@lfnkr.example", name="Root")
    client.force_login(user)
    return client


@pytest.fixture
def administrator(client):
    """Somebody who looks after accounts without being a superuser."""
    user = make_user("volunteer", is_staff=True, email="admin@lfnkr.example")
    acts = ["view_user", "add_user", "change_user", "delete_user"]
    user.user_permissions.set(Permission.objects.filter(codename__in=acts))
    client.force_login(user)
    return client


def sign_in(client, email, password=PASSWORD):
    typed = {"login": email, "password": password, "next": "/admin/"}
    return client.post(reverse("account_login"), typed)


# Signing in


@pytest.mark.parametrize("typed", ["anna@lfnkr.example", " Anna@LFNKR.example"])
def test_staff_sign_in_by_e_mail_however_it_is_typed(client, typed):
    make_user("editor", email="anna@lfnkr.example", password=PASSWORD)
    assert sign_in(client, typed).headers["Location"] == "/admin/"


@pytest.mark.parametrize(
    ("email", "password"),
    [("anna@lfnkr.example", "wrong"), ("nobody@lfnkr.example", PASSWORD), ("left@lfnkr.example", PASSWORD)],
)  # fmt: skip
def test_all_others_get_the_same_sentence(client, email, password):
    make_user("editor", email="anna@lfnkr.example", password=PASSWORD)
    make_user("editor", email="left@lfnkr.example", password=PASSWORD, is_active=False)
    [sentence] = sign_in(client, email, password).context["form"].non_field_errors()
    assert sentence.startswith("This e-mail address and this password do not belong together")


def test_an_address_is_stored_in_small_letters():
    with pytest.raises(IntegrityError, match="user_email_lower_case"), transaction.atomic():
        User.objects.bulk_create([User(email="Anna@lfnkr.example")])
    assert User.objects.create_user(" Anna@LFNKR.example ").email == "anna@lfnkr.example"


# New people


def test_a_new_person_gets_a_link_and_chooses_a_password(superuser, mailoutbox):
    make_user("editor")
    role = Group.objects.get(name="editor")
    typed = {"email": "Eva@LFNKR.example", "name": "Eva", "groups": [role.pk]}
    response = send(superuser, add_url("accounts_user"), "user_form", **typed)
    eva = User.objects.get(email="eva@lfnkr.example")
    assert (eva.name, eva.is_staff, [*eva.groups.all()]) == ("Eva", True, [role])
    assert told(response)[0] == "eva@lfnkr.example gets an e-mail with a link to choose a password."

    superuser.logout()
    assert f"{settings.SITE_URL}/sign-in/password/" in mailoutbox[0].body
    choose_password(superuser, link_in(mailoutbox[0]))
    assert sign_in(superuser, "eva@lfnkr.example").status_code == 302


def link_in(mail):
    return re.search(r"http://\S+?(/sign-in/password/\S+/\S+/)", mail.body)[1]


def choose_password(client, link):
    page = client.get(link, follow=True)
    both = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    return client.post(page.redirect_chain[-1][0], both)


def test_a_first_password_may_be_typed_and_then_no_letter_goes_out(superuser, mailoutbox):
    typed = {"email": "eva@lfnkr.example", "password1": PASSWORD, "password2": PASSWORD}
    send(superuser, add_url("accounts_user"), "user_form", **typed)
    assert User.objects.get(email="eva@lfnkr.example").check_password(PASSWORD)
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"email": "ROOT@lfnkr.example"}, "email", "Somebody with this e-mail address has an account already."),
        ({"email": "root"}, "email", "Enter a valid email address."),
        ({"password1": PASSWORD}, "password2", "Type the password twice, or leave both empty."),
        ({"password1": "short", "password2": "short"}, "password2", "This password is too short. It must contain at least 8 characters."),
    ],
)  # fmt: skip
def test_a_mistake_gets_a_sentence(superuser, typed, field, sentence):
    typed = {"email": "eva@lfnkr.example"} | typed
    response = send(superuser, add_url("accounts_user"), "user_form", **typed)
    assert sentence in complaints(response)[field]
    assert not User.objects.filter(email="eva@lfnkr.example").exists()


# What one may do to whom


def test_people_are_made_inactive_and_never_deleted(superuser):
    anna = make_user("editor")
    delete = reverse("admin:accounts_user_delete", args=[anna.pk])
    assert superuser.post(delete, {"post": "yes"}).status_code == 403
    typed = {"action": "delete_selected", "_selected_action": [anna.pk], "post": "yes"}
    superuser.post(list_url("accounts_user"), typed)
    send(superuser, change_url(anna), "user_form", is_active=[])
    anna.refresh_from_db()
    assert anna.is_active is False


@pytest.mark.parametrize("who", ["superuser", "administrator"])
def test_nobody_decides_what_they_may_do_themselves(request, client, who):
    request.getfixturevalue(who)
    make_user("publisher")
    me = User.objects.get(pk=client.session["_auth_user_id"])
    before = (me.is_superuser, me.is_staff, me.is_active)
    forged = {"is_superuser": "on", "is_staff": [], "is_active": []}
    roles = [group.pk for group in Group.objects.all()]
    send(client, change_url(me), "user_form", name="Me", groups=roles, **forged)
    me.refresh_from_db()
    assert (me.name, (me.is_superuser, me.is_staff, me.is_active)) == ("Me", before)
    assert me.groups.count() == 0


def test_what_a_person_may_do_is_called_roles_on_every_page(superuser, client):
    me = User.objects.get(is_superuser=True)
    pages = [change_url(me), change_url(make_user("editor")), add_url("accounts_user"),
             list_url("accounts_user")]  # fmt: skip
    for page in pages:
        text = client.get(page).content.decode().lower()
        assert (page, "groups:" in text, "by groups" in text) == (page, False, False)
        assert ("roles:" in text, "by roles" in text).count(True) == 1


def test_an_administrator_makes_nobody_a_superuser(administrator):
    anna = make_user("editor")
    send(administrator, change_url(anna), "user_form", is_superuser="on", name="Anna")
    typed = {"email": "eva@lfnkr.example", "is_superuser": "on"}
    send(administrator, add_url("accounts_user"), "user_form", **typed)
    anna.refresh_from_db()
    assert (anna.name, User.objects.filter(is_superuser=True).count()) == ("Anna", 0)


def test_an_administrator_cannot_take_over_a_superuser(administrator):
    root = make_user("superuser", password=PASSWORD)
    assert administrator.post(change_url(root), {"email": "me@x.example"}).status_code == 403
    url = reverse("admin:auth_user_password_change", args=[root.pk])
    assert administrator.post(url, {"password1": "x", "password2": "x"}).status_code == 403
    root.refresh_from_db()
    assert root.check_password(PASSWORD)


def test_a_superuser_may_set_a_password_and_take_none_away(superuser):
    anna = make_user("editor", password="forgotten for good")
    url = reverse("admin:auth_user_password_change", args=[anna.pk])
    both = {"password1": PASSWORD, "password2": PASSWORD}
    send(superuser, url, "user_form", **both, usable_password="false")
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


@pytest.mark.parametrize("role", ["editor", "publisher"])
def test_the_newsroom_does_not_see_the_accounts(client, role):
    client.force_login(make_user(role))
    assert client.get(list_url("accounts_user")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_people_costs_the_same_however_long(
    superuser, django_assert_num_queries, count
):
    make_user("publisher")
    for _ in range(count):
        make_user("editor")
    superuser.get(list_url("accounts_user"))
    with django_assert_num_queries(7):
        response = superuser.get(list_url("accounts_user"))
    admin = response.context["cl"].model_admin
    roles = [admin.roles(person) for person in response.context["cl"].result_list]
    assert sorted(roles) == ["editor"] * count + ["publisher", "superuser"]


# A forgotten password


def ask_for_link(client, email):
    return client.post(reverse("forgotten_password"), {"email": email}, follow=True)


def test_the_answer_does_not_tell_whether_there_is_an_account(client, mailoutbox):
    make_user("editor", email="anna@lfnkr.example", password=PASSWORD)
    make_user("editor", email="left@lfnkr.example", password=PASSWORD, is_active=False)
    answers = {
        ask_for_link(client, f"{name}@lfnkr.example").content for name in ("anna", "left", "nobody")
    }
    assert len(answers) == 1
    assert [mail.to for mail in mailoutbox] == [["anna@lfnkr.example"]]


def test_a_forgotten_password_is_replaced_through_a_link_that_works_once(client, mailoutbox):
    anna = make_user("editor", email="anna@lfnkr.example", password="forgotten for good")
    ask_for_link(client, "anna@lfnkr.example")
    link = link_in(mailoutbox[0])
    choose_password(client, link)
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)
    assert b"This link no longer works" in client.get(link, follow=True).content
