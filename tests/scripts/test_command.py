"""scripts/stedi/command.py: what ends a script, and what an argument may be."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator

import pytest
from stedi import command

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
