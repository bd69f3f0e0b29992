"""Who changed what and when, in words; and the way back to an earlier version."""

from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import BooleanField, DateTimeField
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin

from .models import Publishable
from .rich_text import RichTextField, plain

# Left and right of a changed word, this many unchanged ones are shown.
CONTEXT_WORDS = 6


class VersionsAdmin(SimpleHistoryAdmin):
    """History as acts of people, and a way back that leads through the ordinary form.

    simple_history itself would save an old version whole: state and moment of publication with
    it, for everybody who may change a text. Here an old version only fills in the form.
    """

    object_history_template = "admin/versions.html"
    history_list_per_page = 50

    def save_model(self, request, obj, form, change):
        # All rows that one save writes into the history carry the same moment: one act.
        obj._history_date = timezone.now()
        super().save_model(request, obj, form, change)

    def set_history_delta_changes(self, request, page, foreign_keys_are_objs=True):
        page.acts = acts_in(list(page))

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """Show the ordinary form, filled in with the texts of an old version. Saves nothing."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not self.has_change_permission(request, self.get_object(request, object_id)):
            raise PermissionDenied
        history = self.model.history.select_related("history_user")
        request.version = get_object_or_404(
            history, **{self.opts.pk.name: object_id}, pk=version_id
        )
        opts = self.opts
        change_url = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[object_id])
        context = {"version": request.version, **(extra_context or {})}
        return self.changeform_view(request, object_id, change_url, context)

    def get_object(self, request, object_id, from_field=None):
        obj = super().get_object(request, object_id, from_field)
        if obj and (version := getattr(request, "version", None)):
            obj.texts_of_version = values_of(version)
        return obj


def values_of(version):
    """Return an old version as a form takes it, without what decides whether it is public."""
    gate = {field.name for field in Publishable._meta.get_fields()}
    values = {
        field.name: getattr(version, field.attname)
        for field in version.tracked_fields
        if field.name not in gate
    }
    for field in version._history_m2m_fields:
        rows = getattr(version, field.name).all()
        values[field.name] = [getattr(row, field.m2m_reverse_name()) for row in rows]
    return values


@dataclass
class Act:
    """What one person did at one moment, perhaps in several steps."""

    version: object
    differences: list


@dataclass
class Difference:
    """What became of one field: (mark, words) pieces, where mark is "same", "del" or "ins"."""

    field: str
    pieces: list


def acts_in(versions):
    """Return the acts in a list of versions, newest first. A fixed number of queries."""
    acts = [
        list(act) for _key, act in groupby(versions, lambda v: (v.history_date, v.history_user_id))
    ]
    newest = [act[0] for act in acts]
    # What the last act on this page changed, the first version of the next page tells.
    shown = [*newest, acts[-1][-1].prev_record] if acts else []
    connected = connections([version for version in shown if version])
    return [
        Act(new, differences)
        for new, old in pairwise(shown)
        # simple_history also notes what was saved without any change.
        if (differences := differences_between(old, new, connected)) or not old
    ]


def connections(versions):
    """Return what versions are connected with: {(version, field): [name]}. One query a field."""
    found = defaultdict(list)
    for field in versions[0]._history_m2m_fields if versions else []:
        end = field.m2m_reverse_field_name()
        rows = getattr(versions[0], field.name).model.objects.filter(history__in=versions)
        for row in rows.select_related(end):
            found[row.history_id, field.name].append(named(row, end))
    return found


def differences_between(old, new, connected):
    """Return what changed, field by field, in the order of the model; nothing without an old one."""
    if not old:
        return []
    compared = [
        (field, words(field, old), words(field, new), " ") for field in fields_to_compare(new)
    ]
    for field in new._history_m2m_fields:
        before, after = (sorted(connected[version.pk, field.name]) for version in (old, new))
        compared.append((field, before, after, ", "))
    return [
        Difference(capfirst(field.verbose_name), pieces(before, after, joined_by))
        for field, before, after, joined_by in compared
        if before != after
    ]


def fields_to_compare(version):
    """Return what staff wrote: without clocks, and without modeltranslation's copy of the English."""
    names = {field.name for field in version.tracked_fields}
    copies = {name for name in names if f"{name}_{settings.LANGUAGE_CODE}" in names}
    clocks = {"created_at", "changed_at"}
    return [field for field in version.tracked_fields if field.name not in copies | clocks]


def words(field, version):
    """Return the value of a field as a reader would read it, in a list of words."""
    value = getattr(version, field.attname)
    if value in (None, ""):
        return []
    if field.is_relation:
        return [named(version, field.name)]
    if field.choices:
        return [str(dict(field.flatchoices).get(value, value))]
    if isinstance(field, BooleanField):
        return [_("yes") if value else _("no")]
    if isinstance(field, RichTextField):
        return plain(value).split()
    if isinstance(field, DateTimeField):
        return [localize(timezone.localtime(value))]
    return value.split() if isinstance(value, str) else [localize(value)]


def named(row, relation):
    try:
        return str(getattr(row, relation) or _("something deleted since"))
    except ObjectDoesNotExist:
        return _("something deleted since")


def pieces(before, after, joined_by=" "):
    """Return (mark, text) pieces of two lists of words; long unchanged stretches are cut short."""
    found = []
    changes = SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes()
    for change in changes:
        kind, i1, i2, j1, j2 = change
        if kind == "equal":
            same = shortened(before[i1:i2], change == changes[0], change == changes[-1])
            found.append(("same", joined_by.join(same)))
            continue
        if i1 < i2:
            found.append(("del", joined_by.join(before[i1:i2])))
        if j1 < j2:
            found.append(("ins", joined_by.join(after[j1:j2])))
    return found


def shortened(same, is_start, is_end):
    """Return an unchanged stretch with only the words next to a change."""
    left = 0 if is_start else CONTEXT_WORDS
    right = 0 if is_end else CONTEXT_WORDS
    if len(same) <= left + right:
        return same
    return [*same[:left], "…", *same[len(same) - right :]]
