"""A landing that changes, and the lakehouse that is built from it again and again.

Whatever has happened before, a build makes every table equal to the oracle's. A build that is
refused changes none; one that is interrupted leaves each as it was, as it should be, or absent.
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunnerResult

from tests.conformance import oracle
from tests.conformance.expected_tables import difference, expected_tables
from tests.conformance.oracle import staging
from tests.support.lakehouse import Lakehouse, failure, multiset
from tests.support.records import write

# The parser's variables in dbt_project.yml, and what they are in the oracle.
SETTINGS = {
    "earliest_time_ms": "FIRST_TIME",
    "latest_time_ms": "END_OF_TIME",
    "longest_line_bytes": "LONGEST_LINE",
}

Tables = dict[str, Counter[tuple]]  # name -> rows


class Landing:
    """A landing root whose files come, go and change their size, as the contract allows.

    A name and a size stand for one content: what would write another is left undone.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.written: dict[tuple[str, int], bytes] = {}

    def folder(self, feed: str) -> Path:
        return self.root / feed / "landing"

    def files(self, feed: str) -> list[str]:
        """The names of a feed's files, below its folder."""
        folder = self.folder(feed)
        return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())

    def put(self, feed: str, name: str, data: bytes) -> None:
        path = self.folder(feed) / name
        if self.written.setdefault((str(path), len(data)), data) == data:
            write(path, data)

    def take(self, feed: str, name: str) -> bytes:
        """Remove a file; return what was in it."""
        path = self.folder(feed) / name
        data = path.read_bytes()
        path.unlink()
        return data

    def change(self, feed: str, name: str, change: Callable[[bytes], bytes]) -> None:
        """Write a file again with other content, still gzipped if it was."""
        old = (self.folder(feed) / name).read_bytes()
        is_gzip = name.endswith(".gz")
        new = change(gzip.decompress(old) if is_gzip else old)
        self.put(feed, name, gzip.compress(new, mtime=0) if is_gzip else new)

    def lay_out(self, feed: str, day: str | None) -> None:
        """Lay all files of a feed out by arrival, or flat, under the same names."""
        for old in self.files(feed):
            name = Path(old).name
            self.put(feed, f"{day}/{name}" if day else name, self.take(feed, old))

    def copy(self, root: Path, change: Callable[[bytes], bytes] = bytes) -> Landing:
        """The same files with the same names, below another root."""
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.root, root)
        other = Landing(root)
        for feed in oracle.FEEDS:
            for name in other.files(feed):
                other.change(feed, name, change)
        return other


class History:
    """A lakehouse, and what its tables must hold."""

    def __init__(self, lakehouse: Lakehouse, root: Path) -> None:
        self.lakehouse = lakehouse
        self.landing = Landing(root)
        self.settings: dict[str, int] = {}  # variables of the parser that are not the project's
        self.watched = set(oracle.COLUMNS)
        self.where: dict[str, str] = {}  # on Athena: the root on S3, if it is another
        self.held: Tables = {}  # table -> its rows; one that is absent has none

    def expected(self) -> Tables:
        """What the oracle makes of landing now."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.settings.items():
                patch.setattr(staging, SETTINGS[name], value)
            tables = expected_tables(self.landing.root)
        return {table: multiset(tables[table][1]) for table in oracle.COLUMNS}

    def found(self) -> Tables:
        """The rows of the watched tables that are there."""
        with self.lakehouse.opened():
            there = self.lakehouse.tables() & self.watched
            return {table: self.lakehouse.rows(table, oracle.COLUMNS[table]) for table in there}

    def run(self, *arguments: str) -> dbtRunnerResult:
        variables = ("--vars", json.dumps(self.settings)) if self.settings else ()
        return self.lakehouse.run(*arguments, *variables, landing=self.landing.root, **self.where)

    def build(self, *arguments: str) -> dbtRunnerResult:
        """What a build has made equals the oracle's; all else is as it was."""
        result = self.run(*arguments)
        assert result.success, failure(result)
        expected = self.expected()
        made = {node.node.name for node in result.result} & self.watched
        self.held |= {table: expected[table] for table in made}
        self.check()
        return result

    def refused(self, said: str, *arguments: str) -> None:
        """A build that does not begin leaves every table as it was."""
        message = failure(self.run(*arguments))
        assert said in message, message
        self.check()

    def interrupted(self) -> None:
        """After a build that was not done each table is as it was, as it should be, or absent."""
        expected, found = self.expected(), self.found()
        for table, rows in found.items():
            before = self.held.get(table)
            wrong = [] if rows == before else difference(table, expected[table], rows)
            assert not wrong, f"half written: {wrong}; it had {sum((before or Counter()).values())}"
        self.held = found

    def check(self) -> None:
        assert_equal(self.found(), self.held)


def fresh_build(history: History) -> Tables:
    """All tables that the landing of a history makes in a database of its own."""
    lakehouse = history.lakehouse
    database = lakehouse.folder / "fresh" / lakehouse.database.name
    shutil.rmtree(database.parent, ignore_errors=True)
    database.parent.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lakehouse, "database", database)
        patch.setitem(lakehouse.variables, "STEDI_DUCKDB", str(database))
        result = history.run()
        assert result.success, failure(result)
        return lakehouse.snapshot()


def assert_equal(found: Tables, wanted: Tables) -> None:
    """Compare tables, and which there are."""
    assert set(found) == set(wanted)
    wrong = [line for table in wanted for line in difference(table, wanted[table], found[table])]
    assert not wrong, "\n".join(wrong)
