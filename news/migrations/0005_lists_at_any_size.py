"""Let the lists of a tag and the index of the sitemap cost the same at any size."""

import django.db.models.expressions
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0001_initial"),
        ("news", "0004_narrow_rows"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("state", "published")),
                fields=["id"],
                include=("sort_on", "published_at"),
                name="article_published_by_id",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                django.db.models.expressions.CombinedExpression(
                    django.db.models.expressions.CombinedExpression(
                        django.db.models.expressions.CombinedExpression(
                            models.F("id"), "-", models.Value(1)
                        ),
                        "/",
                        models.Value(1666),
                    ),
                    "+",
                    models.Value(1),
                ),
                models.OrderBy(
                    django.db.models.functions.comparison.Greatest("changed_at", "published_at"),
                    descending=True,
                ),
                condition=models.Q(("state", "published")),
                name="article_published_part",
            ),
        ),
    ]
