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
