"""Articles, their categories and their parts."""

from datetime import date

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F, Func, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import Tag, TaggedItem

from publishing.models import Publishable, PublishableQuerySet
from publishing.rich_text import RichTextField
from publishing.search import SEARCH_COLUMNS, search_fields
from publishing.sitemaps import LAST_CHANGE, PART

# Addresses below /news/ that are lists; no article may stand in their way.
LIST_ADDRESSES = ("highlights", "category", "tag", "kind")


class Category(models.Model):
    """A shelf of the archive. Shelves nest; an article may stand on several."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=120, unique=True, allow_unicode=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("part of"),
        null=True,
        blank=True,
        related_name="children",
        help_text=_("A visitor who opens the wider category sees the articles of this one too."),
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                name="category_is_not_its_own_part",
                violation_error_message=_("A category cannot be part of itself."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("news:category", args=[self.slug])

    def clean(self):
        """Refuse a circle of parents. One query for the whole tree."""
        if self.pk and self.parent_id in CategoryTree().ids_below(self):
            raise ValidationError(
                {"parent": _("This category contains the one you chose, so it cannot be its part.")}
            )


class CategoryTree:
    """All categories, fetched once (they are dozens, not thousands), to walk up and down."""

    def __init__(self, categories=None):
        found = Category.objects.all() if categories is None else categories
        self.by_id = {category.pk: category for category in found}

    def get(self, slug):
        """Return the category with this address, or None."""
        return next((c for c in self.by_id.values() if c.slug == slug), None)

    def ids_below(self, category):
        """Return the ids of the category and all its parts; ends even in a circle of parents."""
        found, waiting = set(), [category.pk]
        while waiting:
            pk = waiting.pop()
            if pk not in found:
                found.add(pk)
                waiting += [c.pk for c in self.by_id.values() if c.parent_id == pk]
        return found

    def path_to(self, category):
        """Return the categories from the widest down to this one."""
        path = []
        while category and category not in path:
            path.insert(0, category)
            category = self.by_id.get(category.parent_id)
        return path


def tags_of(article_id):
    """Return the tags of an article, by name. The id may be an expression of a wider query."""
    tagged = TaggedItem.objects.filter(
        content_type__app_label="news", content_type__model="article", object_id=article_id
    )
    return Tag.objects.filter(pk__in=tagged.values("tag")).order_by("name")


FIRST_YEAR = 1950  # of what the newsroom may write about


class ArticleQuerySet(PublishableQuerySet):
    def for_page(self):
        """With the row of what an article's own page shows; the rest is in `news/parts.py`."""
        return self.select_related("lead_photo").defer(*SEARCH_COLUMNS)

    def for_list(self):
        """With what a list shows of each article, and without the long text."""
        return self.select_related("lead_photo").defer("body", *SEARCH_COLUMNS)

    def newest_first(self):
        """In the reader's order: by date, within a day the one entered last; undated ones last."""
        return self.order_by("-sort_on", "-pk")

    def in_year(self, year):
        """Articles known to be of this year, however precisely."""
        return self._within(first_of(year), "1 year")

    def in_month(self, year, month):
        """Articles known to be of this month; those of whom only the year is known are not."""
        return self.known_by_month()._within(first_of(year, month), "1 month")

    def known_by_month(self):
        """Articles of whom more is known than the year."""
        return self.filter(date_precision__in=["day", "month"])

    def in_categories(self, category_ids):
        shelves = Article.categories.through.objects.filter(category__in=category_ids)
        return self.filter(pk__in=shelves.values("article"))

    def of_kind(self, kind):
        return self.filter(kind=kind)

    def highlights(self):
        return self.filter(is_highlight=True)

    def years(self):
        """Return the years that have articles, newest first. One cheap query at any size."""
        return numbers_from(*self.statement_of_years())[::-1]

    def statement_of_years(self):
        """Return SQL and parameters for the years that have articles, in order."""
        last = "extract(year FROM now())::integer + 1"
        return self.in_year(N)._numbers(FIRST_YEAR, last)

    def statement_of_months(self, year):
        """Return SQL and parameters for the months of a year that have articles, in order."""
        return self.in_month(year, N)._numbers(1, 12)

    def _numbers(self, first, last):
        """Look for one article per number `N`, instead of counting all of them: SQL, parameters."""
        sql, parameters = self.order_by().values("pk").query.sql_with_params()
        numbers = f"""SELECT n FROM generate_series({first}, {last}) AS n
            WHERE EXISTS ({sql}) ORDER BY n"""  # noqa: S608 - SQL of our own
        return numbers, parameters

    def _within(self, start, length):
        """Articles dated within a length of time from a day on."""
        end = Func(start, template=f"(%(expressions)s + interval '{length}')")
        return self.filter(sort_on__gte=start, sort_on__lt=end)


N = RawSQL("n", [])  # a number that is looked for


def first_of(year, month=1):
    """Return the first day of a year or month; both may be expressions."""
    return Func(year, month, 1, function="make_date", output_field=models.DateField())


