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
import pytest
import yaml
from landing_generator import cli as generator
from research_export import checks, cli, contract

from tests.support.lakehouse import PROJECT, Lakehouse, failure

SCHEMA = "stedi_research"
CHANGED = "the tables do not fit together"


@pytest.fixture(scope="module")
def good(lakehouse: Lakehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose research zone has people in every split, and publishable pairs."""
    folder = tmp_path_factory.mktemp("good")
    options = ("--customers", "60", "--versions", "0.2")
    assert generator.main(["--out", str(folder / "landing"), *options]) == 0
    result = lakehouse.dbt("run", landing=folder / "landing")
    assert result.success, failure(result)
    return Path(shutil.copy(lakehouse.database, folder / "good.duckdb"))


@pytest.fixture
def database(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it that STEDI_DUCKDB names."""
    copy = Path(shutil.copy(good, tmp_path / "stedi.duckdb"))
    monkeypatch.setenv("STEDI_DUCKDB", str(copy))
    monkeypatch.chdir(PROJECT)
    return copy


@pytest.fixture
def export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """A function: options -> exit code and what stderr says; the folder is tmp_path / out."""

    def run(*options: str) -> tuple[int, str]:
        code = cli.main(["--out", str(tmp_path / "out"), *options])
        return code, capsys.readouterr().err

    return run


def query(database: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(database)) as connection:
        return connection.execute(sql).fetchall()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def leftovers(folder: Path) -> set[str]:
    return {name for name in os.listdir(folder) if name.startswith(".")}


def rows_of(file: Path) -> list[tuple]:
    return duckdb.sql(f"from read_parquet('{file}')").fetchall()


# What goes out


def test_the_contract_is_that_of_the_models() -> None:
    text = (PROJECT / "models/research/_research__models.yml").read_text()
    declared = {
        model["name"]: {column["name"]: column["data_type"] for column in model["columns"]}
        for model in yaml.safe_load(text)["models"]
    }
    for table in (*contract.TABLES, contract.FINGERPRINT):
        in_tables = {
            name: kind.replace("timestamptz", "timestamp(6)")
            for name, kind in table.columns.items()
        }
        assert in_tables == declared[table.name]
        assert list(in_tables) == list(declared[table.name])


def test_every_row_goes_out_sorted_by_its_key_and_nothing_else(
    database: Path, export: Callable, tmp_path: Path
) -> None:
    assert export() == (0, "")
    folder = tmp_path / "out"
    assert sorted(os.listdir(folder)) == sorted(contract.EVERY_FILE)
    for table in contract.TABLES:
        expected = query(database, f"select {', '.join(table.columns)} from {SCHEMA}.{table.name}")
        rounded = [
            list(table.columns).index(name) for name in contract.ROUNDED if table.name == "readings"
        ]
        at = list(table.columns).index("captured_at")
        key = [list(table.columns).index(name) for name in table.key]
        for place, row in enumerate(expected):
            values = list(row)
            values[at] = values[at].replace(tzinfo=UTC)
            for column in rounded:
                values[column] = round(values[column], 9)
            expected[place] = tuple(values)
        expected.sort(key=lambda row: [row[column] for column in key])
        rows = rows_of(folder / table.file)
        assert len(rows) > 100
        assert [(*row[:at], row[at].astimezone(UTC), *row[at + 1 :]) for row in rows] == expected


def test_types_are_those_of_the_contract(database: Path, export: Callable, tmp_path: Path) -> None:
    assert export()[0] == 0
    for table in contract.TABLES:
        file = tmp_path / "out" / table.file
        described = duckdb.sql(f"describe from read_parquet('{file}')").fetchall()
        names = {"timestamptz": "TIMESTAMP WITH TIME ZONE"}
        assert [row[:2] for row in described] == [
            (name, names.get(kind, kind.upper())) for name, kind in table.columns.items()
        ]


def test_the_same_tables_give_the_same_bytes(
    database: Path, export: Callable, tmp_path: Path
) -> None:
    assert export()[0] == 0
    first = contents(tmp_path / "out")
    # In another order, as another build may have written them.
    for table in contract.TABLES:
        name = f"{SCHEMA}.{table.name}"
        query(database, f"create or replace table {name} as from {name} order by hash(subject_key)")
    # Sums may differ in the last bit.
    query(database, f"update {SCHEMA}.readings set mean_norm = mean_norm * (1 + 1e-15)")
    assert export("--overwrite")[0] == 0
    assert contents(tmp_path / "out") == first


def content_sha256(rows: list[tuple]) -> str:
    """The fingerprint's hash in plain Python."""
    leaves = defaultdict(list)
    for device, at, distance, number, subject, x, y, z, split in rows:
        milliseconds = round(at.astimezone(UTC).timestamp() * 1000)
        doubles = [struct.pack(">d", value).hex().upper() for value in (x, y, z)]
        text = " ".join(
            [device, str(milliseconds), str(distance), str(number), subject, *doubles, split]
        )
        digest = hashlib.sha256(text.encode()).hexdigest()
        leaves[digest[:3]].append(digest)
    hashes = [hashlib.sha256("".join(sorted(leaves[leaf])).encode()) for leaf in sorted(leaves)]
    return hashlib.sha256("".join(each.hexdigest() for each in hashes).encode()).hexdigest()


def test_fingerprint_is_the_row_of_the_table_and_names_the_files(
    database: Path, export: Callable, tmp_path: Path
) -> None:
    assert export()[0] == 0
    fingerprint = json.loads((tmp_path / "out/fingerprint.json").read_text())
    (row,) = query(database, f"from {SCHEMA}.dataset_fingerprint")
    assert list(fingerprint) == list(contract.FINGERPRINT.columns)
    for value, expected in zip(fingerprint.values(), row, strict=True):
        if isinstance(expected, datetime):
            assert datetime.fromisoformat(value) == expected.replace(tzinfo=UTC)
        else:
            assert value == expected
    rows = rows_of(tmp_path / "out/reading_pairs.parquet")
    assert content_sha256(rows) == fingerprint["content_sha256"]
    assert len(rows) == fingerprint["row_count"]


def test_the_card_has_the_figures_of_the_files_above_its_text(
    database: Path, export: Callable, tmp_path: Path
) -> None:
    assert export()[0] == 0
    folder = tmp_path / "out"
    card = (folder / "data_card.md").read_text()
    title, _, text = (PROJECT / "docs/data_card.md").read_text().partition("\n")
    assert card.startswith(f"{title}\n")
    assert card.endswith(text.lstrip())
    assert card.index("## This export") < card.index(text.strip()[:40])
    for table in contract.TABLES:
        file = folder / table.file
        ((rows, people),) = duckdb.sql(
            f"select count(*), count(distinct subject_key) from read_parquet('{file}')"
        ).fetchall()
        assert f"| `{table.file}` | {rows:,} | {people:,} | " in card
        assert f"| `{table.file}` | `{hashlib.sha256(file.read_bytes()).hexdigest()}` |" in card
        for split, lines, persons in duckdb.sql(
            "select split, count(*), count(distinct subject_key) "
            f"from read_parquet('{file}') group by 1"
        ).fetchall():
            column = 3 + ("train", "validation", "test").index(split)
            (line,) = [
                each
                for each in card.splitlines()
                if each.startswith(f"| `{table.file}` | {rows:,}")
            ]
            assert line.split(" | ")[column].rstrip(" |") == f"{lines:,} ({persons:,})"


def test_only_what_is_publishable_goes_out(
    database: Path, export: Callable, tmp_path: Path
) -> None:
    assert export("--publishable-only") == (0, "")
    folder = tmp_path / "out"
    assert sorted(os.listdir(folder)) == ["data_card.md", "publishable_reading_pairs.parquet"]
    public = {
        row[0]
        for row in query(database, f"select subject_key from {SCHEMA}.publishable_reading_pairs")
    }
    everybody = {
        row[0] for row in query(database, f"select subject_key from {SCHEMA}.reading_pairs")
    }
    exported = {row[4] for row in rows_of(folder / "publishable_reading_pairs.parquet")}
    assert exported == public < everybody
    card = (folder / "data_card.md").read_text()
    assert "`readings.parquet`" not in card.split(contract_text())[0]
    assert leftovers(tmp_path) == leftovers(folder) == set()


def contract_text() -> str:
    return (PROJECT / "docs/data_card.md").read_text().partition("\n")[2].strip()[:40]


# What is refused


@pytest.mark.parametrize(
    ("accident", "said"),
    [
        ("alter table {s}.reading_pairs add column email varchar", "email is new"),
        ("alter table {s}.readings drop column split", "split is missing"),
        ("alter table {s}.dataset_fingerprint add column note varchar", "note is new"),
        ("delete from {s}.reading_pairs where distancefromobject = 250", CHANGED),
        ("update {s}.reading_pairs set x = x + 1 where vector_number = 2", CHANGED),
        ("update {s}.dataset_fingerprint set subject_count = 1", CHANGED),
        ("update {s}.dataset_fingerprint set last_captured_at = null", CHANGED),
        ("insert into {s}.dataset_fingerprint from {s}.dataset_fingerprint", "has 2 rows"),
        ("delete from {s}.readings where distancefromobject = 250", CHANGED),
        ("update {s}.readings set vector_count = 9 where distancefromobject = 250", CHANGED),
        ("update {s}.publishable_reading_pairs set y = 7 where vector_number = 1", CHANGED),
        (
            "insert into {s}.publishable_reading_pairs "
            "from {s}.publishable_reading_pairs where vector_number = 1",
            CHANGED,
        ),
        (
            "update {s}.publishable_reading_pairs set y = 7 where vector_number = 1;"
            "update {s}.dataset_fingerprint set publishable_sha256 = "
            f"({checks.CONTENT_SHA256.format(rows='{s}.publishable_reading_pairs')})",
            "publishable rows that are not in reading_pairs",
        ),
        ("drop table {s}.readings", "Run make build"),
    ],
)
@pytest.mark.parametrize("options", [[], ["--publishable-only"]])
def test_what_does_not_fit_together_does_not_go_out(
    database: Path, export: Callable, tmp_path: Path, accident: str, said: str, options: list[str]
) -> None:
    query(database, accident.format(s=SCHEMA))
    code, error = export(*options)
    assert code == 1
    assert error.startswith("error: ") and said in error
    assert "Traceback" not in error
    assert not (tmp_path / "out").exists()
    assert leftovers(tmp_path) == set()


@pytest.mark.parametrize(
    ("accident", "said"),
    [
        ("update {s} set subject_key = 'ana@example.com'", "keys in reading_pairs that are no"),
        ("update {s} set device_key = upper(device_key)", "keys in reading_pairs that are no"),
        (
            "update {s} set split = 'test' where distancefromobject = 250",
            "people in more than one split",
        ),
    ],
)
def test_keys_that_are_no_pseudonyms_and_torn_splits_do_not_go_out(
    database: Path, export: Callable, accident: str, said: str
) -> None:
    query(database, accident.format(s=f"{SCHEMA}.reading_pairs"))
    # Even where the fingerprint was made of such rows.
    rows = query(database, f"from {SCHEMA}.reading_pairs")
    digest = content_sha256([(row[0], row[1].replace(tzinfo=UTC), *row[2:]) for row in rows])
    query(
        database,
        f"update {SCHEMA}.dataset_fingerprint set content_sha256 = '{digest}', "
        f"subject_count = (select count(distinct subject_key) from {SCHEMA}.reading_pairs)",
    )
    code, error = export()
    assert code == 1
    assert said in error


def test_no_card_no_export(
    database: Path, export: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "CARD", tmp_path / "none.md")
    code, error = export()
    assert code == 1 and "no data goes out without its card" in error
    assert not (tmp_path / "out").exists()


def test_an_earlier_export_is_replaced_only_on_request(
    database: Path, export: Callable, tmp_path: Path
) -> None:
    assert export()[0] == 0
    first = contents(tmp_path / "out")
    code, error = export("--publishable-only")
    assert code == 2 and "is an export already: add --overwrite" in error
    assert contents(tmp_path / "out") == first
    assert export("--publishable-only", "--overwrite")[0] == 0
    assert len(contents(tmp_path / "out")) == 2
    assert leftovers(tmp_path) == set()


def test_an_export_that_fails_leaves_the_earlier_one(
    database: Path, export: Callable, tmp_path: Path
) -> None:
    assert export()[0] == 0
    first = contents(tmp_path / "out")
    query(database, f"delete from {SCHEMA}.readings")
    assert export("--overwrite")[0] == 1
    assert contents(tmp_path / "out") == first
    assert leftovers(tmp_path) == set()


@pytest.mark.parametrize("options", [[], ["--overwrite"]])
@pytest.mark.parametrize("stranger", ["notes.txt", "readings.parquet", "data_card.md"])
def test_what_others_made_is_never_touched(
    database: Path, export: Callable, tmp_path: Path, options: list[str], stranger: str
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / stranger).write_text("mine")
    code, error = export(*options)
    assert code == 2 and "choose another --out" in error
    assert contents(tmp_path / "out") == {stranger: b"mine"}


def test_an_export_with_a_stranger_in_it_is_never_touched(
    database: Path, export: Callable, tmp_path: Path
) -> None:
    assert export()[0] == 0
    (tmp_path / "out/model.pkl").write_text("mine")
    code, error = export("--overwrite")
    assert code == 2 and "holds model.pkl, which no export makes" in error


def test_only_the_owner_can_read_it_and_an_empty_folder_will_do(
    database: Path, export: Callable, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir(mode=0o755)
    assert export()[0] == 0
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_an_interrupt_leaves_nothing(
    database: Path, export: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "check_files", interrupt)
    assert export() == (130, "interrupted: nothing was exported\n")
    assert not (tmp_path / "out").exists()
    assert leftovers(tmp_path) == set()


def test_a_database_that_cannot_be_read_is_said(
    tmp_path: Path, export: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PROJECT)
    monkeypatch.setenv("STEDI_DUCKDB", str(tmp_path / "none.duckdb"))
    assert export() == (
        1,
        f"error: there is no {tmp_path}/none.duckdb: run make build, or set STEDI_DUCKDB\n",
    )
    (tmp_path / "junk.duckdb").write_text("junk")
    monkeypatch.setenv("STEDI_DUCKDB", str(tmp_path / "junk.duckdb"))
    code, error = export()
    assert code == 1 and "junk.duckdb cannot be read" in error


def test_nothing_to_export_is_an_export_without_rows(
    database: Path, export: Callable, tmp_path: Path
) -> None:
    for table in contract.TABLES:
        query(database, f"delete from {SCHEMA}.{table.name}")
    query(
        database,
        f"update {SCHEMA}.dataset_fingerprint set row_count = 0, subject_count = 0, "
        "first_captured_at = null, last_captured_at = null, content_sha256 = sha256(''), "
        "publishable_row_count = 0, publishable_sha256 = sha256('')",
    )
    assert export() == (0, "")
    assert json.loads((tmp_path / "out/fingerprint.json").read_text())["first_captured_at"] is None
