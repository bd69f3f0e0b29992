"""Writes the audit trail of the office: whatever passes through it, in whichever room.

One place for all of it. Whoever builds a new page of the office, an action of a list or an export
has nothing to remember: what is sent and not refused is noted, in the transaction of what it did.
"""

import json
import re

from django.apps import apps
from django.conf import settings
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from .acts import Act, is_personal
from .middleware import UNSURE, ask_first

Action = Act.Action
LOGGED = {ADDITION: Action.ADDED, CHANGE: Action.CHANGED, DELETION: Action.DELETED}
OF_A_ROW = ("object_id", "pk", "id")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# Labels of the fields that decide what a person may do, as the log of the admin has them
RIGHTS = {"Active", "May enter the office", "Superuser status", "Roles"}


class Trail:
    """Notes what colleagues do in the office, look at and take out, and what they are refused."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Answer a page of the office, in one transaction with the line about what it did.

        Django asks no process_exception when a view is called from here, so the door is asked.
        """
        try:
            return self.noted(request, view, args, kwargs)
        except UNSURE as exception:
            return ask_first(request, exception)

    def noted(self, request, view, args, kwargs):
        if request.resolver_match.namespace != "admin" or not request.user.is_staff:
            return None
        try:
            if request.method == "POST":
                return sent(request, view, args, kwargs)
            response = view(request, *args, **kwargs)
        except PermissionDenied:
            Act.objects.bulk_create([asked(request, Action.FORBIDDEN)])
            raise
        note_read(request, response)
        return response


@transaction.atomic
def sent(request, view, args, kwargs):
    """Let a page do what was sent to it, and note that; nothing when it only asks again."""
    user, began = request.user, timezone.now()
    response = view(request, *args, **kwargs)
    if "Content-Disposition" in response:
        Act.objects.bulk_create([asked(request, Action.EXPORTED)])
    elif response.status_code == 302 and request.user == user:
        logged = LogEntry.objects.filter(user=user, action_time__gte=began).order_by("pk")
        acts = [act_of(entry, user) for entry in logged]
        if not acts and not Act.objects.filter(actor=user, at__gte=began).exists():
            acts = acts_of(request)
        Act.objects.bulk_create(acts)
    return response


def note_read(request, response):
    """Note a file that was taken out, or a look at personal data. One query then."""
    if request.method != "GET" or response.status_code != 200:
        return
    model = model_of(request)
    if "Content-Disposition" in response:
        Act.objects.bulk_create([asked(request, Action.EXPORTED)])
    elif model and (
        is_personal(model)
        or f"{model._meta.label_lower}/{tail_of(request)}" in settings.PERSONAL_DATA
    ):
        Act.objects.bulk_create([asked(request, Action.VIEWED)])


def act_of(entry, user):
    """Return the act of what Django's admin logged. It logs values of rows, too; those stay there."""
    model = entry.content_type.model_class()
    fields, action = fields_in(entry), LOGGED[entry.action_flag]
    if model is get_user_model() and (RIGHTS & set(fields) or action == Action.ADDED):
        action = Action.ROLES
    act = Act.of(action, model, by=user, fields=fields)
    act.object_id = entry.object_id[:40]
    act.name = "" if is_personal(model) else entry.object_repr[:200]
    return act


def fields_in(entry):
    """Return the names of the fields that changed, those of rows inside the form among them."""
    try:
        told = json.loads(entry.change_message)
    except ValueError:
        return []  # words of ours, like “Erased.”
    parts = [part for step in told if isinstance(step, dict) for part in step.values()]
    names = [
        f"{part['name']}: {field}" if "name" in part else field
        for part in parts
        for field in part.get("fields", ["*"] if "name" in part else [])
    ]
    return list(dict.fromkeys(names))


def acts_of(request):
    """Return the acts of what was sent to a page that Django logs nothing of."""
    model, action = model_of(request), request.POST.get("action")
    if not action or not model:
        return [asked(request, Action.DID)]
    if request.POST.get("select_across") == "1":
        return [Act.of(Action.DID, model, detail=f"{action}: all")]
    chosen = [pk for pk in request.POST.getlist(ACTION_CHECKBOX_NAME) if pk.isdecimal()]
    rows = model._default_manager.filter(pk__in=chosen)
    return [Act.of(Action.DID, row, detail=action) for row in rows]


# What a page is about, as its address tells


def asked(request, action):
    """Return the act of asking for a page. One query for the name of what may be named."""
    model, pk = model_of(request), row_of(request)
    act = Act.of(action, model, detail=tail_of(request))
    if model and pk:
        act.object_id = pk
        row = None if is_personal(model) else model._default_manager.filter(pk=pk).first()
        act.name = str(row)[:200] if row else ""
    return act


def model_of(request):
    room, kind = [*request.resolver_match.route.split("/"), "", ""][1:3]
    try:
        return apps.get_model(room, kind)
    except (LookupError, ValueError):
        return None


def row_of(request):
    """Return the number of the row in an address, or "" when it names none."""
    named = request.resolver_match.kwargs
    number = next((str(named[name]) for name in OF_A_ROW if name in named), "")
    return number if number.isdecimal() and len(number) < 19 else ""


def tail_of(request):
    """Return what follows the kind and the row in an address, like “change” or “enter/receive”."""
    parts = [part for part in request.resolver_match.route.split("/")[3:] if part]
    tail = "/".join(part for part in parts if PARAMETER.sub(r"\1", part) not in OF_A_ROW)
    named = request.resolver_match.kwargs
    return PARAMETER.sub(lambda found: str(named[found[1]]), tail) if "(" not in tail else "version"
