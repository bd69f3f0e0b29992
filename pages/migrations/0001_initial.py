"""Pages in a tree, and what stands on them. The database itself keeps a page's whole address."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import publishing.search

TREE = """
CREATE FUNCTION page_path() RETURNS trigger LANGUAGE plpgsql AS $$
-- A page's whole address: the one above it, a slash, its own word. Nobody else writes it.
DECLARE
    above text;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.slug = OLD.slug AND NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id
    THEN
        NEW.path := OLD.path;
        RETURN NEW;
    END IF;
    -- The lock lets nobody rename the page above until this one is committed.
    SELECT path || '/' INTO above FROM pages_page WHERE id = NEW.parent_id FOR SHARE;
    IF TG_OP = 'UPDATE' AND starts_with(above, OLD.path || '/') THEN
        RAISE check_violation USING
            MESSAGE = 'A page cannot stand below itself.', CONSTRAINT = 'page_tree_without_circle';
    END IF;
    NEW.path := coalesce(above, '') || NEW.slug;
    RETURN NEW;
END $$;

CREATE FUNCTION page_move() RETURNS trigger LANGUAGE plpgsql AS $$
-- What stands below a page moves with it.
BEGIN
    UPDATE pages_page SET path = NEW.path || substr(path, length(OLD.path) + 1)
    WHERE starts_with(path, OLD.path || '/');
    RETURN NULL;
END $$;

