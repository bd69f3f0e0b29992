"""What campaigners may do, and what publishers may do with campaigns."""

from django.db import migrations

from accounts.roles import grant


def all_of(model, *acts):
    label, _, name = model.partition(".")
    return [f"{label}.{act}_{name}" for act in acts]


CAMPAIGNER = [
    *all_of("campaigns.supply", "view", "add", "change"),
    *all_of("campaigns.region", "view", "add", "change"),
    *all_of("campaigns.campaign", "view", "add", "change", "submit"),
    *all_of("campaigns.campaignphoto", "view", "add", "change", "delete"),
    *all_of("campaigns.need", "view", "add", "change", "delete"),
    *all_of("campaigns.entry", "view", "add"),
    *all_of("campaigns.entrydetail", "view", "change"),
    *all_of("campaigns.expense", "view", "add", "change"),
    *all_of("library.photo", "view", "add", "change"),
    *all_of("library.document", "view", "add", "change"),
]
PUBLISHER = [
    *all_of("campaigns.campaign", "view", "change", "publish", "delete"),
    *all_of("campaigns.campaignphoto", "view", "add", "change", "delete"),
    *all_of("campaigns.need", "view"),
    *all_of("campaigns.supply", "view"),
]


def make_role(apps, schema_editor):
    grant(apps, "campaigner", *CAMPAIGNER)
    grant(apps, "publisher", *PUBLISHER)


def remove_role(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name="campaigner").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("campaigns", "0001_initial"),
        ("library", "0001_initial"),
        ("news", "0002_editor_and_publisher"),
    ]

    operations = [migrations.RunPython(make_role, remove_role)]
