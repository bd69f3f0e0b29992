"""How long the import of a large WordPress export takes, and how much memory.

    python3 dev.py lint                                  # once: makes .venv
    .venv/bin/python benchmarks/wordpress.py [--posts 10000]

Makes an export of so many posts of 400 words with categories, tags, blocks and links to each other.
Prints the seconds and the most memory of a dry run, of the import and of a second import that finds
all of it known, each with the start of Python. The scratch database is made anew each time.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FILE = ROOT / "var/benchmarks/wordpress.xml"
HOME = "https://www.old-site.example"
WORDS = [
    "boat",
    "rice",
    "winter",
    "school",
    "border",
    "river",
    "clothing",
    "doctor",
    "court",
    "letter",
    "rescue",
    "family",
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, default=10_000)
    posts = parser.parse_args().posts
    from benchmarks.measure import SETTINGS, manage
    from lfnkr.local_postgres import LocalPostgres

    site_packages = next((ROOT / ".venv/lib").glob("python3.*/site-packages"))
    with LocalPostgres(ROOT / "var/benchmarks/postgres", site_packages) as postgres:
        env = {**os.environ, **SETTINGS, **postgres.environment("wordpress")}
        subprocess.run(["dropdb", "--if-exists", "wordpress"], env=env, check=True)
        subprocess.run(["createdb", "wordpress"], env=env, check=True)
        manage(env, "migrate", "--verbosity", "0")
        FILE.write_text(export(posts), encoding="utf-8")
        print(f"{posts} posts, {FILE.stat().st_size / 2**20:.0f} MB")
        for name, *options in ("dry run", "--dry-run"), ("import",), ("again",):
            print(f"{name}: {imported(env, options)}", flush=True)


def imported(env, options):
    command = [sys.executable, ROOT / "manage.py", "import_wordpress", FILE, *options]
    started = time.monotonic()
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        first = process.stdout.readline().strip()
        process.stdout.read()
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - started
    worked = usage.ru_utime + usage.ru_stime
    memory = usage.ru_maxrss / 1024
    return f"{seconds:.1f} s, of Python {worked:.1f} s, {memory:.0f} MB; {first}"


def export(posts):
    chance = random.Random(2017)  # noqa: S311
    items = "\n".join(post(number, posts, chance) for number in range(1, posts + 1))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<link>{HOME}</link><wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>{HOME}</wp:base_blog_url>
{items}
</channel></rss>
"""


def post(number, posts, chance):
    text = "\n".join(
        f"<!-- wp:paragraph --><p>{' '.join(chance.choices(WORDS, k=100))}.</p><!-- /wp:paragraph -->"
        for _ in range(4)
    )
    link = f'<p>See <a href="{HOME}/?p={chance.randint(1, posts)}">what was before</a>.</p>'
    day = f"{2002 + number * 20 // posts}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    shelf, tag = number % 60, number % 200
    return f"""<item><title>Post {number}</title>
<link>{HOME}/{day[:4]}/{day[5:7]}/post-{number}/</link>
<content:encoded><![CDATA[{text}{link}]]></content:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_name>post-{number}</wp:post_name>
<wp:post_date>{day} 09:00:00</wp:post_date><wp:post_date_gmt>{day} 00:00:00</wp:post_date_gmt>
<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
<category domain="category" nicename="shelf-{shelf}">Shelf {shelf}</category>
<category domain="post_tag" nicename="tag-{tag}">tag {tag}</category></item>"""


if __name__ == "__main__":
    main()
