"""What Trino counts of a statement while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Statistics:
    """Bytes read, and milliseconds; those of the queue and of planning are among the elapsed."""

    scanned_bytes: int = 0
    queued_ms: int = 0
    planning_ms: int = 0
    elapsed_ms: int = 0

    @classmethod
    def of(cls, stats: dict[str, Any]) -> Statistics:
        """Read the part of an answer of Trino's."""
        return cls(
            stats["physicalInputBytes"],
            stats["queuedTimeMillis"],
            stats["planningTimeMillis"],
            stats["elapsedTimeMillis"],
        )

    def __add__(self, other: Statistics) -> Statistics:
        return Statistics(
            self.scanned_bytes + other.scanned_bytes,
            self.queued_ms + other.queued_ms,
            self.planning_ms + other.planning_ms,
            self.elapsed_ms + other.elapsed_ms,
        )
