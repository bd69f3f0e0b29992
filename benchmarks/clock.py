"""What one page costs inside Django."""

import statistics
import time

ROUNDS = 100


def cost(client, address):
    """Return queries, kB, and of 100 requests the milliseconds that passed and were worked."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)  # warm: what is loaded once is loaded
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
        count = len(queries)  # each further request empties the log
    assert response.status_code == 200, (address, response.status_code)
    runs = [timed(client, address) for _ in range(ROUNDS)]
    times, worked = (sorted(column) for column in zip(*runs, strict=True))
    return {
        "queries": count,
        "kB": len(response.content) / 1000,
        "fastest": times[0],
        "p50": statistics.median(times),
        "p95": times[int(ROUNDS * 0.95) - 1],
        "Python": statistics.median(worked),
    }


def timed(client, address):
    """Return the milliseconds that passed, and those that the processor worked for us."""
    clock, work = time.perf_counter(), time.process_time()
    client.get(address)
    return (time.perf_counter() - clock) * 1000, (time.process_time() - work) * 1000


def signed_in(role):
    """Return a client for which somebody of a role has just signed in, with a second factor."""
    from django.contrib.auth.models import Group
    from django.test import Client

    from accounts.models import User

    facts = {"name": role.title(), "is_staff": True}
    user, _made = User.objects.get_or_create(email=f"{role}@example.org", defaults=facts)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    session = client.session
    proof = {"method": "mfa", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [proof]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
