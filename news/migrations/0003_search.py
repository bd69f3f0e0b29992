"""Let articles be found."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

import publishing.search


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0001_initial"),
        ("news", "0002_editor_and_publisher"),
        ("publishing", "0002_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="search",
            field=publishing.search.SearchField(
                db_persist=True,
                expression=models.Func(
                    publishing.search.Texts(
                        models.F("title_en"), models.F("title_ja"), models.F("title_ko")
                    ),
                    publishing.search.Texts(
                        models.F("teaser_en"), models.F("teaser_ja"), models.F("teaser_ko")
                    ),
                    publishing.search.Texts(
                        models.F("body_en"), models.F("body_ja"), models.F("body_ko")
                    ),
                    function="search_vector",
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search"], name="article_search"
            ),
        ),
    ]
