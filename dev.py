#!/usr/bin/env python3
"""The two commands of this project, and two more for those who work on it:

    python3 dev.py demo [--port N]   the site with demonstration content, for this machine only
    python3 dev.py test [...]        the tests; what follows goes to pytest
    python3 dev.py manage ...        any manage.py command, on the demo's database
    python3 dev.py lint              style, imports between rooms, migrations, safe settings

Linux and Python 3.11 or newer with venv are all it needs: packages go to .venv, data to var/.
Where DATABASE_URL is set, that PostgreSQL (15 or newer) is used and no private one is started.
"""

import argparse
import contextlib
import hashlib
import importlib.util
import itertools
import json
import os
import secrets
import socket
import sys
from pathlib import Path

from lfnkr.local_postgres import LocalPostgres, acquired
from lfnkr.processes import background, first_ended, foreground, hold_signals, pause, run

ROOT = Path(__file__).resolve().parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
SITE_PACKAGES = VENV / f"lib/python3.{sys.version_info.minor}/site-packages"
MANAGE = [PYTHON, ROOT / "manage.py"]
LOCAL_SETTINGS = {
    "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
    "DEFAULT_FROM_EMAIL": "office@example.org",
    "HTTPS": "off",
    "STATIC_ROOT": str(VAR / "static"),
}
DEMO_SETTINGS = LOCAL_SETTINGS | {
    "EMAIL_URL": "consolemail://",
    "MEDIA_ROOT": str(VAR / "demo/media"),
    "STAFF_SECOND_FACTOR": "off",  # its accounts are for everybody who looks at it
}
TEST_SETTINGS = LOCAL_SETTINGS | {
    "DEBUG": "off",
    "EMAIL_URL": "memorymail://",
    "MEDIA_ROOT": str(VAR / "test/media"),  # each test has a folder of its own
    "SECRET_KEY": "only-for-tests",
    "SITE_URL": "http://testserver",
}
# Few threads, for each keeps a connection to the database. Backpressure counts open connections,
# most of which only wait; further ones queue in the system. No log of who asked for what.
SERVER = """granian --interface wsgi --host 127.0.0.1 --workers 2 --blocking-threads 4
    --backpressure 512 --workers-kill-timeout 2 --log-level warning --no-access-log"""
CHECKS = {
    "ruff check": "-m ruff check .",
    "ruff format": "-m ruff format --check .",
    "djlint": "-m djlint --lint --quiet templates",
    "import-linter": ".venv/bin/lint-imports --no-logo",
    "makemigrations": "manage.py makemigrations --check --dry-run",
    "check --deploy": "manage.py check --deploy --fail-level WARNING",
}


def demo(arguments):
    parser = argparse.ArgumentParser(prog="dev.py demo")
    parser.add_argument("--port", type=port_number, default=8000)
    port = parser.parse_args(arguments).port
    if listens(port):
        sys.exit(f"dev.py: port {port} is in use; choose another, like --port {port + 1}.")
    install("demo")
    with demo_environment(port) as env:
        collect_static(env)
        load_demo = [*MANAGE, "load_demo"]
        if migrate(env):
            run(load_demo, env=env)  # before anybody sees the site
            serve(port, env)
        else:
            serve(port, env, meanwhile=load_demo)  # it only tells the sign-ins


def test(arguments):
    install("dev")
    with test_environment() as env:
        return foreground([PYTHON, "-m", "pytest", *arguments], env=env, cwd=ROOT)


def manage(arguments):
    install("demo")
    with demo_environment() as env:
        if "migrate" in arguments and env["PGDATA"]:
            migration_stamp(env).unlink(missing_ok=True)  # it may go back, too
        return foreground([*MANAGE, *arguments], env=env)


def lint(arguments):
    install("dev")
    strict = {"HTTPS": "on", "SECRET_KEY": secrets.token_urlsafe(50)}
    with database(VAR / "test/postgres", "postgres", fast=True) as address:
        env = {**os.environ, **TEST_SETTINGS, **strict, **address}
        failed = [name for name, command in CHECKS.items() if not passes(name, command, env)]
    print(f"\nlint: {', '.join(failed)} failed" if failed else "\nlint: all passed")
    return bool(failed)


def passes(name, command, env):
    print(f"\n== {name}", flush=True)
    return foreground([PYTHON, *command.split()], env=env, cwd=ROOT) == 0


def serve(port, env, meanwhile=None):
    command = [PYTHON, "-m", *SERVER.split(), "--port", str(port), "lfnkr.wsgi:application"]
    with background(command, env=env, cwd=ROOT) as server:
        if meanwhile:
            run(meanwhile, env=env)
        with background([*MANAGE, "worker"], env=env) as worker:
            while server.poll() is None and not listens(port):
                pause(0.05)
            print(f"\nThe site: {env['SITE_URL']}/  (Ctrl-C ends it)\n", flush=True)
            name = "web server" if first_ended(server, worker) is server else "worker"
            sys.exit(f"dev.py: the {name} ended by itself, so everything stops.")


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def port_number(text):
    if int(text) not in range(1, 65536):
        raise ValueError
    return int(text)


