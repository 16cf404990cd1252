"""Runs a command in a session of its own and ends it once nobody is left who wants it.

    guardian.py CHANNEL GRACE_SECONDS COMMAND...

CHANNEL is one end of a socket; only the process that wants the command holds the other end. The
guardian writes the command's process id to it, and passes on every signal whose number it reads.
The end of the socket is the order to stop: it comes when the other process closes it and also,
from the kernel, when that process is killed. So does SIGTERM. Stopping is SIGTERM for the
command's process group and, after the grace, SIGKILL. The exit code is the command's, 128 + n if
signal n ended it, 127 or 126 if there is no such command or it cannot be run.
"""

import contextlib
import ctypes
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
STOPPING = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


def main(arguments: Sequence[str]) -> int:
    """Run the command to its end, or to ours."""
    channel, grace_seconds, *command = arguments
    woken = wake_on_signals()
    try:
        child = start(command)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        return 127 if isinstance(error, FileNotFoundError) else 126
    try:
        watch(child, socket.socket(fileno=int(channel)), woken)
    finally:
        end_group(child, float(grace_seconds))
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def wake_on_signals() -> socket.socket:
    """Return a socket from which the number of each signal can be read that comes."""
    woken, waker = socket.socketpair()
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.detach())
    for signum in (signal.SIGCHLD, *STOPPING):
        signal.signal(signum, lambda *_: None)
    return woken


def start(command: Sequence[str]) -> subprocess.Popen:
    """Start the command; on Linux the kernel kills it should the guardian be killed."""
    libc = ctypes.CDLL(None)
    linux = sys.platform == "linux"
    return subprocess.Popen(
        command,
        start_new_session=True,
        preexec_fn=lambda: linux and libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL),
    )


def watch(child: subprocess.Popen, channel: socket.socket, woken: socket.socket) -> None:
    """Return when the command has ended or is to be stopped."""
    sources = select.poll()
    for source in (channel, woken):
        sources.register(source, select.POLLIN)
    with contextlib.suppress(ConnectionError):  # nobody is left at the other end
        channel.sendall(b"%d\n" % child.pid)
        while child.poll() is None:
            ready = [descriptor for descriptor, _ in sources.poll()]
            if woken.fileno() in ready and STOPPING.intersection(woken.recv(64)):
                return
            if channel.fileno() in ready:
                order = channel.recv(1)
                if not order:
                    return
                signal_group(child.pid, order[0])


def end_group(child: subprocess.Popen, grace_seconds: float) -> None:
    """End whoever is left of the command's process group: first politely."""
    deadline = time.monotonic() + grace_seconds
    alive = signal_group(child.pid, signal.SIGTERM)
    while alive and time.monotonic() < deadline:
        time.sleep(0.02)
        child.poll()  # a zombie still counts as one of the group
        alive = signal_group(child.pid, 0)
    signal_group(child.pid, signal.SIGKILL)
    child.wait()


def signal_group(group: int, signum: int) -> bool:
    """Send a signal to a process group; return whether anybody is there to get it."""
    try:
        os.killpg(group, signum)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
