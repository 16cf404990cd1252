"""Small landing folders, each made to exercise a rule: clean, dirty, tied, shared and refused.

`CASES` maps a name to a function that writes a landing below a root. As a build takes seconds, the
cases of a subject share one landing, each with people, devices and times of its own; those about
files, folders or empty feeds have one each. `LANDINGS` maps a name to the cases of a landing.
`SLOW` names those that are too large for every run, `ENGINE_MAY_DIFFER` those where the contract
allows a difference between engines, or where all depends on files without a byte, which Athena does
not see. `REFUSED` maps a name to a function and a text that the error must contain.
"""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conformance.cases import (
    consent,
    files,
    outcomes,
    ownership,
    public_sharing,
    refusals,
    values,
)
from tests.conformance.cases.random_landing import random_landing
from tests.conformance.cases.registry import ALONE, CASES, REFUSED, ROOT
from tests.support.records import write

__all__ = [
    "CASES",
    "ENGINE_MAY_DIFFER",
    "LANDINGS",
    "REFUSED",
    "ROOT",
    "SLOW",
    "moved",
    "random_landing",
    "write_landing",
]

SUBJECTS = (consent, ownership, outcomes, public_sharing, values, files, refusals)

LANDINGS: dict[str, list[str]] = {}
for _name, _function in CASES.items():
    _subject = _function.__module__.rpartition(".")[2]
    LANDINGS.setdefault(_name if _name in ALONE else _subject, []).append(_name)

SLOW = {"line_of_exactly_16_mib"}
ENGINE_MAY_DIFFER = {
    "bom_at_the_start_of_a_file",
    "empty_files_only",
    "mixed_layout_of_empty_files",
}


def write_landing(names: list[str], root: Path) -> None:
    """One case as it is, or several in one landing, as people who have never met."""
    if len(names) == 1:
        CASES[names[0]](root)
        return
    for number, name in enumerate(names, start=1):
        with TemporaryDirectory() as folder:
            CASES[name](Path(folder))
            for path in Path(folder).glob("*/landing/*"):
                feed = path.relative_to(folder).parent
                write(root / feed / f"{name}-{path.name}", moved(path.read_bytes(), number))


def moved(lines: bytes, number: int) -> bytes:
    """The same records of other people, with other devices, in another stretch of 10^9 ms.

    Times around T begin with 1655, or 1.655 where they have an exponent.
    """
    lines = lines.replace(b"@example.", b"@%d.example." % number)
    lines = re.sub(rb'("serialNumber":")(?=[^"\s\\])', rb"\g<1>%d-" % number, lines)
    lines = re.sub(rb"(?<![1-9.])1655(?=\d{9}(?!\d))", b"%d" % (1655 + number), lines)
    return re.sub(rb"1[.]655(?=\d{4}e12)", b"1.%d" % (655 + number), lines)
