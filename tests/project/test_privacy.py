"""Neither the pepper nor a person of landing gets where it does not belong.

The hostile reader knows everybody's e-mail and serial number, and not the pepper.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import draw_accounting
import duckdb
import export_research
import pytest
import summarize_build
from draw_accounting import stamp
from landing_generator import cli as generator

from tests.support.lakehouse import PROJECT, Lakehouse, failure
from tests.support.traces import occurrences, parts, people_of

PEPPER = "Zq8-hX2v_Lw5kT9rN4b-Yd7mC1sJ6fPgE3uA0oRi"
LOUD = ("--debug", "--log-level-file", "debug", "--store-failures")
HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s")
# What a careless programmer would hash a value with, and a reader would try.
PREFIXES = (
    *("", "subject", "device", ":subject:", ":device:", "subject:", "device:"),
    *("None:subject:", "None:device:", "null:subject:", "null:device:"),
    *("pepper:subject:", "pepper:device:", "pepper", "pepper:", "stedi", "stedi:", "salt", "salt:"),
    *("data/secret/pepper:subject:", "data/secret/pepper:device:", "user:", "email:", "serial:"),
)


@dataclass(frozen=True)
class Built:
    """What a build and everything that reads it have left behind."""

    folder: Path
    connection: duckdb.DuckDBPyConnection
    people: dict[str, set[str]]  # kind of value -> values of landing

    def files(self, *places: str) -> Iterator[tuple[Path, bytes]]:
        """Files below places of the folder, with their bytes."""
        for place in places:
            root = self.folder / place
            found = [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.is_file())
            assert found, place
            for path in found:
                yield path, path.read_bytes()

    def query(self, sql: str) -> list[tuple]:
        return self.connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """A build of generated data with tests, docs site, accounting page and export."""
    folder = tmp_path_factory.mktemp("private")
    landing = folder / "landing"
    options = ("--customers", "40", "--versions", "0.3", "--dirt", "0.05", "--shared-serials", "20")
    assert generator.main(["--out", str(landing), *options]) == 0
    with pytest.MonkeyPatch.context() as environment:
        environment.chdir(PROJECT)
        lakehouse = Lakehouse(folder, environment)
        lakehouse.variables["DBT_LOG_LEVEL_FILE"] = "debug"
        (folder / "secret/pepper").write_text(PEPPER + "\n")
        assert not failed(lakehouse, landing, "build", *LOUD)
        assert lakehouse.dbt("docs", "generate", "--static", landing=landing).success
        # What a terminal shows beside dbt's own lines, which its debug log holds, too.
        with (folder / "output.txt").open("w") as output, redirect_stdout(output):
            assert draw_accounting.main([]) == 0
            assert export_research.main(["--out", str(folder / "export")]) == 0
            assert summarize_build.main([]) == 0
    with duckdb.connect(str(lakehouse.database), read_only=True) as connection:
        yield Built(folder, connection, people_of(landing))


def failed(lakehouse: Lakehouse, landing: Path, *command: str) -> list[str]:
    """Nodes that failed or were skipped; the share of rejects, which this dirt exceeds, is none."""
    result = lakehouse.dbt(*command, landing=landing)
    if result.exception:
        pytest.fail(failure(result))
    bad = [run for run in result.result if run.status in ("error", "fail", "skipped")]
    return [run.node.name for run in bad if run.node.name != "rejected_records_are_few"]


# The pepper


def test_the_pepper_is_found_where_it_belongs(built: Built) -> None:
    """Otherwise the tests below would look for the wrong thing."""
    ((path, content),) = built.files("secret")
    assert path.name == "pepper"
    assert len(occurrences(parts(PEPPER), content)) == len(parts(PEPPER))


def test_the_pepper_stands_in_no_other_file(built: Built) -> None:
    places = [path.name for path in built.folder.iterdir() if path.name != "secret"]
    assert {"target", "logs", "stedi.duckdb", "export"} <= set(places)
    seen = {path.name for path, _ in built.files("target", "logs")}
    assert {"manifest.json", "run_results.json", "static_index.html", "accounting.html"} <= seen
    assert {"dbt.log", "reading_pairs.sql"} <= seen
    for path, content in built.files(*places):
        assert not occurrences(parts(PEPPER), content), path
        assert not occurrences(parts(PEPPER.encode().hex()), content), path


def test_the_pepper_stands_in_no_table(built: Built) -> None:
    """Asked of the engine as well: the file's pages may be compressed."""
    columns = built.query(
        "select table_schema, table_name, column_name from information_schema.columns "
        "inner join information_schema.tables using (table_schema, table_name) "
        "where data_type = 'VARCHAR' and table_type = 'BASE TABLE'"
    )
    assert ("stedi_research", "reading_pairs", "subject_key") in columns
    tests = " or ".join(f"contains(value, '{part}')" for part in sorted(parts(PEPPER)))
    for schema, table, column in columns:
        found = built.query(
            f'select count(*) from (select "{column}" as value from "{schema}"."{table}") '
            f"where {tests}"
        )
        assert found == [(0,)], (schema, table, column)
    views = built.query("select sql from duckdb_views()")
    assert not any(occurrences(parts(PEPPER), sql.encode()) for (sql,) in views)