# What the commands need: packages, static files, tables, settings, a database


def install(name):
    """Bring .venv to one of the pinned lists of packages."""
    listed = ROOT / f"requirements/{name}.txt"
    once([listed], SITE_PACKAGES / f"installed-{name}", lambda: build_environment(listed))


def build_environment(listed):
    print("Installing packages into .venv (once, about a minute) ...", flush=True)
    if not (PYTHON.exists() and any(SITE_PACKAGES.glob("pip-*/RECORD"))):
        make_venv()
    pip = "pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes"
    run([PYTHON, "-m", *pip.split(), "-r", listed])


def make_venv():
    """Make .venv anew: one that another Python made, or nobody finished, is of no use."""
    if not importlib.util.find_spec("ensurepip"):
        package = f"python3.{sys.version_info.minor}-venv"
        sys.exit(f"dev.py: Python's venv is missing; install the package {package}.")
    run([sys.executable, "-m", "venv", "--clear", VENV])


def collect_static(env):
    folders = [ROOT / "static", *(room for room in ROOT.glob("*/static") if room.parent != VAR)]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    files += [ROOT / "lfnkr/settings.py", ROOT / "requirements/production.txt"]
    command = [*MANAGE, "collectstatic", "--no-input", "--verbosity", "0"]
    once(files, VAR / "static/.collected", lambda: run(command, env=env))


def migrate(env):
    """Bring the database to this version of the code; return whether that was necessary."""
    command = [*MANAGE, "migrate", "--verbosity", "0"]
    if not env["PGDATA"]:
        return run(command, env=env) or True
    files = [ROOT / "requirements/production.txt", *ROOT.glob("*/migrations/*.py")]
    return once(files, migration_stamp(env), lambda: run(command, env=env))


def migration_stamp(env):
    return Path(env["PGDATA"]) / "migrated"


def once(files, stamp, act):
    """Act, unless it was done for just these files; return whether it was necessary."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(bytes(path.relative_to(ROOT)) + b"\0" + path.read_bytes())
    with alone():
        if stamp.exists() and stamp.read_text() == digest.hexdigest():
            return False
        act()
        stamp.write_text(digest.hexdigest())
        return True


@contextlib.contextmanager
def demo_environment(port=8000):
    settings = DEMO_SETTINGS | {"SITE_URL": f"http://127.0.0.1:{port}"}
    with database(VAR / "demo/postgres", "postgres") as address:
        yield {**os.environ, **settings, **kept_secrets(VAR / "demo/secrets.json"), **address}


@contextlib.contextmanager
def test_environment():
    """Give each of the runs that go on at the same time a number, and so a database, of its own."""
    with free_number(VAR / "test") as number:
        if number > 1 and os.environ.get("DATABASE_URL"):
            sys.exit("dev.py: another test run uses this DATABASE_URL; wait for its end.")
        with database(VAR / "test/postgres", f"lfnkr_{number}", fast=True) as address:
            yield {**os.environ, **TEST_SETTINGS, **address}


@contextlib.contextmanager
def database(folder, name, fast=False):
    """Yield the variables that lead to a private database; the caller's own one goes before."""
    if os.environ.get("DATABASE_URL"):
        yield {"PGDATA": ""}  # not ours
    else:
        with LocalPostgres(folder, SITE_PACKAGES, fast) as postgres:
            yield postgres.environment(name)


def kept_secrets(path):
    with alone():
        if not path.exists():
            made = {"SECRET_KEY": secrets.token_urlsafe(50), "DEMO_PASSWORD": secrets.token_hex(6)}
            path.parent.mkdir(exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(json.dumps(made))
        return json.loads(path.read_text())


@contextlib.contextmanager
def alone():
    """Let one process at a time prepare something."""
    with open(VAR / "lock", "w") as lock:
        while not acquired(lock):
            pause(0.2)
        yield


@contextlib.contextmanager
def free_number(folder):
    folder.mkdir(exist_ok=True)
    for number in itertools.count(1):
        with open(folder / f"run-{number}.lock", "w") as lock:
            if acquired(lock):
                yield number
                return


def main(arguments):
    commands = {command.__name__: command for command in (demo, test, manage, lint)}
    name, *rest = arguments or ["--help"]
    if name in ("-h", "--help"):
        return print(__doc__)
    if name not in commands:
        print(f"dev.py: no command {name!r}; there are {', '.join(commands)}.", file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036, whoever starts this may have an older one
        return "dev.py: Python 3.11 or newer is needed."
    hold_signals()
    try:
        VAR.mkdir(exist_ok=True)
        return commands[name](rest)
    except (OSError, RuntimeError) as error:
        return f"dev.py: {error}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
