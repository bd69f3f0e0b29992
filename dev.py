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
import signal
import socket
import subprocess
import sys
from pathlib import Path

from lfnkr.local_postgres import LocalPostgres, acquired

ROOT = Path(__file__).resolve().parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
SITE_PACKAGES = VENV / f"lib/python3.{sys.version_info.minor}/site-packages"
MANAGE = [PYTHON, ROOT / "manage.py"]


def demo(arguments):
    parser = argparse.ArgumentParser(prog="dev.py demo")
    parser.add_argument("--port", type=port_number, default=8000)
    port = parser.parse_args(arguments).port
    if listens(port):
        sys.exit(f"dev.py: port {port} is in use; choose another, like --port {port + 1}.")
    install("demo")
    with demo_environment(port) as env:
        collect_static(env)
        run([PYTHON, "-c", PREPARE_DATABASE], env)
        serve(port, env)


def port_number(text):
    if int(text) not in range(1, 65536):
        raise ValueError
    return int(text)


def test(arguments):
    install("dev")
    with test_environment() as env:
        return foreground([PYTHON, "-m", "pytest", *arguments], env, cwd=ROOT)


def manage(arguments):
    install("demo")
    with demo_environment() as env:
        return foreground([*MANAGE, *arguments], env)


def lint(arguments):
    install("dev")
    with test_environment() as env:
        env |= {"HTTPS": "on", "SECRET_KEY": secrets.token_urlsafe(50)}
        failed = [name for name, command in CHECKS.items() if not passes(name, command, env)]
    print(f"\nlint: {', '.join(failed)} failed" if failed else "\nlint: all passed")
    return bool(failed)


CHECKS = {
    "ruff check": "-m ruff check .",
    "ruff format": "-m ruff format --check .",
    "djlint": "-m djlint --lint --quiet templates",
    "import-linter": ".venv/bin/lint-imports",
    "makemigrations": "manage.py makemigrations --check --dry-run",
    "check --deploy": "manage.py check --deploy --fail-level WARNING",
}


def passes(name, command, env):
    print(f"\n== {name}", flush=True)
    return foreground([PYTHON, *command.split()], env, cwd=ROOT) == 0


# The site: database, web server, worker

# Both commands in one process: Django's own start is what takes the time.
PREPARE_DATABASE = """
import os
from django.core.management import execute_from_command_line
os.environ["DJANGO_SETTINGS_MODULE"] = "lfnkr.settings"
execute_from_command_line(["manage.py", "migrate", "--verbosity", "0"])
execute_from_command_line(["manage.py", "load_demo"])
"""
# Few threads, for each keeps a connection to the database. Backpressure counts open connections,
# most of which only wait; further ones queue in the system. No log of who asked for what.
SERVER = """granian --interface wsgi --host 127.0.0.1 --workers 2 --blocking-threads 4
    --backpressure 512 --workers-kill-timeout 2 --log-level warning --no-access-log"""


def serve(port, env):
    command = [PYTHON, "-m", *SERVER.split(), "--port", str(port), "lfnkr.wsgi:application"]
    with background(command, env) as server, background([*MANAGE, "worker"], env) as worker:
        while server.poll() is None and not listens(port):
            pause(0.05)
        print(f"\nThe site: {env['SITE_URL']}/  (Ctrl-C ends it)\n", flush=True)
        name = "web server" if first_ended(server, worker) is server else "worker"
        sys.exit(f"dev.py: the {name} ended by itself, so everything stops.")


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# What the commands need: packages, settings, a database, static files


def install(name):
    """Bring .venv to one of the pinned lists of packages; nothing to do when it is there."""
    wanted = ROOT / f"requirements/{name}.txt"
    stamp = VENV / f".{name}-installed"
    with alone("install"):
        usable = PYTHON.exists() and SITE_PACKAGES.exists()
        if usable and says(stamp, wanted.read_text()):
            return
        if not importlib.util.find_spec("ensurepip"):
            package = f"python3.{sys.version_info.minor}-venv"
            sys.exit(f"dev.py: Python's venv is missing; install the package {package}.")
        print("Installing packages into .venv (once, about a minute) ...", flush=True)
        run([sys.executable, "-m", "venv", *([] if usable else ["--clear"]), VENV])
        pip = "pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes"
        run([PYTHON, "-m", *pip.split(), "-r", wanted])
        stamp.write_text(wanted.read_text())


LOCAL_SETTINGS = {
    "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
    "DEFAULT_FROM_EMAIL": "office@example.org",
    "HTTPS": "off",
    "STATIC_ROOT": str(VAR / "static"),
}


