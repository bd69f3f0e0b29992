"""Write down where the articles stand that were there before the table of shelves."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("news", "0008_shelved")]
    operations = [
        migrations.RunSQL(
            "SELECT news_shelve(array(SELECT id FROM news_article))", "DELETE FROM news_shelved"
        )
    ]