def numbers_from(sql, parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [int(number) for (number,) in cursor.fetchall()]


class Article(Publishable):
    """A text of the newsroom, from a news item of three lines to an annual report."""

    class Kind(models.TextChoices):
        NEWS = "news", _("News")
        REPORT = "report", _("Report")
        LETTER = "letter", _("Letter")
        STATEMENT = "statement", _("Statement")
        REVIEW = "review", _("Review")
        INTERVIEW = "interview", _("Interview")

        @property
        def heading(self):
            """The kind in the plural, above a list of them."""
            return {
                "news": _("News items"),
                "report": _("Reports"),
                "letter": _("Letters"),
                "statement": _("Statements"),
                "review": _("Reviews"),
                "interview": _("Interviews"),
            }[self.value]

    class Precision(models.TextChoices):
        DAY = "day", _("Day, month and year are known")
        MONTH = "month", _("Month and year are known")
        YEAR = "year", _("Only the year is known")
        UNKNOWN = "unknown", _("Unknown")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.NEWS)
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(
        _("address"),
        max_length=120,
        unique=True,
        allow_unicode=True,
        help_text=_("The last part of the article's address. A changed one leaves a redirect."),
    )
    teaser = models.TextField(
        _("teaser"),
        blank=True,
        help_text=_("Two or three sentences for lists, feeds and shared links. Plain text."),
    )
    body = RichTextField(
        _("text"),
        blank=True,
        help_text=_("May stay empty for a short news item; the teaser is then the whole text."),
    )
    content_warning = models.CharField(
        _("content warning"),
        max_length=200,
        blank=True,
        help_text=_("Shown before the text when it may distress, like “Describes torture”."),
    )
    author_line = models.CharField(
        _("author line"),
        max_length=200,
        blank=True,
        help_text=_("As readers see it. Leave out every name that could endanger somebody."),
    )

    date_precision = models.CharField(
        _("how well the date is known"), max_length=10, choices=Precision, default=Precision.DAY
    )
    dated_on = models.DateField(
        _("date"),
        null=True,
        blank=True,
        help_text=_("Of a month or a year alone, enter its first day. Empty when it is unknown."),
    )
    sort_on = models.GeneratedField(
        expression=Coalesce("dated_on", models.Value(date.min)),
        output_field=models.DateField(),
        db_persist=True,
    )

    search, headline = search_fields(title="title", teaser="teaser", text="body")
    search_date = "sort_on"
    search_shows = ["slug", "kind", "dated_on", "date_precision"]

    categories = models.ManyToManyField(
        Category, verbose_name=_("categories"), blank=True, related_name="articles"
    )
    tags = TaggableManager(
        _("tags"), blank=True, help_text=_("Words with commas between. Capitals do not matter.")
    )
    is_highlight = models.BooleanField(
        _("highlight"),
        default=False,
        help_text=_(
            "Keeps the article in the front page's list of past highlights. The newest highlight"
            " among the latest news leads the front page."
        ),
    )
    lead_photo = models.ForeignKey(
        "library.Photo",
        models.PROTECT,
        verbose_name=_("lead photo"),
        null=True,
        blank=True,
        related_name="led_articles",
    )
    photos = models.ManyToManyField(
        "library.Photo", through="ArticlePhoto", verbose_name=_("further photos")
    )
    documents = models.ManyToManyField(
        "library.Document", through="ArticleDocument", verbose_name=_("documents")
    )
    follows = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("follows up on"),
        null=True,
        blank=True,
        related_name="follow_ups",
        help_text=_("The appeal whose outcome this article tells. Both pages show the link."),
    )
    source_name = models.CharField(
        _("first published by"),
        max_length=200,
        blank=True,
        help_text=_("For texts of others that we publish again."),
    )
    source_url = models.URLField(_("address of the original"), max_length=500, blank=True)

    addressee = models.CharField(
        _("addressee"),
        max_length=300,
        blank=True,
        help_text=_("To whom the letter went, like “Ban Ki-moon, Secretary-General designate”."),
    )
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    delivery = models.CharField(
        _("how it was delivered"),
        max_length=200,
        blank=True,
        help_text=_("Like “By fax to the Permanent Mission”."),
    )

    objects = ArticleQuerySet.as_manager()

    class Meta(Publishable.Meta):
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [
            ("submit_article", _("Can submit an article for review")),
            ("publish_article", _("Can publish and withdraw articles")),
        ]
        indexes = [
            GinIndex(fields=["search"], name="article_search"),
            models.Index(
                F("sort_on").desc(),
                F("id").desc(),
                name="article_published_newest",
                condition=Q(state="published"),
            ),
            models.Index(
                F("kind"),
                F("sort_on").desc(),
                F("id").desc(),
                name="article_published_kind",
                condition=Q(state="published"),
            ),
            models.Index(
                F("sort_on").desc(),
                F("id").desc(),
                name="article_published_highlight",
                condition=Q(state="published", is_highlight=True),
            ),
            models.Index(  # the rows of a shelf, which come by their ids
                fields=["id"],
                include=["sort_on", "published_at"],
                name="article_published_by_id",
                condition=Q(state="published"),
            ),
            models.Index(
                PART,
                LAST_CHANGE.desc(),
                name="article_published_part",
                condition=Q(state="published"),
            ),
        ]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(date_precision="unknown", dated_on=None)
                | (~Q(date_precision="unknown") & Q(dated_on__isnull=False)),
                name="article_date_or_unknown",
                violation_error_message=_("Enter a date, or say it is unknown and leave it empty."),
            ),
            models.CheckConstraint(
                condition=Q(kind="letter") | Q(addressee="", sent_on=None, delivery=""),
                name="article_letter_fields_on_letters",
                violation_error_message=_(
                    "Addressee, date sent and delivery belong to letters:"
                    " choose the kind “Letter”, or empty them."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(slug__regex=rf"^([0-9]{{1,4}}|{'|'.join(LIST_ADDRESSES)})$"),
                name="article_address_is_not_a_list",
                violation_error_message=_("This address belongs to a list. Add a word to it."),
            ),
            models.CheckConstraint(
                condition=Q(follows=None) | ~Q(follows=F("pk")),
                name="article_does_not_follow_itself",
                violation_error_message=_("An article cannot follow up on itself."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("news:article", args=[self.slug])

    @property
    def search_label(self):
        return self.get_kind_display()

    @property
    def date_text(self):
        """The date as readers see it, as precise as it is known: "September 2006", "2005", ""."""
        formats = {"day": "DATE_FORMAT", "month": "YEAR_MONTH_FORMAT", "year": "Y"}
        if self.date_precision == self.Precision.UNKNOWN:
            return ""
        return date_format(self.dated_on, formats[self.date_precision])

    @property
    def date_code(self):
        """The date for machines, as precise as it is known: "2006-09-18", "2006-09", "2006"."""
        lengths = {"day": 10, "month": 7, "year": 4, "unknown": 0}
        return self.dated_on.isoformat()[: lengths[self.date_precision]] if self.dated_on else ""


class ShelvedQuerySet(models.QuerySet):
    def public(self):
        return self.filter(article__in=Article.objects.published())

    def newest_first(self):
        """In the order of `ArticleQuerySet.newest_first`."""
        return self.order_by("-sort_on", "-article")


class Shelved(models.Model):
    """An article in one of its categories or under one of its tags, with its date.

    So a list begins at its newest article, however many it has. The database itself keeps these rows
    (migration 0008), whoever files, tags or dates something; what migration 0009 does writes them anew.
    """

    article = models.ForeignKey(Article, models.DO_NOTHING, related_name="+")
    category = models.ForeignKey(
        Category, models.DO_NOTHING, null=True, related_name="+", db_index=False
    )
    tag = models.ForeignKey(Tag, models.DO_NOTHING, null=True, related_name="+", db_index=False)
    sort_on = models.DateField()

    objects = ShelvedQuerySet.as_manager()

    class Meta:
        default_permissions = []
        constraints = [
            models.CheckConstraint(
                condition=Q(category=None, tag__isnull=False) | Q(category__isnull=False, tag=None),
                name="shelved_in_category_or_under_tag",
            ),
            models.UniqueConstraint(  # both are read from the end, the newest first
                fields=["category", "sort_on", "article"],
                condition=Q(category__isnull=False),
                name="shelved_in_category_once",
            ),
            models.UniqueConstraint(
                fields=["tag", "sort_on", "article"],
                condition=Q(tag__isnull=False),
                name="shelved_under_tag_once",
            ),
        ]

    def __str__(self):
        return f"{self.article} · {self.category or self.tag}"


class ArticlePart(models.Model):
    """Something that stands in an article in an order of the editor's choice."""

    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class ArticlePhoto(ArticlePart):
    article = models.ForeignKey(Article, models.CASCADE)
    photo = models.ForeignKey("library.Photo", models.PROTECT, verbose_name=_("photo"))

    class Meta(ArticlePart.Meta):
        verbose_name = _("further photo")
        verbose_name_plural = _("further photos")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "photo"],
                name="photo_once_per_article",
                violation_error_message=_("This photo stands in the article already."),
            ),
        ]

    def __str__(self):
        return str(self.photo)


class ArticleDocument(ArticlePart):
    article = models.ForeignKey(Article, models.CASCADE)
    document = models.ForeignKey("library.Document", models.PROTECT, verbose_name=_("document"))

    class Meta(ArticlePart.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "document"],
                name="document_once_per_article",
                violation_error_message=_("This document stands in the article already."),
            ),
        ]

    def __str__(self):
        return str(self.document)


class Signatory(ArticlePart):
    """Somebody who signed a letter, in the order of the signatures."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="signatories")
    name = models.CharField(_("name"), max_length=200)
    affiliation = models.CharField(_("organisation or office"), max_length=300, blank=True)

    class Meta(ArticlePart.Meta):
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")

    def __str__(self):
        return self.name
