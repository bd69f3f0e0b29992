"""The private PostgreSQL of the demo and the tests: who starts it, who stops it, what survives."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import psycopg
import pytest

from lfnkr.local_postgres import LocalPostgres

SITE_PACKAGES = sysconfig.get_path("purelib")
LIVES_ON = """
import sys, time
from lfnkr.local_postgres import LocalPostgres
with LocalPostgres(sys.argv[1], sys.argv[2], fast=True):
    print("in", flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def folder():
    """Give all tests one server's folder: with spaces, and too long for a socket's path."""
    # Not below pytest's own folder: that is closed, and a server of root's runs as nobody.
    top = Path(tempfile.mkdtemp(prefix="lfnkr test ", dir="/var/tmp"))
    top.chmod(0o755)
    yield top / ("long " * 20)
    shutil.rmtree(top)


@pytest.fixture
def postgres(folder):
    return LocalPostgres(folder, SITE_PACKAGES, fast=True)


def says_yes(address):
    with psycopg.connect(host=address["PGHOST"], user="postgres", port=5432) as connection:
        return connection.execute("select 'yes'").fetchone()[0] == "yes"


def kill(postgres):
    """Kill the server as a power cut would, and wait until the last of its processes is gone."""
    pid, *_, socket = (postgres.data / "postmaster.pid").read_text().splitlines()[:5]
    os.kill(int(pid), signal.SIGKILL)
    with open(postgres.folder / "server.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
    shutil.rmtree(socket)


def test_it_answers_inside_and_is_gone_after(postgres):
    with postgres:
        address = postgres.environment("postgres")
        assert says_yes(address)
    with pytest.raises(psycopg.OperationalError):
        says_yes(address)
    assert not Path(address["PGHOST"]).exists()


def test_who_comes_second_joins_and_the_last_one_out_stops_it(postgres, folder):
    second = LocalPostgres(folder, SITE_PACKAGES, fast=True)
    with second:
        with postgres:
            address = postgres.environment("postgres")
            assert second.environment("postgres") == address
        assert says_yes(address)
    with pytest.raises(psycopg.OperationalError):
        says_yes(address)


def test_a_user_who_was_killed_does_not_keep_it_running(postgres, folder):
    command = [sys.executable, "-c", LIVES_ON, folder, SITE_PACKAGES]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as killed:
        assert killed.stdout.readline() == b"in\n"
        killed.kill()
    with postgres:
        address = postgres.environment("postgres")
        assert says_yes(address)
    with pytest.raises(psycopg.OperationalError):
        says_yes(address)


def test_a_server_that_was_killed_is_started_anew_with_all_it_knew(folder):
    with LocalPostgres(folder, SITE_PACKAGES) as postgres:
        socket = postgres.environment("postgres")["PGHOST"]
        with psycopg.connect(host=socket, user="postgres", port=5432) as connection:
            connection.execute("create table if not exists kept ()")
        kill(postgres)
        with LocalPostgres(folder, SITE_PACKAGES) as second:
            socket = second.environment("postgres")["PGHOST"]
            with psycopg.connect(host=socket, user="postgres", port=5432) as connection:
                assert connection.execute("select * from kept").fetchall() == []


@pytest.fixture
def stranger(postgres):
    """Start a process that the server's own user may stop."""
    with subprocess.Popen(["sleep", "60"], **postgres.run_as) as process:
        yield process
        process.kill()


def test_a_pid_file_left_by_a_crash_may_name_somebody_else(postgres, stranger):
    with postgres:
        left = (postgres.data / "postmaster.pid").read_text()
    stale = left.replace(left.split()[0], str(stranger.pid), 1)
    (postgres.data / "postmaster.pid").write_text(stale)
    with postgres:
        assert says_yes(postgres.environment("postgres"))


def test_who_leaves_after_a_crash_stops_nobody_else(postgres, stranger):
    with postgres:
        kill(postgres)
        (postgres.data / "postmaster.pid").write_text(f"{stranger.pid}\n\n\n\n/tmp/gone\n")
    assert stranger.poll() is None


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root has to run PostgreSQL as somebody else.")
def test_root_serves_from_a_closed_folder_and_leaves_it_closed(tmp_path):
    tmp_path.chmod(0o700)
    postgres = LocalPostgres(tmp_path / "postgres", SITE_PACKAGES, fast=True)
    try:
        with postgres:
            assert says_yes(postgres.environment("postgres"))
        assert tmp_path.stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree(postgres.folder.parent)


def test_a_start_that_fails_names_the_log(postgres):
    with postgres:
        pass
    version = postgres.data / "PG_VERSION"
    kept = version.read_text()
    version.write_text("9\n")
    try:
        with pytest.raises(RuntimeError, match="does not start; .*server.log says why"), postgres:
            pass
    finally:
        version.write_text(kept)
