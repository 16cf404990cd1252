"""Where records go in the landing zone: which folder, which file, and when a file is full."""

import datetime
from dataclasses import dataclass, field
from pathlib import Path

from .quotas import BLOCK_PEOPLE
from .records import FEEDS

FIRST_DAY = datetime.date(2022, 6, 18)
# A small landing zone still has several files a feed, a large one no file that is hard to handle.
SMALLEST_FULL_FILE = 1 << 20
LARGEST_FILE = 64 << 20
# What is kept in memory for each open file; files are opened only to add this much.
BUFFER = 128 << 10
# The newest days are still filling; a late file belongs to a day before them.
NEWEST_DAYS = 3


def old_customers(customers: int, days: int | None) -> int:
    """Return how many of the customers arrive on a day before the newest ones."""
    if days is None or days <= NEWEST_DAYS:
        return 0
    return -(-customers * (days - NEWEST_DAYS) // days)


@dataclass(slots=True)
class _Stream:
    """The file that is being filled in one folder, and the text that is not in it yet."""

    folder: Path
    number: int = 0
    size: int = 0
    waiting: list[bytes] = field(default_factory=list)
    waiting_size: int = 0


class Layout:
    """Writes the feeds below a root, flat or in one folder a day, and remembers what it wrote."""

    def __init__(
        self, root: Path, customers: int, days: int | None = None, late_files: int = 0
    ) -> None:
        """Prepare to write; days is how many days the records arrive on, None means flat.

        Each late file holds what one customer has in one feed. Raises OSError when the folders
        cannot be made.
        """
        self.files: list[str] = []
        self.late_files: list[str] = []
        self._root = root
        self._days = days
        self._customers = customers
        blocks = -(-customers // BLOCK_PEOPLE)
        self._full = min(LARGEST_FILE, SMALLEST_FULL_FILE * blocks)
        self._streams: dict[tuple[str, int], _Stream] = {}
        old = old_customers(customers, days)
        self._late = {
            number * old // late_files: FEEDS[number % len(FEEDS)] for number in range(late_files)
        }
        for feed in FEEDS:
            (root / feed / "landing").mkdir(parents=True)

    def day_of(self, number: int) -> int:
        """Return the day, counted from 0, on which the records of this customer arrive."""
        return number * (self._days or 1) // self._customers

    def folder(self, feed: str, day: int) -> Path:
        """Return the folder of a feed's records that arrive on this day, relative to the root."""
        folder = Path(feed, "landing")
        if self._days is None:
            return folder
        return folder / f"ingest_date={FIRST_DAY + datetime.timedelta(days=day)}"

    def write_of(self, number: int, feed: str, text: bytes) -> None:
        """Add what a customer has in a feed, as a late file if it is theirs to come late.

        Raises OSError when it cannot be written.
        """
        day = self.day_of(number)
        if self._late.get(number) != feed:
            self.write(feed, text, day)
            return
        path = self.folder(feed, day) / f"{feed}-late-{len(self.late_files) + 1:05d}.json"
        self.write_file(path, text)
        self.late_files.append(path.as_posix())

    def write(self, feed: str, text: bytes, day: int) -> None:
        """Add whole lines to a feed. Raises OSError when they cannot be written."""
        stream = self._streams.get((feed, day))
        if stream is None:
            stream = self._streams[feed, day] = _Stream(self.folder(feed, day))
        if not stream.number or stream.size + len(text) > self._full:
            self._flush(stream)
            stream.number, stream.size = stream.number + 1, 0
        stream.size += len(text)
        stream.waiting.append(text)
        stream.waiting_size += len(text)
        if stream.waiting_size >= BUFFER:
            self._flush(stream)

    def write_file(self, path: Path, content: bytes) -> None:
        """Write a whole file at a path below the root. Raises OSError when it cannot."""
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self.files.append(path.as_posix())

    def close(self) -> None:
        """Write what is still waiting. Raises OSError when it cannot be written."""
        for stream in self._streams.values():
            self._flush(stream)
        self.files.sort()

    def _flush(self, stream: _Stream) -> None:
        if not stream.waiting:
            return
        path = stream.folder / f"{stream.folder.parts[0]}-{stream.number:05d}.json"
        if stream.waiting_size == stream.size:
            self.files.append(path.as_posix())
            (self._root / stream.folder).mkdir(exist_ok=True)
        with (self._root / path).open("ab") as file:
            file.write(b"".join(stream.waiting))
        stream.waiting.clear()
        stream.waiting_size = 0
