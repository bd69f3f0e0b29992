"""dev.py: its commands start without anything installed, and leave nothing behind."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a-password-nobody-may-see"
# In the place of Django: says what it got, and does what files in its folder tell it to do.
MANAGE = """
import os, sys, time
from pathlib import Path
print("manage.py", *sys.argv[1:], "in", os.getcwd(), flush=True)
wish = Path(__file__).with_name(sys.argv[1])
if sys.argv[1] == "worker" or wish.exists():
    time.sleep(60 if not wish.exists() or wish.read_text() == "slow" else 0)
    sys.exit(3)
if sys.argv[1] == "echo":
    print(sys.stdin.read())
    sys.exit(7)
"""
# In the place of granian: a server with a process of its own for each worker.
GRANIAN = """
import os, socket, sys, time
listening = socket.create_server(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])))
os.fork()
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def own_lock(tmp_path, monkeypatch):
    """Wait for no other dev.py, and keep none waiting."""
    monkeypatch.setattr(dev, "VAR", tmp_path)


@pytest.fixture
def project(tmp_path):
    """Make a project as dev.py sees it, where everything is installed and nothing does much."""
    project = tmp_path / "a project"
    (project / "lfnkr").mkdir(parents=True)
    (project / "var/static").mkdir(parents=True)
    for name in "dev.py", "lfnkr/local_postgres.py", "lfnkr/processes.py":
        shutil.copy(ROOT / name, project / name)
    shutil.copytree(ROOT / "requirements", project / "requirements")
    (project / "lfnkr/settings.py").touch()
    (project / "manage.py").write_text(MANAGE)
    (project / "granian.py").write_text(GRANIAN)
    site_packages = project / dev.SITE_PACKAGES.relative_to(dev.ROOT)
    site_packages.mkdir(parents=True)
    (project / ".venv/bin").mkdir()
    (project / ".venv/bin/python").symlink_to(sys.executable)
    for name in "demo", "dev":
        listed = [ROOT / f"requirements/{name}.txt"]
        dev.once(listed, site_packages / f"installed-{name}", lambda: None)
    return project


def start(project, *arguments, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True} | options
    env = os.environ | {"DATABASE_URL": f"postgres://someone:{SECRET}@127.0.0.1:1/nothing"}
    return subprocess.Popen(
        [sys.executable, project / "dev.py", *arguments], env=env, start_new_session=True, **options
    )


def output_of(project, *arguments, **options):
    process = start(project, *arguments, **options)
    return process.communicate(timeout=30)[0], process.returncode


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return str(probe.getsockname()[1])


def read_until(process, text):
    for line in process.stdout:
        if text in line:
            return
    pytest.fail(f"The demo never said {text!r}.")


def processes_of(project):
    """Return the command lines that name the project's folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has just ended
            found.append(path.read_bytes())
    return [command for command in found if bytes(project) in command]


def test_without_a_command_it_explains_all_of_them(project):
    for arguments in [], ["--help"]:
        output, status = output_of(project, *arguments)
        assert [name in output for name in ("demo", "test", "manage", "lint")] == [True] * 4
        assert status == 0


def test_an_unknown_command_is_refused_in_one_sentence(project):
    assert output_of(project, "demmo") == (
        "dev.py: no command 'demmo'; there are demo, test, manage, lint.\n",
        2,
    )


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_an_impossible_port_is_refused(project, port):
    output, status = output_of(project, "demo", "--port", port)
    assert f"'{port}'" in output
    assert "Traceback" not in output
    assert status == 2


def test_a_port_in_use_is_named_in_one_sentence(project):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        output, status = output_of(project, "demo", "--port", str(port))
    assert output == f"dev.py: port {port} is in use; choose another, like --port {port + 1}.\n"
    assert status == 1


def test_where_venv_is_missing_the_package_is_named(monkeypatch):
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=rf"python3\.{sys.version_info.minor}-venv"):
        dev.make_venv()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_no_process_of_the_demo_outlives_a_signal(project, signum):
    demo = start(project, "demo", "--port", free_port())
    read_until(demo, "The site:")
    started = time.monotonic()  # the child of the server may take a moment
    while len(processes_of(project)) < 4 and time.monotonic() - started < 20:
        time.sleep(0.1)
    assert len(processes_of(project)) == 4  # dev.py, the server and its child, the worker
    demo.send_signal(signum)
    demo.communicate(timeout=30)
    assert demo.returncode == 128 + signum
    assert processes_of(project) == []


@pytest.mark.parametrize("step", ["collectstatic", "migrate", "load_demo"])
def test_a_signal_during_the_start_ends_the_step_that_runs(project, step):
    (project / step).write_text("slow")
    demo = start(project, "demo", "--port", free_port())
    read_until(demo, f"manage.py {step}")
    demo.terminate()
    demo.communicate(timeout=30)
    assert demo.returncode == 128 + signal.SIGTERM
    assert processes_of(project) == []


def test_when_the_worker_dies_everything_stops_and_says_so(project):
    (project / "worker").write_text("now")
    output, status = output_of(project, "demo", "--port", free_port())
    assert "dev.py: the worker ended by itself, so everything stops." in output
    assert status == 1
    assert processes_of(project) == []


def test_when_the_web_server_dies_everything_stops_and_says_so(project):
    (project / "granian.py").write_text("")
    output, status = output_of(project, "demo", "--port", free_port())
    assert "dev.py: the web server ended by itself, so everything stops." in output
    assert status == 1
    assert processes_of(project) == []


def test_a_failing_step_ends_the_demo_and_no_password_is_printed(project):
    (project / "migrate").write_text("now")
    output, status = output_of(project, "demo", "--port", free_port())
    assert "this step failed" in output
    assert SECRET not in output
    assert status == 1


def test_manage_passes_on_arguments_folder_input_and_status(project, tmp_path):
    (tmp_path / "hello.txt").write_text("hello")
    with open(tmp_path / "hello.txt") as hello:
        output, status = output_of(project, "manage", "echo", "--all", cwd=tmp_path, stdin=hello)
    assert output == f"manage.py echo --all in {tmp_path}\nhello\n"
    assert status == 7


def test_with_a_database_url_no_private_server_is_started(project):
    output_of(project, "manage", "check")
    assert not (project / "var/demo/postgres").exists()


def test_the_secrets_of_the_demo_are_kept_and_closed_to_others(project):
    path = project / "var/demo/secrets.json"
    output_of(project, "manage", "check")
    made = path.read_text()
    output_of(project, "manage", "check")
    assert path.read_text() == made
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_act_is_done_once_and_again_when_a_file_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    file, done = tmp_path / "file", []

    def act():
        return dev.once([file], tmp_path / "stamp", lambda: done.append(file.read_text()))

    file.write_text("one")
    assert [act(), act()] == [True, False]
    file.write_text("two")
    assert [act(), act()] == [True, False]
    assert done == ["one", "two"]


def test_an_act_that_failed_is_tried_again(tmp_path):
    def fail():
        raise RuntimeError

    for _ in range(2):
        with pytest.raises(RuntimeError):
            dev.once([ROOT / "dev.py"], tmp_path / "stamp", fail)


def test_test_runs_at_the_same_time_get_numbers_of_their_own(tmp_path):
    with dev.free_number(tmp_path) as first, dev.free_number(tmp_path) as second:
        assert (first, second) == (1, 2)
    with dev.free_number(tmp_path) as third:
        assert third == 1
