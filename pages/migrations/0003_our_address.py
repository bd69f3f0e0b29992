"""The NGO as its letters have long named it. The office changes it from here on."""

from django.db import migrations

ADDRESS = """A-101 Nishi Kata Hyteru
2-2-8 Nishi Kata, Bunkyo-ku
Tokyo 113-0024
Japan"""
US = {
    "name": "Life Funds for North Korean Refugees",
    "representative": "Kato Hiroshi",
    "address": ADDRESS,
}

ELSEWHERE = {"name_ja": "北朝鮮難民救援基金", "name_ko": "북조선난민구원기금"}


def make_row(apps, schema_editor):
    texts = US | {f"{field}_en": text for field, text in US.items()} | ELSEWHERE
    number = "+81-3-3815-8127"
    Organisation = apps.get_model("pages", "Organisation")
    Organisation.objects.get_or_create(pk=1, defaults=texts | {"telephone": number, "fax": number})


class Migration(migrations.Migration):
    dependencies = [("pages", "0002_organisation")]
    operations = [migrations.RunPython(make_row, migrations.RunPython.noop)]
