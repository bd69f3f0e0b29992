"""Pages in a tree, their documents and questions."""

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Cast, Concat, Length, LPad
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from publishing.models import Publishable, PublishableQuerySet
from publishing.rich_text import RichTextField, plain
from publishing.search import SEARCH_COLUMNS, search_fields

# First words of addresses that belong to other rooms, to languages or to machines.
RESERVED = ["admin", "campaigns", "donate", "events", "feeds", "healthz", "ja", "ko", "media",
            "news", "pledges", "schedule", "search", "static"]  # fmt: skip
# Longer ones do not fit into the index that makes addresses unique.
LONGEST_ADDRESS = 600


class StartsWith(Func):
    """Whether the first text begins with the second, which may be a column too."""

    function = "starts_with"
    output_field = BooleanField()


class PageQuerySet(PublishableQuerySet):
    """The gate, for a tree: a page is as public as the least public page above it."""

    def published(self):
        """Pages that everybody may see. Below what is not public, an address would be a lie."""
        return self._with_all_above_in(PublishableQuerySet(Page).published())

    def gone(self):
        """Pages that were public and are not, by their own withdrawal or one above them."""
        own = PublishableQuerySet(Page)
        once_public = self._with_all_above_in(own.published() | own.gone())
        return once_public.exclude(pk__in=Page.objects.published())

    def _with_all_above_in(self, pages):
        """Keep what stands among `pages` together with every page above it."""
        below = StartsWith(OuterRef("path"), Concat("path", Value("/")))
        elsewhere = models.QuerySet(Page).exclude(pk__in=pages.values("pk"))
        return self.filter(pk__in=pages.values("pk")).exclude(Exists(elsewhere.filter(below)))

    def below(self, page):
        """All pages under this one, however deep."""
        return self.filter(path__startswith=f"{page.path}/")

    def above(self, page):
        """The pages from the root of the tree down to the one above this."""
        words = page.path.split("/")
        paths = ["/".join(words[:depth]) for depth in range(1, len(words))]
        return self.filter(path__in=paths).order_by(Length("path"))

    def with_openness(self):
        """Annotate `is_open`: whether everybody may see the page, those above it considered."""
        return self.annotate(is_open=Q(pk__in=Page.objects.published().values("pk")))

    def in_tree_order(self):
        """Each page before those below it, siblings by their positions."""
        here, there = (Concat(path, Value("/")) for path in (OuterRef("path"), "path"))
        way = models.QuerySet(Page).filter(StartsWith(here, there)).order_by(Length("path"))
        number = LPad(Cast("position", models.TextField()), 5, Value("0"))
        step = Concat(number, "slug", output_field=models.TextField())
        return self.alias(way=ArraySubquery(way.values_list(step))).order_by("way")

    def for_page(self):
        """With what a page shows besides its text. Three queries, four with a letter."""
        return (
            self.select_related("lead_photo", "letter")
            .defer(*SEARCH_COLUMNS)
            .prefetch_related(
                "questions",
                "addressees",
                Prefetch("pagedocument_set", PageDocument.objects.select_related("document")),
            )
        )

    def for_list(self):
        """With what a list shows of each page, in the order of the staff's choice."""
        return self.defer("body", *SEARCH_COLUMNS).order_by("position", "pk")


