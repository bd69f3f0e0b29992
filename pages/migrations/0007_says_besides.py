"""Let the search find a page by its questions and its letter. The database itself keeps those words."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

import publishing.search
from publishing.search import Texts

LANGUAGES = ("en", "ja", "ko")


def escaped(column):
    return f"replace(replace({column}, '&', '&amp;'), '<', '&lt;')"


def questions(code):
    question, answer = escaped(f"q.question_{code}"), f"q.answer_{code}"
    return f"""concat(
        (SELECT string_agg(concat('<h3>' || {question} || '</h3>', {answer}), '' ORDER BY q.position, q.id)
         FROM pages_question q WHERE q.page_id = NEW.id),
        (SELECT concat('<h3>' || {escaped(f"l.subject_{code}")} || '</h3>',
                       '<p>' || {escaped(f"l.text_{code}")} || '</p>')
         FROM pages_sampleletter l WHERE l.page_id = NEW.id))"""  # noqa: S608 - SQL of our own


KEPT = f"""
CREATE FUNCTION page_says_besides() RETURNS trigger LANGUAGE plpgsql AS $$
-- What stands on a page beside its text. Nobody else writes it.
BEGIN
    {"".join(f"NEW.says_besides_{code} = {questions(code)};" for code in LANGUAGES)}
    RETURN NEW;
END $$;

CREATE FUNCTION page_is_asked() RETURNS trigger LANGUAGE plpgsql AS $$
-- Whatever is written to a page, it looks anew for what it says besides.
BEGIN
    UPDATE pages_page SET says_besides = '' WHERE id IN (OLD.page_id, NEW.page_id);
    RETURN NULL;
END $$;

CREATE TRIGGER page_says_besides BEFORE INSERT OR UPDATE ON pages_page
FOR EACH ROW EXECUTE FUNCTION page_says_besides();
CREATE TRIGGER question_is_asked AFTER INSERT OR UPDATE OR DELETE ON pages_question
FOR EACH ROW EXECUTE FUNCTION page_is_asked();
CREATE TRIGGER letter_is_asked AFTER INSERT OR UPDATE OR DELETE ON pages_sampleletter
FOR EACH ROW EXECUTE FUNCTION page_is_asked();
UPDATE pages_page SET says_besides = '';
"""  # noqa: S608 - SQL of our own
NOT_KEPT = """
DROP TRIGGER letter_is_asked ON pages_sampleletter;
DROP TRIGGER question_is_asked ON pages_question;
DROP TRIGGER page_says_besides ON pages_page;
DROP FUNCTION page_is_asked();
DROP FUNCTION page_says_besides();
"""


def texts(*fields):
    return Texts(*(models.F(f"{field}_{code}") for field in fields for code in LANGUAGES))


def add_text(model, name, **kwargs):
    label = "questions and letter, kept by the database for search and history"
    text = models.TextField(blank=True, editable=False, verbose_name=label, **kwargs)
    return migrations.AddField(model, name, text, preserve_default="default" not in kwargs)


# What a generated column is made of can only be changed by making it anew.
SEARCH = publishing.search.SearchField(
    db_persist=True,
    expression=models.Func(
        texts("title"), texts("teaser"), texts("body", "says_besides"), function="search_vector"
    ),
    output_field=django.contrib.postgres.search.SearchVectorField(),
)
INDEX = django.contrib.postgres.indexes.GinIndex(fields=["search"], name="page_search")


class Migration(migrations.Migration):
    dependencies = [("pages", "0006_page_headline"), ("publishing", "0002_search")]

    operations = [
        migrations.RemoveIndex("page", "page_search"),
        migrations.RemoveField("page", "search"),
        add_text("page", "says_besides", default=""),
        *(add_text("page", f"says_besides_{code}", null=True) for code in LANGUAGES),
        *(add_text("historicalpage", f"says_besides_{code}", null=True) for code in LANGUAGES),
        migrations.AddField("page", "search", SEARCH),
        migrations.AddIndex("page", INDEX),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
