"""Where the modules of this package register their cases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Writer = Callable[[Path], None]  # writes a landing below a root

CASES: dict[str, Writer] = {}
ALONE: set[str] = set()
REFUSED: dict[str, tuple[Writer, str]] = {}

# Stands in REFUSED for the name of the landing root itself.
ROOT = "{root}"


def case(function: Writer) -> Writer:
    """Registers a case that shares a landing with others of its module."""
    CASES[function.__name__] = function
    return function


def alone(function: Writer) -> Writer:
    """Registers a case about files, folders, feeds or fixed times, alone in its landing."""
    ALONE.add(function.__name__)
    return case(function)


def refused(fragment: str) -> Callable[[Writer], Writer]:
    """Registers a landing that must be refused with an error that contains the fragment."""

    def register(function: Writer) -> Writer:
        REFUSED[function.__name__] = (function, fragment)
        return function

    return register
