"""The command line in processes of its own; Trino is a stand-in, the AWS endpoint is real."""

from __future__ import annotations

import ast
import os
import pty
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from local_athena import cli

from .processes import is_alive, read_pid, until, until_gone
from .stand_in import FAIL, HANG, SERVE, TAKEN, StandIn

SETTINGS = """
buckets = ["lake", "landing"]
next = ["upload it", "dbt build --target shop"]
[variables]
SHOP_DATA = "s3://lake/the shop/"
"""
LIST_BUCKETS = """
import boto3
print([bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]], flush=True)
"""
# Says that it runs, and at SIGINT what the endpoint still answers.
ANSWERED_AT_THE_END = f"""
import pathlib, signal, time
def end(*_):
    exec({LIST_BUCKETS!r})
    raise SystemExit(3)
signal.signal(signal.SIGINT, end)
pathlib.Path("running").touch()
while True:
    time.sleep(0.05)
"""

# Makes stdin the terminal that controls the processes.
CONTROLLING = (
    sys.executable,
    "-c",
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    " os.execv(sys.argv[1], sys.argv[1:])",
)


class Shell:
    """A user's shell in a folder of its own, with a stand-in for Trino."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "current"
        self.folder.mkdir()
        (self.folder / "local_athena.toml").write_text(SETTINGS)
        self.stand_in = StandIn(folder)
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.started: list[subprocess.Popen] = []

    def start(self, *arguments: str, prefix: tuple[str, ...] = (), **streams) -> subprocess.Popen:
        """Begin a command line."""
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE} | streams
        process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "local_athena", *arguments],
            cwd=self.folder,
            env=os.environ | self.stand_in.environment | {"TMPDIR": str(self.temporary)},
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **streams,
        )
        self.started.append(process)
        return process

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command line to its end."""
        process = self.start(*arguments, stdin=subprocess.PIPE)
        said, complained = process.communicate(stdin, timeout=120)
        return subprocess.CompletedProcess(arguments, process.returncode, said, complained)

    def up(self, **options) -> tuple[subprocess.Popen, dict[str, str]]:
        """Begin `up`; return it once it is ready, with the environment that its line leads to."""
        process = self.start("up", **options)
        line = process.stdout.readline()
        shown = subprocess.run(["sh", "-c", f"{line} env -0"], capture_output=True, text=True)
        return process, dict(pair.split("=", 1) for pair in shown.stdout.split("\0") if pair)

    def trino(self) -> int:
        """The process id of the stand-in."""
        return read_pid(self.stand_in.bin / "pid")

    def runs(self) -> list[Path]:
        """The folders of the runs."""
        return sorted(self.folder.glob("logs/local_athena/*/"))

    def end(self) -> None:
        for process in self.started:
            process.kill()
            process.communicate()


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    made = Shell(tmp_path)
    yield made
    made.end()


def is_served(url: str) -> bool:
    address = urlsplit(url)
    with socket.socket() as client:
        return client.connect_ex((address.hostname, address.port)) == 0


def assert_nothing_is_left(shell: Shell) -> None:
    """No process, and of the run only its logs."""
    assert not is_alive(shell.trino())
    (run,) = shell.runs()
    assert "trino.log" in {path.name for path in run.iterdir()}
    assert list(shell.temporary.iterdir()) == []


def test_exec_runs_a_command_in_the_environment(shell: Shell) -> None:
    command = f"{sys.executable} -c {shlex.quote(LIST_BUCKETS)}; env; cat; echo problem >&2; exit 7"
    options = ("--bucket", "more", "--set", "SHOP_MODE=a=b")
    # What looks like an option of ours is none behind the dashes.
    result = shell.run("exec", *options, "--", "sh", "-c", command, "--", "--logs", stdin="input\n")
    buckets, *variables, last = result.stdout.splitlines()
    assert {"lake", "landing", "more"} < set(ast.literal_eval(buckets))
    assert {"SHOP_DATA=s3://lake/the shop/", "SHOP_MODE=a=b"} < set(variables)
    assert last == "input"
    assert "problem\n" in result.stderr
    assert result.returncode == 7
    assert_nothing_is_left(shell)


