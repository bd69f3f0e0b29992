"""Keep the articles of each category and tag in the order of lists.

The database itself keeps `news_shelved`, whoever files, dates or moves something. Whoever files locks
the article, so of two at once the second sees what the first did; whoever moves a category waits for
all who file, and they for him.
"""

import django.db.models.deletion
from django.db import migrations, models

SHELVE = """
CREATE FUNCTION news_shelve(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
-- Write anew where articles stand: in their categories, in those above them, under their tags.
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('news_shelve'));
    PERFORM FROM news_article WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM news_shelved WHERE article_id = ANY(ids);
    INSERT INTO news_shelved (article_id, sort_on, category_id, tag_id)
    WITH RECURSIVE filed AS (
        SELECT article_id, category_id FROM news_article_categories WHERE article_id = ANY(ids)
        UNION
        SELECT article_id, c.parent_id FROM filed JOIN news_category c ON c.id = category_id
        WHERE c.parent_id IS NOT NULL
    ), tagged AS (
        SELECT object_id AS article_id, tag_id FROM taggit_taggeditem
        WHERE object_id = ANY(ids) AND content_type_id = (
            SELECT id FROM django_content_type WHERE app_label = 'news' AND model = 'article'
        )
    ), shelves AS (
        SELECT article_id, category_id, NULL::integer AS tag_id FROM filed
        UNION ALL SELECT article_id, NULL, tag_id FROM tagged
    )
    SELECT a.id, a.sort_on, category_id, tag_id FROM shelves JOIN news_article a ON a.id = article_id;
END $$;

CREATE FUNCTION news_filed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM news_shelve(array(SELECT DISTINCT article_id FROM changed));
    RETURN NULL;
END $$;

CREATE FUNCTION news_tagged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM news_shelve(array(
        SELECT DISTINCT object_id::bigint FROM changed JOIN django_content_type t ON t.id = content_type_id
        WHERE app_label = 'news' AND model = 'article'
    ));
    RETURN NULL;
END $$;

CREATE FUNCTION news_dated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE news_shelved SET sort_on = NEW.sort_on WHERE article_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER article_is_dated AFTER UPDATE ON news_article FOR EACH ROW
WHEN (NEW.sort_on <> OLD.sort_on) EXECUTE FUNCTION news_dated();

CREATE FUNCTION news_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('news_shelve'));
    PERFORM news_shelve(array(SELECT article_id FROM news_shelved WHERE category_id = NEW.id));
    RETURN NULL;
END $$;
CREATE TRIGGER category_is_moved AFTER UPDATE ON news_category FOR EACH ROW
WHEN (NEW.parent_id IS DISTINCT FROM OLD.parent_id) EXECUTE FUNCTION news_moved();
"""
# What changed is known to a trigger only for one kind of change, and of an update both sides.
CHANGES = [("insert", "NEW"), ("delete", "OLD"), ("update", "OLD"), ("update", "NEW")]
TABLES = [("news_article_categories", "news_filed"), ("taggit_taggeditem", "news_tagged")]
TRIGGERS = [
    (f"{function}_{change}_{side}".lower(), table, change, side, function)
    for table, function in TABLES
    for change, side in CHANGES
]
WATCH = "".join(
    f"CREATE TRIGGER {name} AFTER {change} ON {table} REFERENCING {side} TABLE AS changed"
    f" FOR EACH STATEMENT EXECUTE FUNCTION {function}();\n"
    for name, table, change, side, function in TRIGGERS
)
BY_TAG = """CREATE INDEX taggeditem_by_tag ON taggit_taggeditem (tag_id, content_type_id)
    INCLUDE (object_id)"""
FORGET = (
    "".join(f"DROP TRIGGER {name} ON {table};\n" for name, table, *_ in TRIGGERS)
    + """
DROP TRIGGER category_is_moved ON news_category;
DROP TRIGGER article_is_dated ON news_article;
DROP FUNCTION news_moved();
DROP FUNCTION news_dated();
DROP FUNCTION news_tagged();
DROP FUNCTION news_filed();
DROP FUNCTION news_shelve(bigint[]);
"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("news", "0007_articles_by_tag"),
    ]

    operations = [
        migrations.CreateModel(
            name="Shelved",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_on", models.DateField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="news.article",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="news.category",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="taggit.tag",
                    ),
                ),
            ],
            options={
                "default_permissions": [],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("category", None), ("tag__isnull", False)),
                            models.Q(("category__isnull", False), ("tag", None)),
                            _connector="OR",
                        ),
                        name="shelved_in_category_or_under_tag",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("category__isnull", False)),
                        fields=("category", "sort_on", "article"),
                        name="shelved_in_category_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("tag__isnull", False)),
                        fields=("tag", "sort_on", "article"),
                        name="shelved_under_tag_once",
                    ),
                ],
            },
        ),
        migrations.RunSQL("DROP INDEX taggeditem_by_tag", BY_TAG),
        migrations.RunSQL(SHELVE + WATCH, FORGET),
    ]