class Page(Publishable):
    """A text with a place in the tree, like About, its address being the words on the way to it.

    `path` is kept by the database (triggers in migration 0001) whoever writes: it is the words of
    all pages from the root down, joined by slashes, and follows when one of them is renamed.
    """

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(
        _("address"),
        max_length=120,
        allow_unicode=True,
        help_text=_("The last word of the page's address. A changed one leaves a redirect."),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("below"),
        null=True,
        blank=True,
        related_name="children",
        help_text=_(
            "The page whose part this one is; its address begins with that of the other."
            " While that is not public, this is not public either."
        ),
    )
    path = models.TextField(_("whole address"), unique=True, editable=False, default="")
    position = models.PositiveSmallIntegerField(
        _("position"),
        default=0,
        help_text=_("Small numbers stand first, in menus and lists."),
    )
    in_main_menu = models.BooleanField(_("top menu"), default=False)
    in_footer = models.BooleanField(_("foot menu"), default=False)
    teaser = models.TextField(
        _("teaser"),
        blank=True,
        help_text=_("One or two sentences for lists, search and shared links. Plain text."),
    )
    body = RichTextField(_("text"), blank=True)
    lead_photo = models.ForeignKey(
        "library.Photo",
        models.PROTECT,
        verbose_name=_("lead photo"),
        null=True,
        blank=True,
        related_name="led_pages",
    )
    documents = models.ManyToManyField(
        "library.Document", through="PageDocument", verbose_name=_("documents")
    )
    has_contact_form = models.BooleanField(
        _("shows the contact form"),
        default=False,
        help_text=_("Below the text: the form, our address and our accounts elsewhere."),
    )
    says_besides = RichTextField(
        _("questions and letter, kept by the database for search and history"),
        blank=True,
        editable=False,
    )
    search, headline = search_fields(title="title", teaser="teaser", text="body says_besides")
    search_shows = ["path"]

    objects = PageQuerySet.as_manager()

    class Meta(Publishable.Meta):
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        permissions = [
            ("submit_page", _("Can submit a page for review")),
            ("publish_page", _("Can publish and withdraw pages")),
        ]
        indexes = [GinIndex(fields=["search"], name="page_search")]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["parent", "slug"],
                nulls_distinct=False,
                name="page_address_once",
                violation_error_message=_("Another page stands at this address already."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=False) | ~Q(slug__in=RESERVED),
                name="page_address_not_reserved",
                violation_error_message=_(
                    "This word belongs to another part of the site. Choose another, or add one."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(slug="") & ~Q(slug__regex=r"[/?#%.\s]"),
                name="page_address_is_one_word",
                violation_error_message=_(
                    "Use letters, digits and hyphens; no blanks, dots or slashes."
                ),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                name="page_not_below_itself",
                violation_error_message=_("A page cannot stand below itself."),
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Save, and read the whole address that the database made of it."""
        super().save(*args, **kwargs)
        self.refresh_from_db(fields=["path"])

    def get_absolute_url(self):
        return reverse("pages:page", args=[self.path])

    @property
    def documents_in_order(self):
        return [part.document for part in self.pagedocument_set.all()]

    @property
    def has_letter(self):
        return hasattr(self, "letter")

    def clean(self):
        """Refuse a circle and an address that is too long, before the database does."""
        above = f"{self.parent.path}/" if self.parent else ""
        if self.path and above.startswith(f"{self.path}/"):
            raise ValidationError(
                {"parent": _("That page stands below this one, so this cannot stand below it.")}
            )
        if len(above + self.slug) > LONGEST_ADDRESS:
            raise ValidationError(
                {"slug": _("The whole address is too long. Shorten this word or one above it.")}
            )


class PagePart(models.Model):
    """Something that stands on a page in an order of the editor's choice."""

    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class PageDocument(PagePart):
    page = models.ForeignKey(Page, models.CASCADE)
    document = models.ForeignKey("library.Document", models.PROTECT, verbose_name=_("document"))

    class Meta(PagePart.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(
                fields=["page", "document"],
                name="document_once_per_page",
                violation_error_message=_("This document stands on the page already."),
            ),
        ]

    def __str__(self):
        return str(self.document)


class Question(PagePart):
    """A question that people ask, with its answer, on the page of such questions."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="questions")
    question = models.CharField(_("question"), max_length=300)
    answer = RichTextField(_("answer"))

    class Meta(PagePart.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self):
        return self.question

    def linked_data(self):
        """Return question and answer as schema.org data."""
        answer = {"@type": "Answer", "text": plain(self.answer)}
        return {"@type": "Question", "name": self.question, "acceptedAnswer": answer}