CREATE TRIGGER page_path BEFORE INSERT OR UPDATE OF slug, parent_id, path ON pages_page
FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION page_path();
CREATE TRIGGER page_move AFTER UPDATE OF slug, parent_id ON pages_page
FOR EACH ROW WHEN (OLD.path <> NEW.path) EXECUTE FUNCTION page_move();
"""
NO_TREE = """
DROP TRIGGER page_move ON pages_page;
DROP TRIGGER page_path ON pages_page;
DROP FUNCTION page_move();
DROP FUNCTION page_path();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("library", "0001_initial"),
        ("publishing", "0002_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Page",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("review", "In review"),
                            ("published", "Published"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Leave empty to publish at the moment you press Publish. A future moment schedules it.",
                        null=True,
                        verbose_name="public from",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="created"),
                ),
                (
                    "changed_at",
                    models.DateTimeField(auto_now=True, verbose_name="last changed"),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "title_en",
                    models.CharField(max_length=200, null=True, verbose_name="title"),
                ),
                (
                    "title_ja",
                    models.CharField(max_length=200, null=True, verbose_name="title"),
                ),
                (
                    "title_ko",
                    models.CharField(max_length=200, null=True, verbose_name="title"),
                ),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True,
                        help_text="The last word of the page's address. A changed one leaves a redirect.",
                        max_length=120,
                        verbose_name="address",
                    ),
                ),
                (
                    "path",
                    models.TextField(
                        default="",
                        editable=False,
                        unique=True,
                        verbose_name="whole address",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Small numbers stand first, in menus and lists.",
                        verbose_name="position",
                    ),
                ),
                (
                    "in_main_menu",
                    models.BooleanField(default=False, verbose_name="top menu"),
                ),
                (
                    "in_footer",
                    models.BooleanField(default=False, verbose_name="foot menu"),
                ),
                (
                    "teaser",
                    models.TextField(
                        blank=True,
                        help_text="One or two sentences for lists, search and shared links. Plain text.",
                        verbose_name="teaser",
                    ),
                ),
                (
                    "teaser_en",
                    models.TextField(
                        blank=True,
                        help_text="One or two sentences for lists, search and shared links. Plain text.",
                        null=True,
                        verbose_name="teaser",
                    ),
                ),
                (
                    "teaser_ja",
                    models.TextField(
                        blank=True,
                        help_text="One or two sentences for lists, search and shared links. Plain text.",
                        null=True,
                        verbose_name="teaser",
                    ),
                ),
                (
                    "teaser_ko",
                    models.TextField(
                        blank=True,
                        help_text="One or two sentences for lists, search and shared links. Plain text.",
                        null=True,
                        verbose_name="teaser",
                    ),
                ),
                ("body", models.TextField(blank=True, verbose_name="text")),
                (
                    "body_en",
                    models.TextField(blank=True, null=True, verbose_name="text"),
                ),
                (
                    "body_ja",
                    models.TextField(blank=True, null=True, verbose_name="text"),
                ),
                (
                    "body_ko",
                    models.TextField(blank=True, null=True, verbose_name="text"),
                ),
                (
                    "has_contact_form",
                    models.BooleanField(
                        default=False,
                        help_text="Below the text: the form, our address and our accounts elsewhere.",
                        verbose_name="shows the contact form",
                    ),
                ),
                (
                    "search",
                    publishing.search.SearchField(
                        db_persist=True,
                        expression=models.Func(
                            publishing.search.Texts(
                                models.F("title_en"),
                                models.F("title_ja"),
                                models.F("title_ko"),
                            ),
                            publishing.search.Texts(
                                models.F("teaser_en"),
                                models.F("teaser_ja"),
                                models.F("teaser_ko"),
                            ),
                            publishing.search.Texts(
                                models.F("body_en"),
                                models.F("body_ja"),
                                models.F("body_ko"),
                            ),
                            function="search_vector",
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "lead_photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_pages",
                        to="library.photo",
                        verbose_name="lead photo",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        help_text="The page whose part this one is; its address begins with that of the other. While that is not public, this is not public either.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="pages.page",
                        verbose_name="below",
                    ),
                ),
            ],
            options={
                "verbose_name": "page",
                "verbose_name_plural": "pages",
                "permissions": [
                    ("submit_page", "Can submit a page for review"),
                    ("publish_page", "Can publish and withdraw pages"),
                ],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HistoricalPage",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("review", "In review"),
                            ("published", "Published"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Leave empty to publish at the moment you press Publish. A future moment schedules it.",
                        null=True,
                        verbose_name="public from",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(blank=True, editable=False, verbose_name="created"),
                ),
                (
                    "changed_at",
                    models.DateTimeField(blank=True, editable=False, verbose_name="last changed"),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "title_en",
                    models.CharField(max_length=200, null=True, verbose_name="title"),
                ),
                (
                    "title_ja",
                    models.CharField(max_length=200, null=True, verbose_name="title"),
                ),
                (
                    "title_ko",
                    models.CharField(max_length=200, null=True, verbose_name="title"),
                ),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True,
                        help_text="The last word of the page's address. A changed one leaves a redirect.",
                        max_length=120,
                        verbose_name="address",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Small numbers stand first, in menus and lists.",
                        verbose_name="position",
                    ),
                ),
                (
                    "in_main_menu",
                    models.BooleanField(default=False, verbose_name="top menu"),
                ),
                (
                    "in_footer",
                    models.BooleanField(default=False, verbose_name="foot menu"),
                ),
                (
                    "teaser",
                    models.TextField(
                        blank=True,
                        help_text="One or two sentences for lists, search and shared links. Plain text.",
                        verbose_name="teaser",
                    ),
                ),
                (
                    "teaser_en",
                    models.TextField(
                        blank=True,
                        help_text="One or two sentences for lists, search and shared links. Plain text.",
                        null=True,
                        verbose_name="teaser",
                    ),
                ),
                (
                    "teaser_ja",
                    models.TextField(
                        blank=True,
                        help_text="One or two sentences for lists, search and shared links. Plain text.",
                        null=True,
                        verbose_name="teaser",
                    ),
                ),
                (
                    "teaser_ko",
                    models.TextField(
                        blank=True,
                        help_text="One or two sentences for lists, search and shared links. Plain text.",
                        null=True,
                        verbose_name="teaser",
                    ),
                ),
                ("body", models.TextField(blank=True, verbose_name="text")),
                (
                    "body_en",
                    models.TextField(blank=True, null=True, verbose_name="text"),
                ),
                (
                    "body_ja",
                    models.TextField(blank=True, null=True, verbose_name="text"),
                ),
                (
                    "body_ko",
                    models.TextField(blank=True, null=True, verbose_name="text"),
                ),
                (
                    "has_contact_form",
                    models.BooleanField(
                        default=False,
                        help_text="Below the text: the form, our address and our accounts elsewhere.",
                        verbose_name="shows the contact form",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                        max_length=1,
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead_photo",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="library.photo",
                        verbose_name="lead photo",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="The page whose part this one is; its address begins with that of the other. While that is not public, this is not public either.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pages.page",
                        verbose_name="below",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical page",
                "verbose_name_plural": "historical pages",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Addressee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="Like “The Consul General of China”.",
                        max_length=200,
                        verbose_name="name or office",
                    ),
                ),
                (
                    "name_en",
                    models.CharField(
                        help_text="Like “The Consul General of China”.",
                        max_length=200,
                        null=True,
                        verbose_name="name or office",
                    ),
                ),
                (
                    "name_ja",
                    models.CharField(
                        help_text="Like “The Consul General of China”.",
                        max_length=200,
                        null=True,
                        verbose_name="name or office",
                    ),
                ),
                (
                    "name_ko",
                    models.CharField(
                        help_text="Like “The Consul General of China”.",
                        max_length=200,
                        null=True,
                        verbose_name="name or office",
                    ),
                ),
                (
                    "address",
                    models.TextField(blank=True, verbose_name="postal address"),
                ),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address"),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="addressees",
                        to="pages.page",
                    ),
                ),
            ],
            options={
                "verbose_name": "addressee",
                "verbose_name_plural": "addressees",
                "ordering": ["position", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PageDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="library.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="pages.page"),
                ),
            ],
            options={
                "verbose_name": "document",
                "verbose_name_plural": "documents",
                "ordering": ["position", "pk"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="page",
            name="documents",
            field=models.ManyToManyField(
                through="pages.PageDocument",
                to="library.document",
                verbose_name="documents",
            ),
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, verbose_name="position"),
                ),
                ("question", models.CharField(max_length=300, verbose_name="question")),
                (
                    "question_en",
                    models.CharField(max_length=300, null=True, verbose_name="question"),
                ),
                (
                    "question_ja",
                    models.CharField(max_length=300, null=True, verbose_name="question"),
                ),
                (
                    "question_ko",
                    models.CharField(max_length=300, null=True, verbose_name="question"),
                ),
                ("answer", models.TextField(verbose_name="answer")),
                ("answer_en", models.TextField(null=True, verbose_name="answer")),
                ("answer_ja", models.TextField(null=True, verbose_name="answer")),
                ("answer_ko", models.TextField(null=True, verbose_name="answer")),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="pages.page",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ["position", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SampleLetter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                (
                    "subject_en",
                    models.CharField(max_length=200, null=True, verbose_name="subject"),
                ),
                (
                    "subject_ja",
                    models.CharField(max_length=200, null=True, verbose_name="subject"),
                ),
                (
                    "subject_ko",
                    models.CharField(max_length=200, null=True, verbose_name="subject"),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="Plain text. What stands in braces is a blank that the visitor fills in, under the name you give it: {your name}, {your city}. {addressee} becomes the addressee's name. Keep it under 1,500 characters: some mail programs cut longer ones off.",
                        verbose_name="text",
                    ),
                ),
                (
                    "text_en",
                    models.TextField(
                        help_text="Plain text. What stands in braces is a blank that the visitor fills in, under the name you give it: {your name}, {your city}. {addressee} becomes the addressee's name. Keep it under 1,500 characters: some mail programs cut longer ones off.",
                        null=True,
                        verbose_name="text",
                    ),
                ),
                (
                    "text_ja",
                    models.TextField(
                        help_text="Plain text. What stands in braces is a blank that the visitor fills in, under the name you give it: {your name}, {your city}. {addressee} becomes the addressee's name. Keep it under 1,500 characters: some mail programs cut longer ones off.",
                        null=True,
                        verbose_name="text",
                    ),
                ),
                (
                    "text_ko",
                    models.TextField(
                        help_text="Plain text. What stands in braces is a blank that the visitor fills in, under the name you give it: {your name}, {your city}. {addressee} becomes the addressee's name. Keep it under 1,500 characters: some mail programs cut longer ones off.",
                        null=True,
                        verbose_name="text",
                    ),
                ),
                (
                    "page",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letter",
                        to="pages.page",
                    ),
                ),
            ],
            options={
                "verbose_name": "sample letter",
                "verbose_name_plural": "sample letters",
            },
        ),
        migrations.AddConstraint(
            model_name="pagedocument",
            constraint=models.UniqueConstraint(
                fields=("page", "document"),
                name="document_once_per_page",
                violation_error_message="This document stands on the page already.",
            ),
        ),
        migrations.AddIndex(
            model_name="page",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="page_search"),
        ),
        migrations.AddConstraint(
            model_name="page",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["published", "withdrawn"]), _negated=True),
                    ("published_at__isnull", False),
                    _connector="OR",
                ),
                name="pages_page_published_has_moment",
                violation_error_message="Say from when on this is public.",
            ),
        ),
        migrations.AddConstraint(
            model_name="page",
            constraint=models.UniqueConstraint(
                fields=("parent", "slug"),
                name="page_address_once",
                nulls_distinct=False,
                violation_error_message="Another page stands at this address already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="page",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent__isnull", False),
                    models.Q(
                        (
                            "slug__in",
                            [
                                "admin",
                                "campaigns",
                                "donate",
                                "events",
                                "feeds",
                                "healthz",
                                "ja",
                                "ko",
                                "media",
                                "news",
                                "pledges",
                                "schedule",
                                "search",
                                "static",
                            ],
                        ),
                        _negated=True,
                    ),
                    _connector="OR",
                ),
                name="page_address_not_reserved",
                violation_error_message="This word belongs to another part of the site. Choose another, or add one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="page",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("slug", ""), _negated=True),
                    models.Q(("slug__regex", "[/?#%.\\s]"), _negated=True),
                ),
                name="page_address_is_one_word",
                violation_error_message="Use letters, digits and hyphens; no blanks, dots or slashes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="page",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent", None),
                    models.Q(("parent", models.F("pk")), _negated=True),
                    _connector="OR",
                ),
                name="page_not_below_itself",
                violation_error_message="A page cannot stand below itself.",
            ),
        ),
        migrations.RunSQL(TREE, NO_TREE),
    ]
