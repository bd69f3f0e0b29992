"""Roles: named groups whose permissions each room grants in its own migrations."""

from django.contrib.auth.management import create_permissions


def grant(apps, role, *permissions):
    """Give a role permissions like "news.publish_article"; for use inside a data migration.

    Django makes permissions only after all migrations have run, so those needed are made here.
    """
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for label in {permission.partition(".")[0] for permission in permissions}:
        make_permissions(apps, apps.get_app_config(label))
    group, _ = Group.objects.get_or_create(name=role)
    for permission in permissions:
        label, _, codename = permission.partition(".")
        group.permissions.add(
            Permission.objects.get(content_type__app_label=label, codename=codename)
        )


def make_permissions(apps, app_config):
    # Django skips an app that has no models_module, as it has none inside a migration.
    before = getattr(app_config, "models_module", None)
    app_config.models_module = True
    create_permissions(app_config, verbosity=0, apps=apps)
    app_config.models_module = before
