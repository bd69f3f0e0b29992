"""Keep long texts out of the rows of articles, which a search goes through by ten thousands.

What is there already is moved when it is next saved, or at once by VACUUM FULL news_article.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("news", "0003_search")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE news_article SET (toast_tuple_target = 512)",
            "ALTER TABLE news_article RESET (toast_tuple_target)",
        )
    ]
