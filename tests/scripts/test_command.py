"""scripts/stedi/command.py: what ends a script, and what an argument may be."""

from __future__ import annotations

import argparse
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from stedi import command

LIBRARY = re.compile(r"^(?:import|from) (duckdb|yaml|boto3|pooch|tqdm|tabulate|pyathena)\b", re.M)
SCRIPTS = sorted(command.PROJECT.glob("scripts/*.py"))
LOADING = [script for script in SCRIPTS if LIBRARY.search(script.read_text())]
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """A terminal's handlers, whatever started the tests."""
    usual = (signal.default_int_handler, signal.SIG_DFL, signal.SIG_DFL)
    previous = [signal.signal(*pair) for pair in zip(ENDS, usual, strict=True)]
    yield
    for number, handler in zip(ENDS, previous, strict=True):
        signal.signal(number, handler)


def run(work) -> int:
    return command.run(command.parser("x.py", "Does it."), work, [], "stopped")


@pytest.mark.parametrize("number", ENDS)
def test_a_signal_ends_with_130_and_handlers_are_as_before(number, capsys) -> None:
    before = list(map(signal.getsignal, ENDS))
    assert run(lambda _: signal.raise_signal(number)) == 130
    assert capsys.readouterr().err == "\nx.py: stopped\n"
    assert list(map(signal.getsignal, ENDS)) == before


def test_what_duckdb_makes_of_a_signal_ends_with_130(capsys) -> None:
    def work(_: argparse.Namespace) -> None:
        raise RuntimeError("Query interrupted")

    assert run(work) == 130
    assert capsys.readouterr().err == "\nx.py: stopped\n"


def test_a_hangup_that_is_ignored_stays_so() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    assert run(lambda _: signal.raise_signal(signal.SIGHUP)) == 0
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN


@pytest.mark.parametrize("script", LOADING, ids=lambda script: script.name)
def test_an_interrupt_while_libraries_load_is_no_traceback(script: Path, tmp_path: Path) -> None:
    library = LIBRARY.search(script.read_text())[1]
    sends = "import os, signal; os.kill(os.getpid(), signal.SIGINT)\n"
    (tmp_path / f"{library}.py").write_text(sends)
    environment = {"PYTHONPATH": str(tmp_path)}
    result = subprocess.run([sys.executable, script], env=environment, capture_output=True)
    assert (result.returncode, result.stderr) == (-signal.SIGINT, b"")


def test_other_runtime_errors_are_not_hidden() -> None:
    def work(_: argparse.Namespace) -> None:
        raise RuntimeError("a mistake")

    with pytest.raises(RuntimeError, match="a mistake"):
        run(work)


@pytest.mark.parametrize("text", ["-1", "1.5", "", "\u0661", "1" * 19, "1\n"])
def test_whole_numbers(text: str) -> None:
    assert command.whole("9" * 18) == 10**18 - 1
    with pytest.raises(argparse.ArgumentTypeError):
        command.whole(text)
