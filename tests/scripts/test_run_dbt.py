"""scripts/run_dbt.py and packages/dbt-stedi: a small dbt project, the same way as ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import botocore.exceptions
import botocore.session
import dbt_stedi
import duckdb
import pytest
import run_dbt
from botocore.session import create_loader
from dbt.adapters.athena import connections
from dbt.adapters.athena.exceptions import AthenaQueryFailedError
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt_common.exceptions import DbtRuntimeError
from dbt_stedi import code_version

FILES = {
    "dbt_project.yml": "{name: stedi, profile: small, model-paths: [models], test-paths: [tests]}",
    "profiles.yml": "small: {target: t, outputs: {t: {type: duckdb, path: small.duckdb}}}",
    "models/good.sql": 'select 1 as x, \'{{ env_var("STEDI_CODE_VERSION", "") }}\' as version',
    "models/bad.sql": "select nothing from {{ ref('good') }}",
    "models/_models.yml": """
models:
  - name: good
    columns:
      - name: x
        data_tests:
          - accepted_values:
              name: x_is_two
              arguments: {values: [2]}
          - accepted_values:
              name: x_is_odd
              description: Expected here.
              arguments: {values: [3]}
              config: {severity: warn}
""",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for name in [name for name in os.environ if name.startswith(("DBT_", "STEDI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(run_dbt, "PROJECT", tmp_path)
    monkeypatch.setenv("STEDI_DUCKDB", "small.duckdb")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    return tmp_path


def run(*arguments: str) -> int:
    try:
        return run_dbt.main([*arguments])
    finally:
        DuckDBConnectionManager.close_all_connections()


def test_what_needs_attention_is_shown_and_nothing_else(project: Path, capfd) -> None:
    assert run("build", "--select", "good", "--exclude", "x_is_two") == 0
    assert capfd.readouterr() == (
        "WARN  x_is_odd: 1. Expected here.\nDone. PASS=1 WARN=1 ERROR=0 SKIP=0 NO-OP=0 TOTAL=2\n",
        "",
    )
    assert run("run") == 1  # a table that fails is an error; it would skip nothing here
    assert capfd.readouterr().out.startswith(
        "ERROR bad: Runtime Error in model bad (models/bad.sql)"
    )
    assert run("build", "--exclude", "bad") == 1
    warned, failed, query, done = capfd.readouterr().out.splitlines()
    assert warned.startswith("WARN  x_is_odd") and done.startswith("Done. PASS=1 WARN=1 ERROR=1")
    assert failed == "FAIL  x_is_two: Got 1 result, configured to fail if != 0"
    assert Path(query.removeprefix("      the query for them: ")).exists()
    assert b"x_is_two" in (project / "logs/dbt.log").read_bytes()
    assert run("--verbose", "run", "--select", "good") == 0
    shown = capfd.readouterr().out
    assert "1 of 1 OK created" in shown and "\033" not in shown


def test_what_keeps_dbt_from_beginning_is_said_without_a_trace(
    project: Path, capfd, monkeypatch
) -> None:
    assert run("build", "--target", "no") == 2
    assert "does not have a target named 'no'" in capfd.readouterr().err
    profile = project / "profiles.yml"
    profile.write_text(FILES["profiles.yml"].replace("small.d", "no/small.d"))
    with monkeypatch.context() as patched:
        patched.setenv("STEDI_DUCKDB", "no/small.duckdb")
        assert run("build") == 2
    assert "there is no folder no. Make it, or name another" in capfd.readouterr().err
    profile.write_text(FILES["profiles.yml"])
    hold = "import duckdb; c = duckdb.connect('small.duckdb'); print(flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", hold], **pipes) as holder:
        holder.stdout.readline()
        assert run("build") == 2
        (line,) = capfd.readouterr().err.splitlines()
        assert f"process {holder.pid}). Close it there" in line
        plain = subprocess.run([sys.executable, "-m", "dbt.cli.main", "build"], capture_output=True)
        holder.communicate(b"\n")
    assert plain.returncode == 2
    assert b"Could not set lock" in plain.stdout
    assert b"Traceback" not in plain.stdout + plain.stderr
    assert b"Traceback" in (project / "logs/dbt.log").read_bytes()


def test_an_interrupt_is_one_line_and_the_next_run_repairs(project, monkeypatch, capfd) -> None:
    def interrupt(self, event) -> None:
        if event.info.name == "LogStartLine":
            os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patched:
        patched.setattr(run_dbt.Report, "__call__", interrupt)
        assert run("run", "--select", "good") == 130
    assert capfd.readouterr() == ("", "\nrun_dbt.py: interrupted\n")
    assert run("run", "--select", "good") == 0


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("Query interrupted"), ""),
        (DbtRuntimeError("no"), "no"),
        (duckdb.IOException("IO Error: it is not a valid DuckDB database file!"), "Move it away"),
        (duckdb.ParserException("Unknown unit for memory_limit"), "logs/dbt.log has the details"),
        (
            DbtRuntimeError("not so\n\n  > in macro a (a.sql)\n  > called by macro b (b.sql)"),
            "not so",
        ),
        (ZeroDivisionError("0"), "ZeroDivisionError: 0 (logs/dbt.log has the details)"),
        (botocore.exceptions.NoCredentialsError(), "dbt cannot use AWS: Unable to locate cred"),
    ],
)
def test_an_exception_is_told_by_what_helps(error: Exception, said: str) -> None:
    explained = run_dbt.explain(error)
    assert said in str(explained) and "macro" not in str(explained)
    assert isinstance(explained, KeyboardInterrupt if not said else run_dbt.SettingProblem)


# The plugin


def git(folder: Path, *arguments: str) -> str:
    person = ("-c", "user.name=n", "-c", "user.email=e@example.com")
    command = ["git", "-C", str(folder), *person, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "clone"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / ".gitignore").write_text("ignored\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    return folder


def test_the_code_version_is_the_commit_or_nothing(clone: Path, tmp_path, monkeypatch) -> None:
    commit = git(clone, "rev-parse", "HEAD")
    (clone / "ignored").write_text("")
    git(clone, "config", "status.showUntrackedFiles", "no")
    assert code_version(clone) == commit
    for changed in (".gitignore", "new.sql"):
        with (clone / changed).open("a") as file:
            file.write("more\n")
        assert code_version(clone) == f"{commit}-dirty"
        git(clone, "stash", "-qu")
    git(clone, "tag", "v1")
    git(clone, "pack-refs", "--all")
    git(clone, "checkout", "-q", "--detach")
    git(clone, "worktree", "add", "-q", str(tmp_path / "tree"))
    assert code_version(tmp_path / "tree") == code_version(clone) == commit
    inside, empty = clone / "inside", tmp_path / "empty"
    for folder in (inside, empty):
        folder.mkdir()
    git(empty, "init", "-q")
    assert code_version(inside) == code_version(empty) == code_version(tmp_path) == ""
    git(clone, "commit", "-q", "--allow-empty", "-m", "second")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "tree/.git"))  # as within a hook
    assert code_version(clone) != commit
    monkeypatch.setenv("PATH", str(inside))
    assert code_version(clone) == ""


@pytest.mark.parametrize("given", ["", "release-7"])
def test_plain_dbt_finds_the_commit_anew_each_time(project: Path, monkeypatch, given) -> None:
    monkeypatch.setenv("STEDI_CODE_VERSION", given)
    (project / ".gitignore").write_text("*\n")
    git(project, "init", "-q")
    for message in ("first", "second"):
        git(project, "commit", "-q", "--allow-empty", "-m", message)
        assert run("run", "--select", "good") == 0
        with duckdb.connect("small.duckdb") as connection:
            found = connection.execute("select version from good").fetchone()
        assert found == (given or git(project, "rev-parse", "HEAD"),)


def test_an_environment_that_cannot_be_changed_is_left_alone(monkeypatch) -> None:
    """As dbt's on Windows: the version is unknown there."""
    fixed = SimpleNamespace(env=MappingProxyType({}))
    monkeypatch.setattr(dbt_stedi, "get_invocation_context", lambda: fixed)
    dbt_stedi.Stedi("stedi").initialize()


