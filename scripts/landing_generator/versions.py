"""Later versions of customer records: withdrawals, new consents, changed devices.

To add a kind, write a function that returns a person's later records and name it in KINDS.
All times are epoch milliseconds UTC.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import cycle
from typing import NamedTuple

from .people import Names, Person
from .rand import Draw


class Maker(NamedTuple):
    """What a kind of later version may use."""

    draw: Draw
    names: Names


class Kind(NamedTuple):
    """A kind of later versions; `consenting` says whether it needs a person with consent."""

    name: str
    consenting: bool
    make: Callable[[Person, Maker], list[Person]]


def _later(person: Person, maker: Maker) -> int:
    """Return a moment after the person's last update, during the walk if there is still time."""
    moment = person.times[maker.draw.between(12, 26)]
    return max(moment, person.updated + maker.draw.between(1_000, 60_000))


def _withdrawn(person: Person, maker: Maker) -> list[Person]:
    return [replace(person, updated=_later(person, maker), research=None)]


def _withdrawn_from_all(person: Person, maker: Maker) -> list[Person]:
    moment = _later(person, maker)
    return [replace(person, updated=moment, research=None, public=None, friends=None)]


def _withdrawn_then_again(person: Person, maker: Maker) -> list[Person]:
    withdrawn = _withdrawn(person, maker)[0]
    moment = withdrawn.updated + maker.draw.between(1, 20_000)
    return [withdrawn, replace(person, updated=moment, research=moment)]


def _withdrawn_then_backdated(person: Person, maker: Maker) -> list[Person]:
    """Consent again with the old date: it may not reach back over the withdrawal."""
    withdrawn = _withdrawn(person, maker)[0]
    moment = withdrawn.updated + maker.draw.between(1, 20_000)
    return [withdrawn, replace(person, updated=moment)]


def _consented_earlier(person: Person, maker: Maker) -> list[Person]:
    """Move the date of an open consent back to the start of the walk."""
    return [replace(person, updated=_later(person, maker), research=person.times[0])]


def _withdrawn_at_once(person: Person, maker: Maker) -> list[Person]:
    """Give a second record of the same update time, without consent."""
    return [replace(person, research=None)]


def _new_device(person: Person, maker: Maker) -> list[Person]:
    serial = maker.names.next_serial(person.number)
    return [replace(person, updated=_later(person, maker), serial=serial)]


def _consented_later(person: Person, maker: Maker) -> list[Person]:
    moment = _later(person, maker)
    return [replace(person, updated=moment, research=moment)]


def _consented_backdated(person: Person, maker: Maker) -> list[Person]:
    """Consent later, from registration on: it starts at the older record without consent."""
    return [replace(person, updated=_later(person, maker), research=person.registered)]


def _consented_then_withdrawn(person: Person, maker: Maker) -> list[Person]:
    consented = _consented_later(person, maker)[0]
    moment = consented.updated + maker.draw.between(1, 20_000)
    return [consented, replace(consented, updated=moment, research=None)]


KINDS = (
    Kind("withdrawn", True, _withdrawn),
    Kind("withdrawn_from_all", True, _withdrawn_from_all),
    Kind("withdrawn_then_again", True, _withdrawn_then_again),
    Kind("withdrawn_then_backdated", True, _withdrawn_then_backdated),
    Kind("consented_earlier", True, _consented_earlier),
    Kind("withdrawn_at_once", True, _withdrawn_at_once),
    Kind("new_device_with_consent", True, _new_device),
    Kind("consented_later", False, _consented_later),
    Kind("consented_backdated", False, _consented_backdated),
    Kind("consented_then_withdrawn", False, _consented_then_withdrawn),
    Kind("new_device_without_consent", False, _new_device),
)


class Versions:
    """Makes later versions for a share of the customers, each kind in turn."""

    def __init__(self, seed: int, share: Fraction, names: Names) -> None:
        """Start for a share of all customers, between 0 and 1."""
        self.counts = {kind.name: 0 for kind in KINDS}
        self._share = share
        self._maker = Maker(Draw(seed, "versions"), names)
        self._turns = {
            consenting: cycle([kind for kind in KINDS if kind.consenting is consenting])
            for consenting in (True, False)
        }

    def of_block(self, block: Sequence[Person]) -> dict[int, list[Person]]:
        """Return later records of some people of the block, by the place where they are written.

        Places are drawn from the whole block, so a later version often comes first in the files.
        """
        draw = self._maker.draw
        first = block[0].number
        count = int(self._share * (first + len(block))) - int(self._share * first)
        places: dict[int, list[Person]] = {}
        for person in draw.sample(block, count):
            kind = next(self._turns[person.research is not None])
            self.counts[kind.name] += 1
            for version in kind.make(person, self._maker):
                places.setdefault(draw.below(len(block)), []).append(version)
        return places

    def day(self, days: int) -> int:
        """Return the day on which a later version arrives, which may be before the first one."""
        return self._maker.draw.below(days)
