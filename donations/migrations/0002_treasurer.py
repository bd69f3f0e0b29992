"""What treasurers do with promises and gifts, and what auditors read of them."""

from django.db import migrations

from accounts.roles import grant

TREASURER = [
    *("donations.view_donor", "donations.add_donor", "donations.change_donor"),
    *("donations.view_pledge", "donations.change_pledge", "donations.view_pledgeline"),
    *("donations.view_instalment", "donations.view_pledgeentry"),
    *("donations.view_donation", "donations.add_donation", "donations.change_donation"),
    *("donations.view_allocation", "donations.add_allocation"),
    *("donations.view_dayrate", "donations.add_dayrate", "donations.change_dayrate"),
    *("donations.view_paymentmethod", "donations.add_paymentmethod"),
    "donations.change_paymentmethod",
    *("campaigns.view_entry", "campaigns.view_expense"),
]
AUDITOR = [
    f"donations.view_{model}"
    for model in (
        "donor",
        "pledge",
        "pledgeline",
        "instalment",
        "pledgeentry",
        "donation",
        "allocation",
        "dayrate",
        "paymentmethod",
    )
]


def make_roles(apps, schema_editor):
    grant(apps, "treasurer", *TREASURER)
    grant(apps, "auditor", *AUDITOR)


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=["treasurer", "auditor"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("campaigns", "0002_campaigner"),
        ("donations", "0001_initial"),
    ]

    operations = [migrations.RunPython(make_roles, remove_roles)]
