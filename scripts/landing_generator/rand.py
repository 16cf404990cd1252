"""Random numbers that are the same on every machine and every Python version.

Only `random.Random.getrandbits` is used, the plain output of the Mersenne Twister; how `shuffle`,
`sample` and `choice` use it changed between versions, so they are written out here.
"""

import hashlib
import random
import struct
from collections.abc import Sequence
from typing import Any


def derived_key(seed: int, *parts: object) -> int:
    """Return a 128-bit number that depends on the seed and on every part, and on nothing else."""
    text = ":".join(str(part) for part in (seed, *parts))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "big")


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """Split total over integer weights by the largest remainder; ties go to the earlier weight."""
    weight_sum = sum(weights)
    parts = [total * weight // weight_sum for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda i: (-(total * weights[i] % weight_sum), i)
    )
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


class Draw:
    """A stream of random numbers for one purpose, named by the parts it is made of."""

    def __init__(self, seed: int, *parts: object) -> None:
        """Start the stream of this seed and purpose."""
        self._bits = random.Random(derived_key(seed, *parts)).getrandbits

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to limit - 1."""
        return self._bits(64) * limit >> 64

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + (self._bits(64) * (high - low + 1) >> 64)

    def choice(self, items: Sequence[Any]) -> Any:
        """Return one of the items."""
        return items[self.below(len(items))]

    def shuffle(self, items: list) -> None:
        """Put the items into random order, in place."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]

    def sample(self, items: Sequence[Any], count: int) -> list:
        """Return count different places of items, in random order."""
        pool = list(items)
        for first in range(count):
            other = first + self.below(len(pool) - first)
            pool[first], pool[other] = pool[other], pool[first]
        return pool[:count]

    def shorts(self, count: int) -> tuple[int, ...]:
        """Return count numbers from 0 to 65535 at once; much faster than one by one."""
        if not count:
            return ()
        return struct.unpack(f"<{count}H", self._bits(16 * count).to_bytes(2 * count, "little"))