# People


def test_people_are_found_where_they_belong(built: Built) -> None:
    """Otherwise the tests below would look for nobody."""
    landing = b"".join(content for _, content in built.files("landing"))
    for kind, values in built.people.items():
        assert len(values) >= 20, kind
        assert set(occurrences(values, landing)) == values


def test_nobody_stands_in_research_or_in_what_counts(built: Built) -> None:
    tables = built.query(
        "select table_schema, table_name from information_schema.tables "
        "where table_schema = 'stedi_research' or (table_schema = 'stedi_audit' "
        "and table_name <> 'rejected_records')"
    )
    assert len(tables) >= 10
    for schema, table in tables:
        rows = built.query(f'from "{schema}"."{table}"')
        text = "\n".join(map(repr, rows)).encode()
        for kind, values in built.people.items():
            assert not occurrences(values, text), (table, kind)


def test_nobody_stands_in_logs_docs_page_run_results_or_output(built: Built) -> None:
    for path, content in built.files("target", "logs", "output.txt"):
        for kind, values in built.people.items():
            assert not occurrences(values, content), (path, kind)


def test_the_accounting_page_tells_when_and_from_what_it_was_built(built: Built) -> None:
    page = built.folder / "target/accounting.html"
    ((built_at, root),) = built.query("from stedi_audit.last_build()")
    began, ended = (path.stat().st_mtime for path in (built.folder / "profiles.yml", page))
    assert stamp(1000 * began) <= built_at <= stamp(1000 * ended)
    assert root == str(built.folder / "landing")
    assert f"<dd>{built_at}</dd>" in page.read_text()
    assert f"<dd>{draw_accounting.without_home(root)} (" in page.read_text()


def test_nobody_stands_in_the_export(built: Built) -> None:
    for path, content in built.files("export"):
        if path.suffix == ".parquet":
            rows = duckdb.sql(f"from read_parquet('{path}')").fetchall()
            assert rows
            content += "\n".join(map(repr, rows)).encode()
        for kind, values in built.people.items():
            assert not occurrences(values, content), (path, kind)


# Pseudonyms


def keys_of(built: Built, column: str) -> set[str]:
    rows = built.query(f"select distinct {column} from stedi_research.reading_pairs")
    return {key for (key,) in rows}


@pytest.mark.parametrize(
    ("column", "purpose", "kind"),
    [("subject_key", "subject", "email"), ("device_key", "device", "serial number")],
)
def test_with_the_pepper_every_key_is_known(
    built: Built, column: str, purpose: str, kind: str
) -> None:
    """Otherwise the test below would try the wrong values."""
    known = {
        hashlib.sha256(f"{PEPPER}:{purpose}:{value}".encode()).hexdigest()
        for value in built.people[kind]
    }
    assert len(keys_of(built, column)) >= 10
    assert keys_of(built, column) <= known


def test_without_the_pepper_no_key_is_known(built: Built) -> None:
    keys = keys_of(built, "subject_key") | keys_of(built, "device_key")
    starts = {key[:16] for key in keys}
    values = built.people["email"] | built.people["serial number"]
    for value in values:
        for text in {value, value.upper(), value.lower(), value.replace("-", ""), value + "\n"}:
            for guess in guesses(text):
                assert guess not in keys
                assert guess[:16] not in starts


def guesses(text: str) -> Iterator[str]:
    """Digests that need no secret."""
    for prefix in PREFIXES:
        for algorithm in HASHES:
            yield hashlib.new(algorithm, f"{prefix}{text}".encode()).hexdigest()
        yield hmac.new(prefix.encode(), text.encode(), "sha256").hexdigest()
        yield hashlib.sha256(f"{text}{prefix}".encode()).hexdigest()
    once = hashlib.sha256(text.encode())
    yield hashlib.sha256(once.digest()).hexdigest()
    yield hashlib.sha256(once.hexdigest().encode()).hexdigest()
