"""The place in the SQL that a message of Athena speaks of."""

from __future__ import annotations

import re

from .output import display_width, printable

# Trino says "line 1:8: …" and counts columns from 1, Hive "line 1:7 …" and counts them from 0.
PLACE = re.compile(r"\bline (\d+):(\d+)(:?)")
WINDOW = 90  # columns of the terminal that are shown of a long line


def mark(sql: str, message: str) -> list[str]:
    """Return the line of the SQL that the message names, and a caret below the place.

    Returns nothing if the message names none, or one that the SQL has not.
    """
    place = PLACE.search(message)
    if not place:
        return []
    number, column = int(place[1]), int(place[2]) - (1 if place[3] else 0)
    lines = sql.split("\n")
    if not 1 <= number <= len(lines) or not 0 <= column <= len(lines[number - 1]):
        return []
    line = lines[number - 1].rstrip("\r")
    start = max(0, column - WINDOW // 2) if len(line) > WINDOW else 0
    shown = printable(line[start : start + WINDOW].replace("\t", " "))
    before = printable(line[start:column].replace("\t", " "))
    prefix = f"{number:>4} | "
    return [prefix + shown, " " * (len(prefix) - 2) + "| " + " " * display_width(before) + "^"]
