"""Looks for traces of a secret, and of the people of a landing, in what should have none."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.lakehouse import PROJECT

SHORTEST_PART = 16  # characters of a secret that give it away
SHORTEST = 8  # bytes of what is looked for
MANY = 2000  # from so many on, one pass over the text is faster than a search for each


def people_of(landing: Path) -> dict[str, set[str]]:
    """All values that lead to a person in the landing files, unreadable lines left aside."""
    kinds = {
        "email": "email",
        "user": "email",
        "customerName": "name",
        "phone": "phone",
        "birthDay": "birthday",
        "serialNumber": "serial number",
    }
    people: dict[str, set[str]] = {kind: set() for kind in kinds.values()}
    for path in landing.glob("*/landing/*.json"):
        for line in path.read_bytes().splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                continue
            for key, kind in kinds.items():
                value = record.get(key) if isinstance(record, dict) else None
                # Dirt puts words like true in a name's place; they lead to nobody.
                if isinstance(value, str) and len(value) >= SHORTEST:
                    people[kind].add(value)
    # What the project's own files contain belongs to nobody of this landing.
    own = b"".join(
        path.read_bytes()
        for folder in ("models", "macros", "seeds", "tests", "docs")
        for path in sorted((PROJECT / folder).rglob("*"))
        if path.suffix in (".sql", ".yml", ".csv", ".md")
    )
    return {kind: {v for v in found if v.encode() not in own} for kind, found in people.items()}


def occurrences(needles: set[str], text: bytes) -> list[str]:
    """Needles that occur in a text, also as JSON would write them; none is shorter than SHORTEST.

    Of thousands in a long text, only those are searched for that may be there.
    """
    assert all(len(needle.encode()) >= SHORTEST for needle in needles)
    forms = [(needle, form.encode()) for needle in needles for form in (needle, in_json(needle))]
    if len(forms) < MANY:
        return sorted({needle for needle, form in forms if form in text})
    beginnings = {form[:SHORTEST] for _, form in forms}
    pieces = (text[start : start + SHORTEST] for start in range(len(text)))
    seen = {piece for piece in pieces if piece in beginnings}
    return sorted({n for n, form in forms if form[:SHORTEST] in seen and form in text})


def in_json(text: str) -> str:
    """A text as it stands between the quotes of JSON."""
    return json.dumps(text)[1:-1]


def parts(secret: str) -> set[str]:
    """All parts of a secret that are long enough to give it away."""
    return {
        secret[start : start + SHORTEST_PART] for start in range(len(secret) - SHORTEST_PART + 1)
    }
