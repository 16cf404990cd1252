"""A guarded process: its exit codes, its signals, and that it ends, whoever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from local_athena.process import GuardedProcess
from local_athena.signals import Interrupted, interruptible
from processes import is_alive, read_pid, until, until_gone

SCRIPTS = Path(__file__).parents[3] / "scripts"
SLEEP = ["sleep", "1000"]
# A command that says in `ready` who it is, and in `got` what it got before it ended.
POLITE = "trap 'echo TERM > got; exit 3' TERM; echo $$ > ready; while :; do sleep 0.05; done"
STUBBORN = "trap '' TERM; echo $$ > ready; while :; do sleep 0.05; done"
# A parent that starts a guarded sleeper and waits for its own end.
PARENT = """
import sys
from local_athena.process import GuardedProcess
process = GuardedProcess(["sh", "-c", sys.argv[1]], grace_seconds=0.2)
print(process.pid, process._guardian.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator:
    """Starts guarded shell scripts in the test's folder; none survives the test."""
    started = []

    def start_script(script: str, grace_seconds: float = 20) -> GuardedProcess:
        command = ["sh", "-c", script]
        process = GuardedProcess(command, grace_seconds=grace_seconds, cwd=tmp_path)
        started.append(process)
        return process

    yield start_script
    for process in started:
        process.send_signal(signal.SIGKILL)
        process.stop()


class Parent:
    """A process of its own with a guarded script below it."""

    def __init__(self, script: str, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PARENT, script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(SCRIPTS)},
            start_new_session=True,
        )
        self.child, self.guardian = map(int, self.process.stdout.readline().split())

    def end(self) -> None:
        for pid in (self.process.pid, self.guardian, self.child):
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)
        self.process.communicate()


@pytest.fixture
def parent_of(tmp_path: Path) -> Iterator:
    """Starts a parent of a guarded shell script."""
    started = []

    def start_parent(script: str) -> Parent:
        started.append(Parent(script, tmp_path))
        return started[-1]

    yield start_parent
    for parent in started:
        parent.end()


@pytest.mark.parametrize(
    ("script", "code"), [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill $$", 143)]
)
def test_exit_code_is_a_shells(start, script: str, code: int) -> None:
    process = start(script)
    assert process.wait() == code
    assert process.poll() == code
    assert process.stop() == code


@pytest.mark.parametrize(("mode", "code"), [(None, 127), (0o644, 126)])
def test_command_that_cannot_be_started(tmp_path: Path, capfd, mode: int | None, code: int) -> None:
    command = tmp_path / "command"
    if mode:
        command.touch(mode)
    process = GuardedProcess([command], grace_seconds=1)
    assert process.wait() == code
    assert process.pid is None
    assert str(command) in capfd.readouterr().err


def test_streams_folder_and_environment_are_those_given(tmp_path: Path) -> None:
    with (tmp_path / "said").open("wb") as output:
        command = ["sh", "-c", 'echo "$NAME $PWD"; cat; echo problem >&2']
        environment = os.environ | {"NAME": "value"}
        GuardedProcess(
            command, grace_seconds=1, env=environment, cwd=tmp_path, output=output
        ).wait()
    assert (tmp_path / "said").read_text() == f"value {tmp_path}\nproblem\n"


def test_runs_until_it_is_stopped(start) -> None:
    process = start("sleep 1000")
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.05)
    assert process.stop() == 143
    assert not is_alive(process.pid)


def test_stop_is_polite_first(start, tmp_path: Path) -> None:
    process = start(POLITE)
    read_pid(tmp_path / "ready")
    assert process.stop() == 3
    assert (tmp_path / "got").read_text() == "TERM\n"


def test_stop_ends_a_stubborn_command(start, tmp_path: Path) -> None:
    process = start(STUBBORN, grace_seconds=0.2)
    read_pid(tmp_path / "ready")
    assert process.stop() == 137


def test_stop_ends_the_children_of_the_command(start, tmp_path: Path) -> None:
    process = start("sh -c 'echo $$ > child; exec sleep 1000' & wait")
    child = read_pid(tmp_path / "child")
    process.stop()
    assert not is_alive(child)


def test_children_end_with_a_command_that_ends(start, tmp_path: Path) -> None:
    process = start("sh -c 'echo $$ > child; exec sleep 1000' & until [ -s child ]; do :; done")
    assert process.wait() == 0
    assert not is_alive(read_pid(tmp_path / "child"))


def test_a_signal_is_passed_on(start, tmp_path: Path) -> None:
    process = start("trap 'exit 5' USR1; echo $$ > ready; while :; do sleep 0.05; done")
    read_pid(tmp_path / "ready")
    process.send_signal(signal.SIGUSR1)
    assert process.wait() == 5
    process.send_signal(signal.SIGUSR1)  # nobody is left to get it, which is no error


def test_signal_that_another_thread_receives_ends_the_waiting(start) -> None:
    # The kernel chooses the thread; the handler runs in the main one.
    process = start("sleep 5")

    def receive() -> None:
        time.sleep(0.5)  # until the main thread waits
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)

    threading.Thread(target=receive).start()
    with pytest.raises(Interrupted), interruptible():
        process.wait()
    assert process.poll() is None


def test_ctrl_c_of_our_terminal_does_not_reach_it(parent_of) -> None:
    parent = parent_of("exec sleep 1000")
    assert os.getsid(parent.child) != os.getsid(parent.process.pid)
    assert os.getsid(parent.guardian) != os.getsid(parent.process.pid)


def test_ends_when_its_parent_ends(parent_of) -> None:
    parent = parent_of("exec sleep 1000")
    parent.process.communicate()
    until_gone(parent.child, parent.guardian)


def test_ends_when_its_parent_is_killed(parent_of) -> None:
    parent = parent_of("exec sleep 1000")
    assert is_alive(parent.child)
    parent.process.kill()
    until_gone(parent.child, parent.guardian)


def test_stubborn_command_ends_when_its_parent_is_killed(parent_of, tmp_path: Path) -> None:
    parent = parent_of(STUBBORN)
    read_pid(tmp_path / "ready")
    parent.process.kill()
    until_gone(parent.child, parent.guardian)


def test_other_processes_of_the_parent_do_not_keep_it_alive(start, parent_of) -> None:
    # A process that is started next must not inherit the channel.
    first = start("sleep 1000")
    start("sleep 1000")
    first._channel.close()
    until(lambda: first.poll() is not None, "end of the first process")


def test_ends_when_its_guardian_is_asked_to_end(parent_of) -> None:
    parent = parent_of("exec sleep 1000")
    os.kill(parent.guardian, signal.SIGTERM)
    until_gone(parent.child, parent.guardian)
    assert is_alive(parent.process.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_ends_when_its_guardian_is_killed(parent_of) -> None:
    parent = parent_of("exec sleep 1000")
    os.kill(parent.guardian, signal.SIGKILL)
    until_gone(parent.child)
    assert is_alive(parent.process.pid)


def test_children_of_the_command_end_when_its_guardian_is_killed(start, tmp_path: Path) -> None:
    process = start("sh -c 'echo $$ > child; exec sleep 1000' & wait")
    child = read_pid(tmp_path / "child")
    os.kill(process._guardian.pid, signal.SIGKILL)
    assert process.wait() == 137
    until_gone(child)


def test_interrupted_start_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    def interrupt(process: GuardedProcess) -> None:
        started.append(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(GuardedProcess, "_receive_pid", interrupt)
    with pytest.raises(KeyboardInterrupt):
        GuardedProcess(SLEEP, grace_seconds=20)
    assert started[0]._guardian.returncode == 143