@contextlib.contextmanager
def demo_environment(port=8000):
    settings = LOCAL_SETTINGS | {
        "SITE_URL": f"http://127.0.0.1:{port}",
        "EMAIL_URL": "consolemail://",
        "MEDIA_ROOT": str(VAR / "demo/media"),
    }
    with database(VAR / "demo/postgres", "postgres") as address:
        yield {**os.environ, **settings, **kept_secrets(VAR / "demo/secrets.json"), **address}


@contextlib.contextmanager
def test_environment():
    """Give each of the runs that go on at the same time a number, and so a database, of its own."""
    with free_number(VAR / "test") as number:
        if number > 1 and os.environ.get("DATABASE_URL"):
            sys.exit("dev.py: another test run uses this DATABASE_URL; wait for its end.")
        settings = LOCAL_SETTINGS | {
            "SITE_URL": "http://testserver",
            "EMAIL_URL": "memorymail://",
            "MEDIA_ROOT": str(VAR / f"test/media-{number}"),
            "SECRET_KEY": "only-for-tests",
            "DEBUG": "off",
        }
        with database(VAR / "test/postgres", f"lfnkr_{number}", fast=True) as address:
            yield {**os.environ, **settings, **address}


@contextlib.contextmanager
def database(folder, name, fast=False):
    """Yield the variables that lead to the private database; none when the caller set his own."""
    if os.environ.get("DATABASE_URL"):
        yield {}
    else:
        with LocalPostgres(folder, SITE_PACKAGES, fast) as postgres:
            yield postgres.environment(name)


def kept_secrets(path):
    with alone("secrets"):
        if not path.exists():
            made = {"SECRET_KEY": secrets.token_urlsafe(50), "DEMO_PASSWORD": secrets.token_hex(6)}
            path.parent.mkdir(exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(json.dumps(made))
        return json.loads(path.read_text())


def collect_static(env):
    """Hash and compress the static files, if one of them or what makes them has changed."""
    made_by = [ROOT / "lfnkr/settings.py", ROOT / "requirements/production.txt"]
    folders = [ROOT / "static", *(room for room in ROOT.glob("*/static") if room.parent != VAR)]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in made_by + files:
        digest.update(bytes(path.relative_to(ROOT)) + path.read_bytes())
    stamp = VAR / "static.stamp"
    with alone("static"):
        if not (says(stamp, digest.hexdigest()) and (VAR / "static/staticfiles.json").exists()):
            run([*MANAGE, "collectstatic", "--no-input", "--verbosity", "0"], env)
            stamp.write_text(digest.hexdigest())


def says(stamp, text):
    return stamp.exists() and stamp.read_text() == text


@contextlib.contextmanager
def alone(task):
    """Let one process at a time do a task."""
    with open(VAR / f"{task}.lock", "w") as lock:
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


# Processes. Our signals stay blocked and wait to be fetched: so none arrives between two lines
# and leaves a child behind, and none disturbs the clearing up.

ENDINGS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
    ENDINGS.remove(signal.SIGHUP)  # started by nohup
SIGNALS = ENDINGS | {signal.SIGCHLD}


def pause(seconds):
    """Wait until a child ends, at most so long; leave when somebody asked us to."""
    received = signal.sigtimedwait(SIGNALS, seconds)
    if received and received.si_signo in ENDINGS:
        raise SystemExit(128 + received.si_signo)


def first_ended(*children):
    while True:
        for child in children:
            if child.poll() is not None:
                return child
        pause(3600)


def start(command, **options):
    def unblock():
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    return subprocess.Popen(command, preexec_fn=unblock, **options)


@contextlib.contextmanager
def background(command, env):
    """Run a command in a process group of its own; nothing of it outlives the block."""
    child = start(command, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, process_group=0)
    try:
        yield child
    finally:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def run(command, env=None):
    with background(command, env) as child:
        first_ended(child)
    if child.returncode:
        sys.exit("dev.py: this step failed; the lines above say why.")


def foreground(command, env, cwd=None):
    """Run a command on this terminal, and return its status."""
    child = start(command, env=env, cwd=cwd)
    while child.poll() is None:
        received = signal.sigwaitinfo(SIGNALS)
        if received.si_code <= 0:  # sent to us alone; what the terminal sends, the child has got
            child.send_signal(received.si_signo)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def main(arguments):
    commands = {command.__name__: command for command in (demo, test, manage, lint)}
    name, *rest = arguments or ["--help"]
    if name in ("-h", "--help"):
        return print(__doc__)
    if name not in commands:
        print(f"dev.py: no command {name!r}; there are {', '.join(commands)}.", file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):
        return "dev.py: Python 3.11 or newer is needed."
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        VAR.mkdir(exist_ok=True)
        return commands[name](rest)
    except (OSError, RuntimeError) as error:
        return f"dev.py: {error}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
