"""Writes small landing folders, record by record. All people and devices are invented."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

T = 1_655_564_400_000  # the moment around which things happen
DAY = 86_400_000
FIRST, BEFORE_FIRST = 946_684_800_000, 946_684_799_999
LAST, AFTER_LAST = 4_102_444_799_999, 4_102_444_800_000

ANA, BO, CY, DEE = "ana@example.com", "bo@example.com", "cy@example.org", "dee@example.org"
ABSENT = object()


class Raw(str):
    """JSON text that goes into a record as it is."""


# ---- writing ----------------------------------------------------------------------------------


def customer(email: Any, serial: Any, updated: Any = T, research: Any = ABSENT, **other: Any):
    """A customer record by its JSON keys; ABSENT leaves a key out, other overrides by key."""
    record = {
        "customerName": "Some One",
        "email": email,
        "phone": "8015550100",
        "birthDay": "1980-02-29",
        "serialNumber": serial,
        "registrationDate": T - 10 * DAY,
        "lastUpdateDate": updated,
        "shareWithResearchAsOfDate": research,
    }
    return record | other


def vector(user: Any, at: Any, x: Any = 0.0, y: Any = 1.0, z: Any = -1.0, **other: Any):
    """A phone reading."""
    return {"user": user, "timestamp": at, "x": x, "y": y, "z": z} | other


def reading(serial: Any, at: Any, distance: Any = 200, **other: Any):
    """A device reading."""
    return {"sensorReadingTime": at, "serialNumber": serial, "distanceFromObject": distance} | other


def encoded(record: Any) -> bytes:
    """One line without its end: bytes and texts as they are, a record as JSON."""
    if isinstance(record, bytes):
        return record
    if isinstance(record, str):
        return record.encode()
    members = (
        json.dumps(key, ensure_ascii=False)
        + ":"
        + (value if isinstance(value, Raw) else json.dumps(value, ensure_ascii=False))
        for key, value in record.items()
        if value is not ABSENT
    )
    return ("{" + ",".join(members) + "}").encode()


def write(path: Path, data: bytes) -> None:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def lines(records: list, end: bytes = b"\n", last_end: bool = True) -> bytes:
    """The bytes of a file of records."""
    return end.join(map(encoded, records)) + (end if last_end and records else b"")


def feed(root: Path, name: str, records: list, file: str = "part-1.json", **how: Any) -> None:
    """One landing file of a feed."""
    write(root / name / "landing" / file, lines(records, **how))


def land(
    root: Path, customers: Sequence = (), vectors: Sequence = (), readings: Sequence = ()
) -> None:
    """One flat file for each feed."""
    feed(root, "customer", list(customers))
    feed(root, "accelerometer", list(vectors))
    feed(root, "step_trainer", list(readings))


def walk(email: str, serial: str, times: list[int]) -> tuple[list, list]:
    """Phone and device readings of one person at some milliseconds."""
    return [vector(email, at) for at in times], [reading(serial, at) for at in times]


def versions(root: Path, *records: Any, around: tuple[int, ...] = ()) -> None:
    """Versions of Ana with the device s-ana, and her readings one before, at and after moments."""
    moments = set(around)
    for record in records:
        for key in ("lastUpdateDate", "shareWithResearchAsOfDate"):
            value = record.get(key) if isinstance(record, dict) else None
            if isinstance(value, int) and FIRST < value < LAST:
                moments.add(value)
    times = sorted({moment + step for moment in moments for step in (-1, 0, 1)})
    land(root, list(records), *walk(ANA, "s-ana", times))


def ana(updated: Any, research: Any = ABSENT, **other: Any) -> dict:
    """A version of Ana."""
    return customer(ANA, "s-ana", updated, research, **other)


def one_walk(root: Path) -> None:
    """One consenting person with two matched readings, as a background of file cases."""
    land(root, [ana(T, T)], *walk(ANA, "s-ana", [T, T + 1]))
