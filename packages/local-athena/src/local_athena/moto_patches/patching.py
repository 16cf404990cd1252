"""Replaces attributes of moto, and puts the old ones back."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest import mock


class Patch:
    """Attributes of moto that are replaced together.

    `replaces` registers a function that is given the attribute as it is (None if there is none)
    and answers the one to put in its place.
    """

    def __init__(self) -> None:
        self._builders: list[tuple[Any, str, Callable[[Any], Any]]] = []
        self._undo = ExitStack()

    def replaces(self, owner: Any, name: str) -> Callable[[Callable[[Any], Any]], Callable]:
        """Register the builder of a new `owner.name`."""

        def register(builder: Callable[[Any], Any]) -> Callable[[Any], Any]:
            self._builders.append((owner, name, builder))
            return builder

        return register

    def apply(self) -> None:
        """Put the new attributes in."""
        for owner, name, builder in self._builders:
            new = builder(getattr(owner, name, None))
            self._undo.enter_context(mock.patch.object(owner, name, new, create=True))

    def undo(self) -> None:
        """Put the old attributes back."""
        self._undo.close()
