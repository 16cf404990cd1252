"""Replaces attributes of moto, and puts the old ones back."""

from collections.abc import Callable
from typing import Any

_ABSENT = object()


class Patch:
    """Attributes of moto that are replaced together.

    `replaces` registers a function that is given the attribute as it is (None if there is none)
    and answers the one to put in its place.
    """

    def __init__(self) -> None:
        self._builders: list[tuple[Any, str, Callable[[Any], Any]]] = []
        self._saved: list[tuple[Any, str, Any]] = []

    def replaces(self, owner: Any, name: str) -> Callable[[Callable[[Any], Any]], Callable]:
        """Register the builder of a new `owner.name`."""

        def register(builder: Callable[[Any], Any]) -> Callable[[Any], Any]:
            self._builders.append((owner, name, builder))
            return builder

        return register

    def apply(self) -> None:
        """Put the new attributes in; a second time does nothing."""
        if self._saved:
            return
        for owner, name, builder in self._builders:
            self._saved.append((owner, name, vars(owner).get(name, _ABSENT)))
            setattr(owner, name, builder(getattr(owner, name, None)))

    def undo(self) -> None:
        """Put the old attributes back."""
        while self._saved:
            owner, name, old = self._saved.pop()
            if old is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, old)
