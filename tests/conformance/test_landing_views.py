"""The landing views follow the landing root and the declaration; the DDL is as it was agreed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

from tests.conformance import oracle
from tests.support import records
from tests.support.lakehouse import PROJECT, Lakehouse, failure

GOLDEN = Path(__file__).with_name("golden")


def write_landing(root: Path, customers: int) -> Path:
    """A landing of so many customers, each with one reading of phone and device."""
    people = [f"person{number}@example.com" for number in range(customers)]
    records.land(
        root,
        [records.customer(who, f"s-{who}", research=records.T, nickName="Nick") for who in people],
        [records.vector(who, records.T) for who in people],
        [records.reading(f"s-{who}", records.T) for who in people],
    )
    return root


def test_a_loaded_file_is_not_read_again_unasked(lakehouse: Lakehouse, tmp_path: Path) -> None:
    root = write_landing(tmp_path, 2)
    stage = ("run", "--select", "path:models/staging")
    assert lakehouse.dbt(*stage, landing=root).success
    (loaded,) = (root / "customer/landing").iterdir()
    somebodys = "stedi_staging.stg_customer__bkp"
    lakehouse.query(f"create table {somebodys} as from stedi_staging.stg_customer")
    line = loaded.read_bytes()
    loaded.write_bytes(b"x" * len(line))  # against the contract: as many other bytes
    (loaded.parent / "empty.json").touch()
    said = {result.node.name: result.message for result in lakehouse.dbt(*stage).result}
    assert {said[f"stg_{feed}"] for feed in oracle.FEEDS} == {"NOTHING NEW"}
    (loaded.parent / "new.json").write_bytes(line)
    said = {result.node.name: result.message for result in lakehouse.dbt(*stage).result}
    assert [said[f"stg_{feed}"] for feed in oracle.FEEDS].count("NOTHING NEW") == 2
    rejected = "select count(*), count(reject_reasons) from stedi_staging.stg_customer"
    assert lakehouse.query(rejected) == [(4, 0)]
    for asked, held in (("--full-refresh", (3, 1)), ("--empty", (0, 0)), ("", (3, 1))):
        assert lakehouse.dbt(*stage, *filter(None, [asked])).success
        assert lakehouse.query(rejected) == [held]
    assert lakehouse.query(f"select count(*) from {somebodys}") == [(2,)]


@pytest.mark.parametrize(
    "spelling",
    ["{root}/", "{root}//", "{parent}/./{name}", "{root}/../{name}", "{relative}", "{parent}/link"],
)
def test_a_landing_root_may_be_spelled_in_many_ways(
    lakehouse: Lakehouse, tmp_path: Path, spelling: str
) -> None:
    root = write_landing(tmp_path / "landing", 1)
    (root.parent / "link").symlink_to(root)
    names = {"root": root, "parent": root.parent, "name": root.name}
    landing = spelling.format(**names, relative=os.path.relpath(root))
    assert lakehouse.run("--select", "stg_customer", landing=landing).success
    files = lakehouse.query("select source_file from stedi_staging.stg_customer")
    assert files == [(f"customer/landing/{next((root / 'customer/landing').iterdir()).name}",)]
    said = {each.message for each in lakehouse.run("--select", "stg_customer", landing=root).result}
    assert ("NOTHING NEW" in said) == (spelling != "{parent}/link")


def test_a_relative_root_is_another_one_in_another_clone(tmp_path: Path) -> None:
    """Of files with the same names and sizes, for the same database."""
    customers = "select email from stedi_staging.stg_customer"
    for who in ("person0@example.com", "person9@example.com"):
        clone = tmp_path / who
        clone.mkdir()
        for part in PROJECT.iterdir():
            if part.name not in ("data", "target", "logs"):
                (clone / part.name).symlink_to(part)
        records.land(clone / "landing", [records.customer(who, "s")], [], [])
        with pytest.MonkeyPatch.context() as environment:
            environment.chdir(clone)
            lakehouse = Lakehouse(tmp_path, environment, clone)
            for _ in range(2):
                result = lakehouse.dbt("run", "--select", "stg_customer", landing="landing")
                assert result.success
            assert lakehouse.query(customers) == [(who,)]
            assert "NOTHING NEW" in {node.message for node in result.result}


def test_what_is_changed_in_the_project_shows_at_the_next_build(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(
        PROJECT, project, ignore=shutil.ignore_patterns(".*", "data", "target", "logs", "tests")
    )
    shutil.copytree(PROJECT / "tests/generic", project / "tests/generic")
    with pytest.MonkeyPatch.context() as environment:
        lakehouse = Lakehouse(tmp_path, environment, project)
        root = write_landing(tmp_path / "landing", 1)
        assert lakehouse.dbt("run", "--select", "stg_customer", landing=root).success
        sources = project / "models/landing/_landing__sources.yml"
        text = sources.read_text()
        assert text.count("json_key: customerName") == 1
        sources.write_text(text.replace("json_key: customerName", "json_key: nickName"))
        assert lakehouse.dbt("run", "--select", "stg_customer", landing=root).success
        assert lakehouse.query("select customername from stedi_staging.stg_customer") == [("Nick",)]
        lakehouse.query("alter table stedi_staging.stg_customer add column another integer")
        assert lakehouse.dbt("run", "--select", "stg_customer", landing=root).success
        columns = lakehouse.query("select column_name from (describe stedi_staging.stg_customer)")
        assert ("another",) not in columns
        settings = project / "dbt_project.yml"
        text = settings.read_text()
        age = "vacuum_max_snapshot_age_seconds: "
        settings.write_text(text.replace(f"{age}3600", f"{age}7200"))
        results = lakehouse.dbt("run", "--select", "stg_customer").result
        assert "NOTHING NEW" not in {result.message for result in results}
        settings.write_text(text.replace("+materialized: ledger", "+materialized: table"))
        for _ in range(2):
            assert lakehouse.dbt("run", "--select", "stg_customer").success
            assert lakehouse.query("select count(*) from stedi_staging.stg_customer") == [(1,)]
        settings.write_text(text.replace("+materialized: ledger", "+materialized: incremental"))
        message = failure(lakehouse.dbt("run", "--select", "stg_customer"))
        assert "materialize it as ledger, or as table" in message


def test_published_counts_are_tested_on_known_data_only(
    lakehouse: Lakehouse, tmp_path: Path
) -> None:
    selected = ("--select", "test_name:row_count_is_published")
    listed = lakehouse.dbt("list", *selected, landing=write_landing(tmp_path, 1))
    assert listed.success
    assert not listed.result  # test_a_row_less_than_published_is_seen finds eight by this name


def printed_ddl(
    capfd: pytest.CaptureFixture[str], environment: pytest.MonkeyPatch, target: str, landing: str
) -> str:
    """What the dry run prints for a target."""
    environment.setenv("STEDI_LANDING", landing)
    result = dbtRunner().invoke(
        [
            *("--quiet", "run-operation", "stage_external_sources"),
            *("--args", "{dry_run: true}", "--target", target),
        ]
    )
    assert result.success
    return capfd.readouterr().out


@pytest.mark.parametrize("variable", ["STEDI_LANDING", "STEDI_SECRET"])
def test_a_place_that_s3_and_athena_name_differently_is_refused(
    lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch, capfd, variable: str
) -> None:
    operation = {"STEDI_LANDING": "stage_external_sources", "STEDI_SECRET": "stage_pepper"}
    monkeypatch.setattr(lakehouse, "target", "athena")
    monkeypatch.setitem(lakehouse.variables, "STEDI_SECRET", "s3://b//p")
    assert not lakehouse.dbt("run-operation", operation[variable], landing="s3://b//p").success
    message = capfd.readouterr().out
    assert f"{variable} must be s3://bucket/prefix" in message
    assert ("not 's3://b//p'" in message) == (variable == "STEDI_LANDING")


@pytest.mark.parametrize(
    ("target", "landing"), [("local", "landing"), ("athena", "s3://example-bucket/landing")]
)
def test_dry_run_prints_the_agreed_ddl(
    target: str, landing: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.MonkeyPatch.context() as environment:
        Lakehouse(tmp_path, environment)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
            environment.delenv(name, raising=False)
        environment.chdir(tmp_path)
        write_landing(tmp_path / "landing", 1)
        ddl = printed_ddl(capfd, environment, target, landing)
    golden = GOLDEN / f"landing_{target}.txt"
    agreed = golden.read_text() if golden.exists() else ""
    if ddl != agreed:
        proposal = tmp_path / golden.name
        proposal.write_text(ddl)
        pytest.fail(f"the DDL has changed; if that is meant: cp {proposal} {golden}")
