"""Child processes of dev.py: whatever ends us, nothing of them is left behind.

Our signals stay blocked and wait to be fetched. So none arrives between two lines, where a child
would be forgotten, and none disturbs the clearing up. Standard library only; runs on Linux.
"""

import contextlib
import os
import signal
import subprocess
import sys

ENDINGS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
    ENDINGS.remove(signal.SIGHUP)  # started by nohup
SIGNALS = ENDINGS | {signal.SIGCHLD}


def hold_signals():
    """Do this first: from now on signals wait until somebody pauses."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def pause(seconds):
    """Wait until a child ends, at most so long; leave when we were told to."""
    received = signal.sigtimedwait(SIGNALS, seconds)
    if received and received.si_signo in ENDINGS:
        raise SystemExit(128 + received.si_signo)


def first_ended(*children):
    while True:
        for child in children:
            if child.poll() is not None:
                return child
        pause(3600)


@contextlib.contextmanager
def background(command, **options):
    """Run a command in a process group of its own; nothing of it outlives the block."""
    child = _start(command, stdin=subprocess.DEVNULL, process_group=0, **options)
    try:
        yield child
    finally:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def run(command, **options):
    """Run a command to its end, in the background; leave when it fails."""
    with background(command, **options) as child:
        first_ended(child)
    if child.returncode:
        sys.exit("dev.py: this step failed; the lines above say why.")


def foreground(command, **options):
    """Run a command on this terminal, and return its status."""
    child = _start(command, **options)
    while child.poll() is None:
        received = signal.sigwaitinfo(SIGNALS)
        if received.si_code <= 0:  # sent to us alone; what the terminal sends, the child has got
            child.send_signal(received.si_signo)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _start(command, **options):
    def unblock():
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    return subprocess.Popen(command, preexec_fn=unblock, **options)
