"""Read the articles of a tag from one index; taggit's own leads to a row for each of them."""

from django.db import migrations

BY_TAG = """CREATE INDEX taggeditem_by_tag ON taggit_taggeditem (tag_id, content_type_id)
    INCLUDE (object_id)"""


class Migration(migrations.Migration):
    dependencies = [
        ("news", "0006_article_headline"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
    ]

    operations = [migrations.RunSQL(BY_TAG, "DROP INDEX taggeditem_by_tag")]
