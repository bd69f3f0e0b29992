"""Small things to test with: each function makes one row, and says nothing the test should say."""

import io
from itertools import count

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from accounts.models import User
from library.models import Photo
from news.models import Article, Category
from publishing.models import Flag

numbers = count(1)


def make_user(role="editor", **fields):
    """Make staff of a role; "superuser"; or "volunteer", who has an account but no office."""
    number = next(numbers)
    fields = {"email": f"{role}-{number}@lfnkr.example", "name": f"{role} {number}"} | fields
    if role == "superuser":
        return User.objects.create_superuser(**fields)
    user = User.objects.create_user(**{"is_staff": role != "volunteer"} | fields)
    if role != "volunteer":
        user.groups.add(Group.objects.get(name=role))
    return user


def make_article(state="published", **fields):
    """Make an article of unknown date; one that is published or withdrawn was public at once."""
    number = next(numbers)
    texts = {"title": f"Article {number}", "slug": f"article-{number}"}
    dates = {"date_precision": "day" if fields.get("dated_on") else "unknown"}
    if state in ("published", "withdrawn"):
        dates["published_at"] = timezone.now()
    return Article.objects.create(**texts | dates | {"state": state} | fields)


def make_category(name="Rescue", **fields):
    return Category.objects.create(**{"name": name, "slug": f"shelf-{next(numbers)}"} | fields)


def make_flag(row=None, **fields):
    seen = {"reason": "month-misspelt", "place": "listing.txt:12", "raw": "Septmber 18, 2006"}
    return Flag.objects.create(**{"row": row or make_article()} | seen | fields)


def make_photo(**fields):
    """Make a photo of 40 x 30 grey pixels, cleaned like every other."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(out, "JPEG")
    file = ContentFile(out.getvalue(), name="grey.jpg")
    return Photo.objects.create(**{"file": file, "alt": "A grey field"} | fields)
