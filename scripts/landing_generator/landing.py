"""Writes a whole landing zone: people and their readings, and whatever the options add."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from tqdm import tqdm

from . import dirt, output, people, records
from .layout import Layout
from .versions import Versions

FEEDS = records.FEEDS


@dataclass(frozen=True)
class Options:
    """What to generate; the same options give the same bytes."""

    customers: int
    seed: int
    dirt: Fraction | None = None
    huge_lines: bool = False
    days: int | None = None
    late_files: int = 0
    versions: Fraction | None = None
    shared_serials: int | None = None

    def facts(self) -> dict[str, object]:
        """Return the options as the marker file has them."""
        return {
            name: str(float(value)) if isinstance(value, Fraction) else value
            for name, value in vars(self).items()
        }


class Generator:
    """Writes one landing zone below a root folder."""

    def __init__(self, options: Options, root: Path) -> None:
        """Prepare to write. Raises OSError when the folders cannot be made."""
        self._options = options
        self._root = root
        self._layout = Layout(root, options.customers, options.days, options.late_files)
        self._names = people.Names(options.seed, options.shared_serials)
        self._readings = records.Readings(options.seed)
        self._versions = (
            Versions(options.seed, options.versions, self._names) if options.versions else None
        )
        self._dirt = dirt.Dirt(options.seed, options.dirt) if options.dirt else None
        self._samples: dict[str, list[bytes]] = {feed: [] for feed in FEEDS}
        self.rows = dict.fromkeys(FEEDS, 0)

    @property
    def files(self) -> list[str]:
        """Return the files written, relative to the root."""
        return self._layout.files

    def run(self) -> None:
        """Write everything, the marker last. Raises OSError when it cannot be written."""
        options = self._options
        with tqdm(total=options.customers, unit=" customers", disable=None) as progress:
            for block in people.blocks(options.seed, options.customers, self._names):
                self._write_block(block)
                progress.update(len(block))
        if self._dirt:
            self._write_odd_files(self._dirt)
            for feed, count in self._dirt.rows.items():
                self.rows[feed] += count
        self._layout.close()
        output.write_marker(self._root, self._facts(), self.files)

    def _write_block(self, block: list[people.Person]) -> None:
        lines = {
            records.CUSTOMER: len(block),
            records.ACCELEROMETER: sum(sum(person.vectors) for person in block),
            records.STEP_TRAINER: sum(len(person.times) for person in block),
        }
        later = self._versions.of_block(block) if self._versions else {}
        due: dict[str, dict[int, list[dirt.Kind]]] = {feed: {} for feed in FEEDS}
        for feed, count in lines.items():
            self.rows[feed] += count
            if self._dirt:
                due[feed] = self._dirt.of_block(feed, len(block), count)
        for place, person in enumerate(block):
            for version in later.get(place, ()):
                self._write_version(version)
            for feed, text in (
                (records.CUSTOMER, records.customer(person) + "\n"),
                (records.ACCELEROMETER, self._readings.phone(person)),
                (records.STEP_TRAINER, self._readings.device(person)),
            ):
                self._layout.write_of(person.number, feed, text.encode())
                if self._dirt:
                    self._write_dirt(self._dirt, feed, text, due[feed].get(place, ()))

    def _write_version(self, version: people.Person) -> None:
        self.rows[records.CUSTOMER] += 1
        text = records.customer(version) + "\n"
        self._layout.write(records.CUSTOMER, text.encode(), self._versions.day(self._days))

    def _write_dirt(self, made: dirt.Dirt, feed: str, clean: str, due: list[dirt.Kind]) -> None:
        sample = self._samples[feed]
        if len(sample) < dirt.SAMPLE:
            sample += clean.encode().splitlines()[: dirt.SAMPLE - len(sample)]
        for kind in due:
            self._layout.write(feed, made.make(feed, kind, clean), made.day(self._days))

    def _write_odd_files(self, made: dirt.Dirt) -> None:
        kinds = dirt.FILE_KINDS + ((dirt.HUGE_LINE,) if self._options.huge_lines else ())
        for feed, sample in self._samples.items():
            for place, kind in enumerate(kinds):
                name, content = made.file(feed, kind, sample)
                folder = self._layout.folder(feed, place % self._days)
                self._layout.write_file(folder / name, content)

    @property
    def _days(self) -> int:
        return self._options.days or 1

    def _facts(self) -> dict[str, object]:
        """Return the marker file: options, rows a reader must see, and what was added."""
        facts: dict[str, object] = {"options": self._options.facts(), "rows": self.rows}
        if self._options.late_files:
            facts["late_files"] = self._layout.late_files
        if self._versions:
            facts["versions"] = self._versions.counts
        if self._dirt:
            facts["reject_reasons"] = self._dirt.reasons
            facts["dirt"] = self._dirt.counts
        return facts
