"""How outcomes look: the same everywhere, told apart without colour as well."""

from __future__ import annotations

from typing import NamedTuple

from .counts import KEPT, REDELIVERED, REJECTED

INK, PAPER, GRID = "#1a1a1a", "#ffffff", "#d9d9d9"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


class Look(NamedTuple):
    """Colour (Okabe and Ito's, which colour-blind people tell apart), pattern, words."""

    colour: str
    pattern: str
    words: str


# In the order in which they are drawn: kept first, then what is closest to being kept.
LOOKS = {
    KEPT: Look("#0072b2", "", "kept"),
    "before_consent": Look("#e69f00", "/", "before consent"),
    "between_consents": Look("#f0e442", "x", "between two consents"),
    "no_consent": Look("#b3b3b3", ".", "no consent today"),
    "superseded_version": Look("#cc79a7", "\\", "superseded by a newer version"),
    "former_device": Look("#cc79a7", "\\", "former device"),
    "ambiguous_owner": Look("#009e73", "-", "owner ambiguous"),
    "no_device_reading": Look("#56b4e9", "|", "no device reading then"),
    "no_phone_reading": Look("#56b4e9", "|", "no phone reading then"),
    "unknown_user": Look("#8c6bb1", "+", "unknown user"),
    "unknown_device": Look("#8c6bb1", "+", "unknown device"),
    REDELIVERED: Look("#d9d9d9", "", "delivered again"),
    REJECTED: Look("#d55e00", "x", "rejected"),
}


def look(outcome: str) -> Look:
    """Return the look of an outcome; one that is new here is grey under its own name."""
    return LOOKS.get(outcome) or Look("#7f7f7f", "", outcome.replace("_", " "))


def order(outcome: str) -> tuple[int, str]:
    """Return the place of an outcome among others."""
    known = list(LOOKS)
    return (known.index(outcome) if outcome in LOOKS else len(known), outcome)


def faded(colour: str, share: float = 0.45) -> str:
    """Return a colour mixed with so much paper that text on it can be read."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02x}" for part in parts)