def test_a_feed_that_is_too_old_is_told_by_its_newest_file() -> None:
    feed = SimpleNamespace(name="customer_landing")
    old = {"node": feed, "status": "error", "max_loaded_at": datetime(2026, 1, 2)}
    unknown = {"node": feed, "status": "runtime error", "message": "no such table"}
    operation = {"status": "error"}
    results = [SimpleNamespace(**each) for each in (old, unknown, operation)]
    assert list(run_dbt.render(results)) == [
        "ERROR customer_landing: its newest file came at 2026-01-02 00:00 UTC",
        "ERROR customer_landing: no such table",
    ]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"{kind}: Cannot cast 'ada@example.com'", kind)
        for kind in (
            "INVALID_CAST_ARGUMENT",
            "INVALID_FUNCTION_ARGUMENT",
            "NUMERIC_VALUE_OUT_OF_RANGE",
            "JSON_INPUT_CONVERSION_ERROR",
            "HIVE_BAD_DATA",
            "ICEBERG_WRITER_DATA_ERROR",
            "GENERIC_INTERNAL_ERROR",
            "HIVE_CURSOR_ERROR",
            "ICEBERG_COMMIT_ERROR",
            "ERROR_OF_A_LATER_TRINO",
        )
    ]
    + [
        ("NOT_FOUND: no: INVALID_CAST_ARGUMENT: 'ada@example.com'", "NOT_FOUND: the rest"),
        ("Query failed: INVALID_CAST_ARGUMENT: 'ada@example.com'", "the rest"),
    ]
    + [
        (said, said)
        for said in (
            "INVALID_CAST_ARGUMENT: Cannot cast 'Landing file a.json is in the wrong place'",
            "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.stedi_trusted.t' does not exist",
            "HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://b/a.json.gz: Not in GZIP format",
            "PERMISSION_DENIED: Access Denied: s3://b/a.json.gz",
            "HIVE_CURSOR_ERROR: Failed to read file at s3://b/A_B.json.gz",
            "EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded per-node memory limit of 1GB",
            "Query cancelled by user",
        )
    ],
)
def test_an_error_of_athena_shows_no_value(monkeypatch, said: str, shown: str) -> None:
    monkeypatch.setattr(connections, "AthenaQueryFailedError", AthenaQueryFailedError)
    monkeypatch.setattr(botocore.session, "create_loader", create_loader)
    events = SimpleNamespace(loggers=[])
    monkeypatch.setattr(dbt_stedi, "get_event_manager", lambda: events)
    fixed = SimpleNamespace(env=MappingProxyType({}))
    monkeypatch.setattr(dbt_stedi, "get_invocation_context", lambda: fixed)
    for _ in range(2):  # commands of one process
        dbt_stedi.Stedi("stedi").initialize()
    for told in ({"ErrorMessage": said, "ErrorType": 233}, {}):
        error = connections.AthenaQueryFailedError(told, said)
        assert error.msg.startswith(shown) and "ada@" not in error.msg
        assert error.error_type == told.get("ErrorType")
    make = botocore.session.create_loader
    assert make is not create_loader and make() is make()


@pytest.mark.parametrize(
    ("name", "level", "shown"),
    [
        ("Deprecated", "warn", ["WARN  x"]),
        ("Deprecated", "error", ["ERROR x"]),
        ("Deprecated", "info", []),
        ("JinjaLogInfo", "info", ["x"]),  # log() of a macro
        ("PrintEvent", "info", ["x"]),  # print()
    ],
)
def test_what_concerns_no_node_is_shown_by_its_level(
    name: str, level: str, shown: list[str]
) -> None:
    said: list[str] = []
    event = SimpleNamespace(info=SimpleNamespace(name=name, level=level, msg="x"))
    run_dbt.Report(SimpleNamespace(write=said.append))(event)
    assert said == shown