def test_exec_of_a_command_that_is_not_there(shell: Shell) -> None:
    result = shell.run("exec", "--", "no-such-command")
    assert result.returncode == 127
    assert "no-such-command: No such file" in result.stderr
    assert "Traceback" not in result.stderr
    assert_nothing_is_left(shell)


def test_interrupted_exec_lets_the_command_finish_its_business(shell: Shell) -> None:
    process = shell.start("exec", "--", sys.executable, "-c", ANSWERED_AT_THE_END)
    until((shell.folder / "running").exists, "the command")
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate()
    assert "lake" in said
    assert process.returncode == 130
    assert_nothing_is_left(shell)


def test_signal_ends_the_command_of_exec_and_its_children(shell: Shell) -> None:
    process = shell.start("exec", "--", "sh", "-c", "sh -c 'echo $$ > pid; exec sleep 1000' & wait")
    child = read_pid(shell.folder / "pid")
    process.terminate()
    process.communicate()
    assert process.returncode == 143
    until_gone(child)
    assert_nothing_is_left(shell)


def test_command_on_a_terminal_has_the_terminal(shell: Shell) -> None:
    # Ctrl-C there reaches all of the foreground: what the command does with it is its own affair.
    ours, terminal = pty.openpty()
    script = "trap 'echo got; exit 4' INT; echo > running; while :; do sleep 0.05; done"
    process = shell.start("exec", "--", "sh", "-c", script, prefix=CONTROLLING, stdin=terminal)
    until((shell.folder / "running").exists, "the command")
    os.write(ours, b"\x03")
    said, _ = process.communicate()
    assert (said, process.returncode) == ("got\n", 130)
    assert_nothing_is_left(shell)


def test_exec_goes_on_without_trino_and_says_so(shell: Shell) -> None:
    script = f"kill -9 $(cat {shell.stand_in.bin}/pid); sleep 0.5; echo end; exit 5"
    result = shell.run("exec", "--", "sh", "-c", script)
    assert (result.returncode, result.stdout) == (5, "end\n")
    assert "before the command did, Trino ended with exit code 137" in result.stderr


@pytest.mark.parametrize("arguments", [["exec"], ["exec", "--"], ["up", "--", "env"], []])
def test_wrong_command_lines(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--settings", "missing.toml"], "missing.toml: No such file"),
        (["--bucket", "Upper"], "'Upper' is not a bucket name"),
        (["--set", "NAME"], "--set NAME: write NAME=VALUE"),
    ],
)
def test_wrong_settings(shell: Shell, options: list[str], message: str) -> None:
    result = shell.run("up", *options)
    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert shell.runs() == []


def test_up_names_its_environment_and_stays_until_ctrl_c(shell: Shell) -> None:
    process, variables = shell.up()
    assert variables["SHOP_DATA"] == "s3://lake/the shop/"
    assert is_served(variables["AWS_ENDPOINT_URL"])
    told = ""
    while line := "" if told.endswith("--target shop\n") else process.stderr.readline():
        told += line
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)  # the impatient user's
    said, complained = process.communicate()
    complained = told + complained
    assert process.returncode == 0
    assert said == ""
    assert str(shell.runs()[0]) in complained
    assert "Ctrl-C stops it" in complained
    assert "Then, for example:\nupload it\ndbt build --target shop\n" in complained
    assert "Traceback" not in complained
    assert not is_served(variables["AWS_ENDPOINT_URL"])
    assert_nothing_is_left(shell)


def test_hangup_ends_up_as_well(shell: Shell) -> None:
    process, _ = shell.up()
    process.send_signal(signal.SIGHUP)
    process.communicate()
    assert process.returncode == 0
    assert_nothing_is_left(shell)


