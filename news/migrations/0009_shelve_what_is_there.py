"""Write down where the articles stand that were there before the table of shelves."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("news", "0008_shelved")]
    operations = [
        migrations.RunSQL(
            """
            DELETE FROM news_shelved;
            SELECT news_shelve(article_id, category_id, NULL) FROM news_article_categories;
            SELECT news_shelve(object_id, NULL, tag_id) FROM taggit_taggeditem
            WHERE news_is_article(content_type_id);
            """,
            "DELETE FROM news_shelved",
        )
    ]
