"""The roles of the newsroom. A publisher may do what an editor may, and decides what is public."""

from django.db import migrations

from accounts.roles import grant


def all_of(model, *acts):
    label, _, name = model.partition(".")
    return [f"{label}.{act}_{name}" for act in acts]


EDITOR = [
    *all_of("news.article", "view", "add", "change", "submit"),
    *all_of("news.articlephoto", "view", "add", "change", "delete"),
    *all_of("news.articledocument", "view", "add", "change", "delete"),
    *all_of("news.signatory", "view", "add", "change", "delete"),
    *all_of("news.category", "view"),
    *all_of("publishing.flag", "view"),
    *all_of("library.photo", "view", "add", "change"),
    *all_of("library.document", "view", "add", "change"),
    *all_of("taggit.tag", "view", "add", "change"),
]
PUBLISHER = [
    *EDITOR,
    *all_of("news.article", "publish", "delete"),
    *all_of("news.category", "add", "change"),
    *all_of("publishing.importeditem", "view"),
    *all_of("library.photo", "delete"),
    *all_of("library.document", "delete"),
    *all_of("taggit.tag", "delete"),
    *all_of("publishing.oldaddress", "view", "add", "change", "delete"),
    *all_of("publishing.synonyms", "view", "add", "change", "delete"),
]


def make_roles(apps, schema_editor):
    grant(apps, "editor", *EDITOR)
    grant(apps, "publisher", *PUBLISHER)


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=["editor", "publisher"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("library", "0001_initial"),
        ("news", "0001_initial"),
        ("publishing", "0003_synonyms"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
    ]

    operations = [migrations.RunPython(make_roles, remove_roles)]
