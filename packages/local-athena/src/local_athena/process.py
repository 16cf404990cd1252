"""A child process that cannot outlive this one, not even if this one is killed with SIGKILL."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

GUARDIAN = Path(__file__).with_name("guardian.py")
POLL_SECONDS = 0.1


class GuardedProcess:
    """A running command in a session of its own, under a guardian (see guardian.py).

    The terminal's signals do not reach it. Exit codes are a shell's: 128 + n for signal n, 127 for
    a command that is not there.
    """

    def __init__(
        self,
        command: Sequence[str | os.PathLike[str]],
        *,
        grace_seconds: float,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        output: IO | None = None,
    ) -> None:
        """Start it; `output` takes stdout and stderr, which are ours by default."""
        self._channel, theirs = socket.socketpair()
        guardian = (sys.executable, "-I", "-S", GUARDIAN)
        with theirs:
            self._guardian = subprocess.Popen(
                [*guardian, str(theirs.fileno()), str(grace_seconds), *command],
                env=env,
                cwd=cwd,
                stdin=None if output is None else subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        self.pid: int | None = None
        try:
            self.pid = self._receive_pid()
        except BaseException:
            self.stop()
            raise

    def _receive_pid(self) -> int | None:
        """The command's process id, None if the guardian could not start it."""
        with self._channel.makefile() as lines:
            return int(lines.readline() or 0) or None

    def send_signal(self, signum: int) -> None:
        """Pass a signal on to the command's process group."""
        with contextlib.suppress(OSError):  # it has ended
            self._channel.sendall(bytes([signum]))

    def poll(self) -> int | None:
        """The exit code; None while the command runs."""
        return None if self._guardian.poll() is None else self.wait()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit code. Raises subprocess.TimeoutExpired."""
        # Not in one long wait, which a signal that another thread receives would not end.
        while timeout is None and self._guardian.poll() is None:
            time.sleep(POLL_SECONDS)
        code = self._guardian.wait(timeout)
        if code < 0 and self.pid:  # somebody killed the guardian: its work is ours
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
        return code if code >= 0 else 128 - code

    def stop(self) -> int:
        """End the command, at once or after the grace; return the exit code."""
        self._channel.close()
        return self.wait()
