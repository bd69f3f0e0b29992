"""What editors and publishers may do at the front door, and with the letters that arrive there."""

from django.db import migrations

from accounts.roles import grant


def all_of(model, *acts):
    label, _, name = model.partition(".")
    return [f"{label}.{act}_{name}" for act in acts]


PARTS = ("view", "add", "change", "delete")
EDITOR = [
    *all_of("pages.page", "view", "add", "change", "submit"),
    *all_of("pages.pagedocument", *PARTS),
    *all_of("pages.question", *PARTS),
    *all_of("pages.sampleletter", *PARTS),
    *all_of("pages.addressee", *PARTS),
    *all_of("pages.organisation", "view"),
    *all_of("pages.link", "view"),
    *all_of("correspondence.contactmessage", "view", "change"),
]
PUBLISHER = [
    *EDITOR,
    *all_of("pages.page", "publish", "delete"),
    *all_of("pages.organisation", "change"),
    *all_of("pages.link", "add", "change", "delete"),
]


def give_to_roles(apps, schema_editor):
    grant(apps, "editor", *EDITOR)
    grant(apps, "publisher", *PUBLISHER)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("correspondence", "0002_contact_message"),
        ("news", "0002_editor_and_publisher"),
        ("pages", "0003_our_address"),
    ]

    operations = [migrations.RunPython(give_to_roles, migrations.RunPython.noop)]
