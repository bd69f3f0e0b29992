"""Write small WordPress exports: each function makes one part, in the words of the format."""

from pathlib import Path

from pages.wordpress.importer import import_wordpress

OLD_SITE = Path(__file__).parent / "data" / "wordpress" / "old-site.xml"
HOME = "https://www.old-site.example"


def item(content="", **fields):
    """Return an item, a published post unless said otherwise; None leaves an element out."""
    known = {
        "title": "A post",
        "link": "",
        "dc:creator": "mori",
        "content:encoded": content,
        "excerpt:encoded": "",
        "wp:post_id": "1",
        "wp:post_date": "2017-09-05 09:00:00",
        "wp:post_date_gmt": "2017-09-05 00:00:00",
        "wp:post_name": "",
        "wp:status": "publish",
        "wp:post_type": "post",
    }
    names = {"title": "title", "link": "link", "author": "dc:creator", "excerpt": "excerpt:encoded"}
    for name, value in fields.items():
        if name != "extra":
            known[names.get(name, f"wp:{name}")] = value
    elements = [f"<{n}><![CDATA[{v}]]></{n}>" for n, v in known.items() if v is not None]
    return "\n".join(["<item>", *elements, fields.get("extra", ""), "</item>"])


def attachment(number, file, **fields):
    """Return an attachment whose file lies below the uploads folder."""
    known = {
        "post_id": str(number),
        "post_type": "attachment",
        "status": "inherit",
        "attachment_url": f"{HOME}/wp-content/uploads/{file}",
    }
    return item(**known | {"title": f"Title of {number}"} | fields)


def meta(key, value):
    return f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value>{value}</wp:meta_value></wp:postmeta>"


def export(*parts, version="1.2", wp="http://wordpress.org/export/1.2/", home=HOME):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:wp="{wp}" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:excerpt="{wp}excerpt/">
<channel>
<link>{home}</link>
<wp:wxr_version>{version}</wp:wxr_version>
<wp:base_blog_url>{home}</wp:base_blog_url>
{chr(10).join(parts)}
</channel>
</rss>
"""


def imported(folder, *parts, **options):
    """Import an export of these parts from a file in this folder; return the report."""
    file = folder / "export.xml"
    file.write_text(export(*parts), encoding="utf-8")
    return import_wordpress(file, **options)


def results(report):
    return [result for result, _line, _title in report.outcomes]


def reasons_of(report):
    return [reason for _line, reason, _sentence in report.flags]
