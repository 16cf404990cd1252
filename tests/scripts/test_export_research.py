"""scripts/export_research.py: the contract's columns, no other, and what the fingerprint names."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import struct
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import export_research
import pytest
from export_research import CONTENT_SHA256, FINGERPRINT, TABLES, contract

from tests.support.lakehouse import PROJECT, Lakehouse, failure

SCHEMA = "stedi_research"
CHANGED = "the tables do not fit together"
EVERY_FILE = {*(f"{name}.parquet" for name in TABLES), "fingerprint.json", "data_card.md"}

Export = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def good(lakehouse: Lakehouse, generate: Callable, tmp_path_factory) -> Path:
    """A database whose research zone has people in every split, and publishable pairs."""
    result = lakehouse.dbt("run", landing=generate("--customers", "60", "--versions", "0.2"))
    assert result.success, failure(result)
    return Path(shutil.copy(lakehouse.database, tmp_path_factory.mktemp("good") / "good.duckdb"))


@pytest.fixture
def database(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it that STEDI_DUCKDB names."""
    copy = Path(shutil.copy(good, tmp_path / "stedi.duckdb"))
    monkeypatch.setenv("STEDI_DUCKDB", str(copy))
    return copy


@pytest.fixture
def export(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Export:
    """A function: options -> exit code and what stderr says; the folder is tmp_path / out."""
    monkeypatch.chdir(PROJECT)

    def run(*options: str) -> tuple[int, str]:
        code = export_research.main(["--out", str(tmp_path / "out"), *options])
        assert {name for name in os.listdir(tmp_path) if name.startswith(".")} == set()
        return code, capsys.readouterr().err

    return run


def query(database: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(database)) as connection:
        return connection.execute(sql).fetchall()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def rows_of(file: Path) -> list[tuple]:
    """Rows of a Parquet file, moments without their time zone, UTC."""
    rows = duckdb.sql(f"from read_parquet('{file}')").fetchall()
    return [tuple(map(as_utc, row)) for row in rows]


def as_utc(value: object) -> object:
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


# The tables that are exported


def test_every_row_goes_out_sorted_by_its_key_and_nothing_else(
    database: Path, export: Export, tmp_path: Path
) -> None:
    assert export() == (0, "")
    assert set(os.listdir(tmp_path / "out")) == EVERY_FILE
    for name in TABLES:
        expected = query(database, f"select {', '.join(contract()[name])} from {SCHEMA}.{name}")
        if name == "readings":
            expected = [
                tuple(round(value, 9) if isinstance(value, float) else value for value in row)
                for row in expected
            ]
        assert len(expected) > 100
        assert rows_of(tmp_path / f"out/{name}.parquet") == sorted(expected)


def test_types_are_those_of_the_contract(database: Path, export: Export, tmp_path: Path) -> None:
    assert export()[0] == 0
    names = {"timestamptz": "TIMESTAMP WITH TIME ZONE"}
    for name in TABLES:
        described = duckdb.sql(f"describe from '{tmp_path}/out/{name}.parquet'").fetchall()
        assert [row[:2] for row in described] == [
            (column, names.get(kind, kind.upper())) for column, kind in contract()[name].items()
        ]
    assert {*contract()["reading_pairs"].values()} == {
        *("varchar", "timestamptz", "integer", "double")
    }


def test_the_same_tables_give_the_same_bytes(
    database: Path, export: Export, tmp_path: Path
) -> None:
    assert export()[0] == 0
    first = contents(tmp_path / "out")
    # In another order, as another build may have written them.
    for name in TABLES:
        table = f"{SCHEMA}.{name}"
        query(
            database, f"create or replace table {table} as from {table} order by hash(subject_key)"
        )
    # Sums may differ in the last bit.
    query(database, f"update {SCHEMA}.readings set mean_norm = mean_norm * (1 + 1e-15)")
    assert export("--overwrite")[0] == 0
    assert contents(tmp_path / "out") == first


def content_sha256(rows: list[tuple]) -> str:
    """The fingerprint's hash in plain Python."""
    leaves = defaultdict(list)
    for device, at, distance, number, subject, x, y, z, split in rows:
        milliseconds = round(at.replace(tzinfo=UTC).timestamp() * 1000)
        doubles = [struct.pack(">d", value).hex().upper() for value in (x, y, z)]
        text = " ".join(
            [device, str(milliseconds), str(distance), str(number), subject, *doubles, split]
        )
        digest = hashlib.sha256(text.encode()).hexdigest()
        leaves[digest[:3]].append(digest)
    hashes = [hashlib.sha256("".join(sorted(leaves[leaf])).encode()) for leaf in sorted(leaves)]
    return hashlib.sha256("".join(each.hexdigest() for each in hashes).encode()).hexdigest()


def test_fingerprint_is_the_row_of_the_table_and_names_the_files(
    database: Path, export: Export, tmp_path: Path
) -> None:
    assert export()[0] == 0
    fingerprint = json.loads((tmp_path / "out/fingerprint.json").read_text())
    (row,) = query(database, f"from {SCHEMA}.dataset_fingerprint")
    expected = dict(zip(contract()[FINGERPRINT], row, strict=True))
    for name in ("first_captured_at", "last_captured_at"):
        assert fingerprint[name].endswith("Z")
        fingerprint[name] = as_utc(datetime.fromisoformat(fingerprint[name]))
    assert fingerprint == expected
    rows = rows_of(tmp_path / "out/reading_pairs.parquet")
    assert content_sha256(rows) == fingerprint["content_sha256"]
    assert len(rows) == fingerprint["row_count"]


@pytest.mark.parametrize(("version", "is_warned"), [("unknown", 1), ("ab12-dirty", 1), ("ab12", 0)])
def test_a_code_version_that_names_no_commit_is_said(
    database: Path, export: Export, version: str, is_warned: int
) -> None:
    query(database, f"update {SCHEMA}.dataset_fingerprint set code_version = '{version}'")
    code, said = export()
    assert (code, len(said.splitlines())) == (0, is_warned)
    assert said.startswith(f"warning: the code version is {version}:" * is_warned)


def test_the_card_has_the_figures_of_the_files_above_its_text(
    database: Path, export: Export, tmp_path: Path
) -> None:
    assert export()[0] == 0
    card = (tmp_path / "out/data_card.md").read_text()
    title, _, text = (PROJECT / "docs/data_card.md").read_text().partition("\n")
    assert card.startswith(f"{title}\n")
    assert card.endswith(text.lstrip())
    for name in TABLES:
        file = tmp_path / f"out/{name}.parquet"
        figures = {"all": "true"} | {
            split: f"split = '{split}'" for split in ("train", "validation", "test")
        }
        cells = [f"`{name}.parquet`"]
        for where in figures.values():
            counted = f"select count(*), count(distinct subject_key) from '{file}' where {where}"
            ((rows, people),) = duckdb.sql(counted).fetchall()
            cells.append(f"{rows:,} ({people:,})")
        cells.append(f"`{hashlib.sha256(file.read_bytes()).hexdigest()}`")
        (line,) = [line for line in card.splitlines() if line.startswith(f"| `{name}.parquet`")]
        assert [cell.strip() for cell in line.strip("|").split("|")] == cells


def test_only_what_is_publishable_goes_out(database: Path, export: Export, tmp_path: Path) -> None:
    assert export("--publishable-only") == (0, "")
    folder = tmp_path / "out"
    assert set(os.listdir(folder)) == {"data_card.md", "publishable_reading_pairs.parquet"}
    public = query(database, f"select subject_key from {SCHEMA}.publishable_reading_pairs")
    everybody = query(database, f"select subject_key from {SCHEMA}.reading_pairs")
    exported = {(row[4],) for row in rows_of(folder / "publishable_reading_pairs.parquet")}
    assert exported == set(public) < set(everybody)
    assert "| `readings.parquet`" not in (folder / "data_card.md").read_text()


# What is refused


@pytest.mark.parametrize(
    ("accident", "said"),
    [
        ("alter table {s}.reading_pairs add column email varchar", "declares it: email"),
        ("alter table {s}.readings drop column split", "declares it: split"),
        ("alter table {s}.dataset_fingerprint add column note varchar", "declares it: note"),
        ("delete from {s}.reading_pairs where distancefromobject = 250", CHANGED),
        ("update {s}.reading_pairs set x = x + 1 where vector_number = 2", CHANGED),
        ("update {s}.dataset_fingerprint set subject_count = 1", CHANGED),
        ("update {s}.dataset_fingerprint set last_captured_at = null", CHANGED),
        ("update {s}.dataset_fingerprint set publishable_row_count = 1", CHANGED),
        ("insert into {s}.dataset_fingerprint from {s}.dataset_fingerprint", "has 2 rows"),
        (
            "delete from {s}.readings where distancefromobject = 250",
            "between readings and the sums",
        ),
        ("update {s}.readings set vector_count = 9", "between readings and the sums"),
        ("update {s}.publishable_reading_pairs set y = 7", "publishable_sha256 of the files"),
        (
            "update {s}.publishable_reading_pairs set y = 7 where vector_number = 1;"
            "update {s}.dataset_fingerprint set publishable_sha256 = "
            f"({CONTENT_SHA256.format(rows='{s}.publishable_reading_pairs')})",
            "publishable rows that are not in reading_pairs",
        ),
        ("update {s}.reading_pairs set subject_key = 'ana@example.com'", "are not pseudonyms"),
        ("update {s}.reading_pairs set device_key = upper(device_key)", "are not pseudonyms"),
        (
            "update {s}.reading_pairs set split = 'test' where distancefromobject = 250",
            "people in more than one split",
        ),
        ("drop table {s}.readings", "Run make build"),
    ],
)
def test_what_does_not_fit_together_does_not_go_out(
    database: Path, export: Export, tmp_path: Path, accident: str, said: str
) -> None:
    query(database, accident.format(s=SCHEMA))
    code, error = export()
    assert code == 1
    assert error.startswith("export_research.py: error: ") and said in error
    assert not (tmp_path / "out").exists()


def test_what_is_publishable_is_checked_against_the_rest(
    database: Path, export: Export, tmp_path: Path
) -> None:
    query(database, f"delete from {SCHEMA}.readings where distancefromobject = 250")
    code, error = export("--publishable-only")
    assert code == 1 and CHANGED in error
    assert not (tmp_path / "out").exists()


def test_no_card_no_export(
    database: Path, export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_research, "CARD", tmp_path / "none.md")
    code, error = export()
    assert code == 1 and "no data is exported without its card" in error
    assert not (tmp_path / "out").exists()


def test_an_earlier_export_is_replaced_only_on_request_and_by_a_good_one(
    database: Path, export: Export, tmp_path: Path
) -> None:
    assert export()[0] == 0
    first = contents(tmp_path / "out")
    code, error = export("--publishable-only")
    assert code == 2 and "is an export already: add --overwrite" in error
    assert contents(tmp_path / "out") == first
    assert export("--publishable-only", "--overwrite")[0] == 0
    second = contents(tmp_path / "out")
    assert len(second) == 2
    query(database, f"delete from {SCHEMA}.readings")
    assert export("--overwrite")[0] == 1
    assert contents(tmp_path / "out") == second


def test_an_export_that_cannot_be_put_in_place_leaves_the_earlier_one(
    database: Path, export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert export()[0] == 0
    first = contents(tmp_path / "out")
    rename = Path.rename

    def fail(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    assert export("--overwrite")[0] == 130
    assert contents(tmp_path / "out") == first


@pytest.mark.parametrize("options", [[], ["--overwrite"]])
@pytest.mark.parametrize("stranger", ["notes.txt", "readings.parquet", "data_card.md"])
def test_what_others_made_is_never_touched(
    database: Path, export: Export, tmp_path: Path, options: list[str], stranger: str
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / stranger).write_text("mine")
    code, error = export(*options)
    assert code == 2 and "choose another --out" in error
    assert contents(tmp_path / "out") == {stranger: b"mine"}


def test_an_export_with_a_stranger_in_it_is_never_touched(
    database: Path, export: Export, tmp_path: Path
) -> None:
    assert export()[0] == 0
    (tmp_path / "out/model.pkl").write_text("mine")
    code, error = export("--overwrite")
    assert code == 2 and "holds model.pkl, which is not part of an export" in error


def test_only_the_owner_can_read_it_and_an_empty_folder_will_do(
    database: Path, export: Export, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir(mode=0o755)
    assert export()[0] == 0
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_an_interrupt_leaves_nothing(
    database: Path, export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(export_research, "check_files", interrupt)
    code, said = export()
    assert code == 130 and "interrupted: nothing was exported" in said
    assert not (tmp_path / "out").exists()


def test_a_database_that_cannot_be_read_is_said(
    tmp_path: Path, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEDI_DUCKDB", str(tmp_path / "none.duckdb"))
    code, error = export()
    assert code == 1
    assert f"there is no {tmp_path}/none.duckdb: run make build, or set STEDI_DUCKDB" in error
    (tmp_path / "junk.duckdb").write_text("junk")
    monkeypatch.setenv("STEDI_DUCKDB", str(tmp_path / "junk.duckdb"))
    code, error = export()
    assert code == 1 and "junk.duckdb cannot be read: set STEDI_DUCKDB" in error


def test_values_of_another_type_are_one_line(
    database: Path, export: Export, tmp_path: Path
) -> None:
    query(
        database,
        f"alter table {SCHEMA}.readings alter column split set data type integer[] using []",
    )
    column = "distancefromobject set data type varchar using 'a'"
    query(database, f"alter table {SCHEMA}.readings alter column {column}")
    code, error = export()
    assert code == 1 and len(error.splitlines()) == 1
    assert f"nothing was exported to {tmp_path}/out: Conversion Error" in error
    assert not (tmp_path / "out").exists()


def test_nothing_to_export_is_an_export_without_rows(
    database: Path, export: Export, tmp_path: Path
) -> None:
    for name in TABLES:
        query(database, f"delete from {SCHEMA}.{name}")
    query(
        database,
        f"update {SCHEMA}.dataset_fingerprint set row_count = 0, subject_count = 0, "
        "first_captured_at = null, last_captured_at = null, content_sha256 = sha256(''), "
        "publishable_row_count = 0, publishable_sha256 = sha256('')",
    )
    assert export() == (0, "")
    assert json.loads((tmp_path / "out/fingerprint.json").read_text())["first_captured_at"] is None
