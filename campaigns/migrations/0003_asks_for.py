"""Let the search find campaigns by what they ask for. The database itself keeps those words."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

import publishing.search
from publishing.search import Texts

KEPT = """
CREATE FUNCTION campaign_asks_for() RETURNS trigger LANGUAGE plpgsql AS $$
-- The names of all that a campaign asks for. Nobody else writes them.
BEGIN
    SELECT
        string_agg(
            concat_ws(': ', s.name_en, nullif(s.contains_en, ''), nullif(n.purpose_en, '')),
            '; ' ORDER BY n.position, n.id),
        string_agg(
            concat_ws(': ', s.name_ja, nullif(s.contains_ja, ''), nullif(n.purpose_ja, '')),
            '; ' ORDER BY n.position, n.id),
        string_agg(
            concat_ws(': ', s.name_ko, nullif(s.contains_ko, ''), nullif(n.purpose_ko, '')),
            '; ' ORDER BY n.position, n.id)
    INTO NEW.asks_for_en, NEW.asks_for_ja, NEW.asks_for_ko
    FROM campaigns_need n LEFT JOIN campaigns_supply s ON s.id = n.supply_id
    WHERE n.campaign_id = NEW.id;
    RETURN NEW;
END $$;

CREATE FUNCTION need_is_asked_for() RETURNS trigger LANGUAGE plpgsql AS $$
-- Whatever is written to a campaign, it looks anew for what it asks for.
BEGIN
    UPDATE campaigns_campaign SET asks_for = '' WHERE id IN (OLD.campaign_id, NEW.campaign_id);
    RETURN NULL;
END $$;

CREATE FUNCTION supply_is_asked_for() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE campaigns_campaign SET asks_for = ''
    WHERE id IN (SELECT campaign_id FROM campaigns_need WHERE supply_id = NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER campaign_asks_for BEFORE INSERT OR UPDATE ON campaigns_campaign
FOR EACH ROW EXECUTE FUNCTION campaign_asks_for();
CREATE TRIGGER need_is_asked_for AFTER INSERT OR UPDATE OR DELETE ON campaigns_need
FOR EACH ROW EXECUTE FUNCTION need_is_asked_for();
CREATE TRIGGER supply_is_asked_for AFTER UPDATE ON campaigns_supply
FOR EACH ROW EXECUTE FUNCTION supply_is_asked_for();
UPDATE campaigns_campaign SET asks_for = '';
"""
NOT_KEPT = """
DROP TRIGGER supply_is_asked_for ON campaigns_supply;
DROP TRIGGER need_is_asked_for ON campaigns_need;
DROP TRIGGER campaign_asks_for ON campaigns_campaign;
DROP FUNCTION supply_is_asked_for();
DROP FUNCTION need_is_asked_for();
DROP FUNCTION campaign_asks_for();
"""


def texts(*fields):
    return Texts(*(models.F(f"{field}_{code}") for field in fields for code in ("en", "ja", "ko")))


def search_over(teaser):
    """Return the search column; what a generated column is made of can only be changed anew."""
    vector = models.Func(texts("title"), teaser, texts("story"), function="search_vector")
    return publishing.search.SearchField(
        db_persist=True,
        expression=vector,
        output_field=django.contrib.postgres.search.SearchVectorField(),
    )


def add_text(name, **kwargs):
    label = "what it asks for, kept by the database for the search"
    text = models.TextField(blank=True, editable=False, verbose_name=label, **kwargs)
    return migrations.AddField("campaign", name, text)


INDEX = django.contrib.postgres.indexes.GinIndex(fields=["search"], name="campaign_search")


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_campaigner"), ("publishing", "0002_search")]

    operations = [
        migrations.RemoveIndex("campaign", "campaign_search"),
        migrations.RemoveField("campaign", "search"),
        add_text("asks_for"),
        add_text("asks_for_en", null=True),
        add_text("asks_for_ja", null=True),
        add_text("asks_for_ko", null=True),
        migrations.AddField("campaign", "search", search_over(texts("teaser", "asks_for"))),
        migrations.AddIndex("campaign", INDEX),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
