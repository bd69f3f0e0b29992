"""Fill an empty database with synthetic articles, to measure the site at its full size."""

import random
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import partial

import django
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from taggit.models import Tag, TaggedItem

from news.models import Article, Category

FIRST_DAY, DAYS = date(2002, 10, 1), 24 * 365
CHUNK, PROCESSES = 1000, 2
CATEGORIES, TAGS = 30, 60
COMMON = "refugees"  # stands in four of five articles, as such a word does
LETTERS = {
    "ja": "難民救助船地中海東京人支援食料医薬品冬服子供学校国境川村駅電話手紙会議報告法律家族中国",
    "ko": "난민구조배지원식량의약품겨울옷아이학교국경강마을역전화편지회의보고법률가족중국서울",
}


class Command(BaseCommand):
    help = "Fills an EMPTY database with synthetic articles, for benchmarks only."

    def add_arguments(self, parser):
        parser.add_argument("--articles", type=int, default=100_000, metavar="N")

    def handle(self, *args, articles, **options):
        if Article.objects.exists():
            raise CommandError("There are articles already. Seed an empty database of its own.")
        make_categories()
        Tag.objects.bulk_create([Tag(name=f"tag {n}", slug=f"tag-{n}") for n in range(TAGS)])
        connection.close()  # each process opens its own
        with ProcessPoolExecutor(PROCESSES, initializer=django.setup) as pool:
            seed = partial(seed_chunk, total=articles)
            for done in pool.map(seed, range(0, articles, CHUNK)):
                self.stderr.write(f"{done} of {articles}", ending="\r")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        self.stdout.write(f"{articles} articles from {FIRST_DAY:%Y} on.")


def seed_chunk(start, total):
    """Write the articles from `start` on; return how far it came. Runs in a process of its own."""
    chance, end = random.Random(start), min(start + CHUNK, total)
    words = vocabulary()
    rows = [make_article(number, total, words, chance) for number in range(start, end)]
    Article.objects.bulk_create(rows)
    put_on_shelves(rows, list(Category.objects.order_by("pk")[:CATEGORIES]), chance)
    put_tags(rows, list(Tag.objects.all()), chance)
    return end


def vocabulary():
    chance = random.Random(2002)
    return ["".join(chance.choices("aeioubcdfghklmnprst", k=3 + n % 7)) for n in range(5000)]


def make_categories():
    """Make a tree: every third category is a wide one, the two after it are its parts; the last is empty."""
    rows = []
    for number in range(CATEGORIES + 1):
        parent = rows[number - number % 3] if number % 3 else None
        name = f"Category {number}"
        rows.append(Category.objects.create(name=name, slug=f"category-{number}", parent=parent))
    return rows


def make_article(number, total, words, chance):
    """Make one of `total` articles, spread evenly over the years, in three languages."""
    day = FIRST_DAY + timedelta(days=number * DAYS // total)
    title = " ".join(zipf(words, 6, chance)).capitalize()
    body = "".join(f"<p>{' '.join(zipf(words, 45, chance))}.</p>" for _ in range(2))
    return Article(
        title=title,
        title_ja=text("ja", 14, chance),
        slug=f"article-{number}",
        teaser=" ".join(zipf(words, 20, chance)) + (f" {COMMON}." if number % 5 else "."),
        teaser_ja=text("ja", 60, chance),
        teaser_ko=text("ko", 60, chance),
        body=body,
        body_ja=f"<p>{text('ja', 180, chance)}</p>",
        body_ko=f"<p>{text('ko', 200, chance)}</p>",
        kind=chance.choices(Article.Kind.values, [70, 12, 6, 6, 3, 3])[0],
        dated_on=day,
        state="published",
        published_at=timezone.now() - timedelta(days=1),
        is_highlight=number % 10 == 0,
    )


def zipf(words, count, chance):
    """Choose words as a language does: few often, most seldom."""
    return [words[min(int(chance.paretovariate(0.6)), len(words)) - 1] for _ in range(count)]


def text(language, length, chance):
    """Return so many letters with a full stop or a blank now and then."""
    letters = chance.choices(LETTERS[language], k=length)
    letters[9::10] = ("。" if language == "ja" else " ") * len(letters[9::10])
    return "".join(letters)


def put_on_shelves(rows, shelves, chance):
    """File each article under one or two categories; the first categories hold the most."""
    through = Article.categories.through
    through.objects.bulk_create(
        through(article_id=row.pk, category_id=shelf.pk)
        for row in rows
        for shelf in {shelves[int(chance.random() ** 2 * len(shelves))] for _ in range(2)}
    )


def put_tags(rows, tags, chance):
    """Tag every second article; a quarter of these with the first tag, as most use few."""
    TaggedItem.objects.bulk_create(
        TaggedItem(tag=tag, content_object=row)
        for row in rows[::2]
        for tag in {tags[int(chance.random() ** 3 * len(tags))]}
    )
