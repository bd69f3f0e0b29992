"""Keep the articles of each category and tag in the order of lists.

The database itself keeps `news_shelved`, whoever files, tags or dates something. Whoever files an article
locks it for a moment of its own, so that a date that somebody corrects meanwhile is not missed; whoever
takes it from a shelf waits for nobody.
"""

import django.db.models.deletion
from django.db import migrations, models

KEPT = """
CREATE FUNCTION news_shelve(article bigint, category bigint, tag integer) RETURNS void LANGUAGE sql AS $$
    INSERT INTO news_shelved (article_id, sort_on, category_id, tag_id)
    SELECT a.id, a.sort_on, category, tag FROM news_article a WHERE a.id = article
    FOR NO KEY UPDATE;
$$;

CREATE FUNCTION news_filed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM news_shelved
        WHERE article_id = OLD.article_id AND category_id = OLD.category_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM news_shelve(NEW.article_id, NEW.category_id, NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER article_is_filed AFTER INSERT OR UPDATE OR DELETE ON news_article_categories
FOR EACH ROW EXECUTE FUNCTION news_filed();

CREATE FUNCTION news_is_article(kind integer) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM django_content_type WHERE id = kind AND app_label = 'news' AND model = 'article'
    );
$$;

CREATE FUNCTION news_tagged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND news_is_article(OLD.content_type_id) THEN
        DELETE FROM news_shelved WHERE article_id = OLD.object_id AND tag_id = OLD.tag_id;
    END IF;
    IF TG_OP <> 'DELETE' AND news_is_article(NEW.content_type_id) THEN
        PERFORM news_shelve(NEW.object_id, NULL, NEW.tag_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER article_is_tagged AFTER INSERT OR UPDATE OR DELETE ON taggit_taggeditem
FOR EACH ROW EXECUTE FUNCTION news_tagged();

CREATE FUNCTION news_dated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE news_shelved SET sort_on = NEW.sort_on WHERE article_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER article_is_dated AFTER UPDATE ON news_article FOR EACH ROW
WHEN (NEW.sort_on <> OLD.sort_on) EXECUTE FUNCTION news_dated();
"""
FORGET = """
DROP TRIGGER article_is_dated ON news_article;
DROP TRIGGER article_is_tagged ON taggit_taggeditem;
DROP TRIGGER article_is_filed ON news_article_categories;
DROP FUNCTION news_dated();
DROP FUNCTION news_tagged();
DROP FUNCTION news_is_article(integer);
DROP FUNCTION news_filed();
DROP FUNCTION news_shelve(bigint, bigint, integer);
"""
# The way back to migration 0007
BY_TAG = """CREATE INDEX taggeditem_by_tag ON taggit_taggeditem (tag_id, content_type_id)
    INCLUDE (object_id)"""


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
        migrations.RunSQL(KEPT, FORGET),
    ]