def test_up_may_run_in_the_background(shell: Shell) -> None:
    # A shell has its background commands ignore SIGINT, and nohup SIGHUP.
    process, variables = shell.up(prefix=("sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"))
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    assert is_served(variables["AWS_ENDPOINT_URL"])
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 0


def test_killed_up_takes_trino_along(shell: Shell) -> None:
    process, _ = shell.up()
    process.kill()
    until_gone(shell.trino())


def test_logs_of_the_newest_runs_stay(shell: Shell) -> None:
    other = shell.folder / "logs/local_athena/0-of-the-user"
    other.mkdir(parents=True)
    for number in range(7):
        old = shell.folder / f"logs/local_athena/2020010{number}-000000-x"
        old.mkdir()
        (old / "requests.jsonl").touch()
    shell.run("exec", "--", "true")
    *old, new = [run.name for run in shell.runs()]
    assert old == ["0-of-the-user", *(f"2020010{number}-000000-x" for number in (3, 4, 5, 6))]
    assert new > "2026"


def test_up_ends_with_trino_and_says_so(shell: Shell) -> None:
    process, variables = shell.up()
    os.kill(shell.trino(), signal.SIGKILL)
    _, complained = process.communicate()
    assert process.returncode == 1
    assert "Trino ended with exit code 137" in complained
    assert "trino.log" in complained
    assert not is_served(variables["AWS_ENDPOINT_URL"])


def test_start_that_fails_says_why_and_leaves_nothing(shell: Shell) -> None:
    shell.stand_in.will(FAIL)
    result = shell.run("up")
    assert result.returncode == 1
    assert result.stdout == ""
    assert "Trino ended with exit code 100" in result.stderr
    assert "The reason is invented" in result.stderr
    assert str(shell.runs()[0] / "trino.log") in result.stderr
    assert "Server.java" not in result.stderr
    assert "nothing of interest" not in result.stderr
    assert "Traceback" not in result.stderr
    assert_nothing_is_left(shell)


def test_port_that_is_taken_meanwhile_is_replaced(shell: Shell) -> None:
    shell.stand_in.will(TAKEN, TAKEN, SERVE)
    result = shell.run("exec", "--", "true")
    assert result.returncode == 0, result.stderr
    assert "error" not in result.stderr


def test_port_that_is_always_taken_is_named(shell: Shell) -> None:
    shell.stand_in.will(TAKEN)
    result = shell.run("up")
    assert result.returncode == 1
    port = shell.stand_in.last_start()["environment"]["LOCAL_ATHENA_TRINO_PORT"]
    assert f"Another process took Trino's port {port}" in result.stderr


def test_interrupted_start_leaves_nothing(shell: Shell) -> None:
    shell.stand_in.will(HANG)
    process = shell.start("up")
    shell.trino()
    process.send_signal(signal.SIGINT)
    said, complained = process.communicate()
    assert process.returncode == 130
    assert said == ""
    assert "Traceback" not in complained
    assert_nothing_is_left(shell)


def test_signal_does_not_disturb_the_stopping(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def interrupted_while_it_stops(*_: object) -> Iterator[SimpleNamespace]:
        trino = SimpleNamespace(check_alive=lambda: None)
        yield SimpleNamespace(environment=dict, trino=trino)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(cli, "LocalAthena", interrupted_while_it_stops)
    assert cli.main(["exec", "--", "true"]) == 0


def test_logs_may_lie_elsewhere(shell: Shell, tmp_path: Path) -> None:
    shell.run("exec", "--logs", str(tmp_path / "elsewhere"), "--", "true")
    assert shell.runs() == []
    assert len(list(tmp_path.glob("elsewhere/*/trino.log"))) == 1


def test_download_prints_where_trino_is(shell: Shell) -> None:
    result = shell.run("download")
    assert result.returncode == 0
    assert result.stdout == f"{shell.stand_in.trino_home}\n"
