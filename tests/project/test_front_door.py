"""The front door without network: bootstrap, Makefile, names of the database."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jinja2
import pytest
from dbt.adapters.duckdb.credentials import DuckDBCredentials

from tests.support.lakehouse import Lakehouse, failure

PROJECT = Path(__file__).resolve().parents[2]
SCRIPTS = PROJECT / "scripts"
BOOTSTRAP = SCRIPTS / "bootstrap.sh"
# Commands that the front door takes from any machine; python3 and uv are left to each test.
COMMANDS = (
    *("make", "sh", "awk", "cat", "cmp", "cp", "dirname"),
    *("env", "grep", "mkdir", "mv", "rm", "sed"),
)


class Project:
    """A folder with the project's front door, on a machine that has only COMMANDS."""

    def __init__(self, root: Path) -> None:
        self.root = root / "project"
        self.bin = root / "bin"
        self.bin.mkdir()
        for command in COMMANDS:
            self.bin.joinpath(command).symlink_to(shutil.which(command) or f"/bin/{command}")
        (self.root / "scripts").mkdir(parents=True)
        files = ("Makefile", "pyproject.toml", "uv.lock", "profiles.example.yml")
        for file in (*files, "scripts/bootstrap.sh"):
            shutil.copy(PROJECT / file, self.root / file)

    def has(self, name: str, script: str) -> None:
        """Put a command on the machine."""
        write_script(self.bin / name, script)

    def has_environment(self, script: str) -> None:
        """Put an up-to-date .venv into the project, whose python is this script."""
        (self.root / ".venv/bin").mkdir(parents=True)
        write_script(self.root / ".venv/bin/python", script)
        shutil.copy(self.root / "uv.lock", self.root / ".venv/.synced-runtime")

    def run(self, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a command of this machine in the project."""
        return subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            cwd=self.root,
            env={"PATH": str(self.bin), **env},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def bootstrap(self, level: str = "runtime", **env: str) -> subprocess.CompletedProcess[str]:
        """Run the bootstrap script alone."""
        return self.run("sh", "scripts/bootstrap.sh", level, **env)


def write_script(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def remedy(result: subprocess.CompletedProcess[str]) -> str:
    """Return the last line of a command that must have failed without a traceback."""
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    return result.stderr.splitlines()[-1]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


# Python


def test_bounds_of_python_are_those_of_pyproject(project: Project) -> None:
    requires = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["requires-python"]
    oldest, too_new = (int(bound.split(".")[1]) for bound in requires.split(","))
    project.has("python3", "echo 2.7")
    assert f"Python 3.{oldest} to 3.{too_new - 1}." in remedy(project.bootstrap())


@pytest.mark.parametrize("version", ["2.7", "3.8", "3.10", "3.99", "4.0"])
def test_another_python_is_refused(project: Project, version: str) -> None:
    project.has("python3", f"echo {version}")
    message = remedy(project.bootstrap())
    assert message.startswith(f"python3 is Python {version}; the project needs Python 3.")
    assert message.endswith("then run make again with PYTHON=/path/to/python3.")


def test_a_machine_without_python_is_told_what_to_install(project: Project) -> None:
    message = remedy(project.bootstrap())
    assert message.startswith("python3 is missing or does not run;")
    assert "Install one of them" in message


def test_a_right_python_under_another_name_is_suggested(project: Project) -> None:
    project.has("python3", "echo 3.8")
    project.has("python3.12", "echo 3.12")
    assert remedy(project.bootstrap()).endswith("run make again with PYTHON=python3.12.")


def test_the_python_given_to_make_is_the_one_judged(project: Project) -> None:
    project.has("python3", "echo 3.12")
    project.has("old", "echo 3.8")
    result = project.run("make", "build", "PYTHON=old")
    assert result.returncode != 0
    assert "old is Python 3.8;" in result.stderr


def test_python_without_ensurepip_gets_the_name_of_the_package(project: Project) -> None:
    project.has("python3", 'case "$2" in *ensurepip*) exit 1;; esac; echo 3.12')
    assert "apt install python3-venv" in remedy(project.bootstrap())


# Packages


@pytest.mark.parametrize("level", ["runtime", "dev"])
def test_no_network_is_said_by_name(project: Project, level: str) -> None:
    project.has("python3", "echo 3.12")
    project.has("uv", '[ "$1" = --version ]')
    message = remedy(project.bootstrap(level))
    assert message.startswith("Could not install the packages: see the message above.")
    assert "network" in message
    assert not (project.root / f".venv/.synced-{level}").exists()


def test_no_network_is_said_by_name_when_uv_is_missing_too(project: Project) -> None:
    pip_fails = "mkdir -p .uv/bin; printf '#!/bin/sh\\nexit 1\\n' > .uv/bin/python"
    project.has("chmod", f'exec {shutil.which("chmod")} "$@"')
    project.has(
        "python3",
        f'if [ "$2" = venv ]; then {pip_fails}; chmod +x .uv/bin/python; else echo 3.12; fi',
    )
    assert remedy(project.bootstrap()).startswith("Could not install the packages:")


def test_packages_are_synced_once_and_dev_packages_stay(project: Project) -> None:
    project.has("python3", "echo 3.12")
    project.has("uv", '[ "$1" = --version ] || echo "$@" >> calls')
    project.has_environment("echo 3.12")
    project.root.joinpath(".venv/.synced-runtime").unlink()
    calls = project.root / "calls"
    for level in ("runtime", "runtime", "dev", "dev", "runtime"):
        assert project.bootstrap(level).returncode == 0
    runtime, dev = calls.read_text().splitlines()
    assert "--frozen --inexact" in runtime and "--no-dev" in runtime
    assert "--frozen --inexact" in dev and "--group dev" in dev

    project.root.joinpath("uv.lock").write_text("another")
    assert project.bootstrap("runtime").returncode == 0
    assert len(calls.read_text().splitlines()) == 3


def test_every_level_keeps_what_a_person_installed_and_puts_locked_versions_back(
    project: Project,
) -> None:
    packages = project.root / ".venv/lib/python3.12/site-packages"
    project.has("python3", "echo 3.12")
    project.has("uv", '[ "$1" = --version ] || echo "$@" >> calls')
    project.has_environment("echo 3.12")
    packages.mkdir(parents=True)
    levels = re.findall(r"^        (\w+)\) scope=", BOOTSTRAP.read_text(), flags=re.MULTILINE)
    assert {"runtime", "athena", "examples"} <= set(levels)
    os.utime(packages, (2**32, 2**32))  # something was installed since
    for level in levels:
        assert project.bootstrap(level).returncode == 0
    calls = project.root.joinpath("calls").read_text().splitlines()
    *synced, venv, pyspark = sorted(calls, key=lambda call: not call.startswith("sync"))
    assert len(synced) == len(levels)
    assert all("--frozen --inexact" in call for call in synced)
    assert venv.endswith(" .venv/spark") and "--python .venv/spark/bin/python" in pyspark
    assert "--require-hashes" in pyspark
    os.utime(packages, (0, 0))
    assert project.bootstrap("runtime").stderr == ""


def test_two_bootstraps_at_once_make_one_environment(project: Project) -> None:
    project.has("python3", f'exec {sys.executable} "$@"')
    made = "mkdir -p .venv/bin; printf '#!/bin/sh\nexit 0\n' > .venv/bin/python"
    project.has("chmod", f'exec {shutil.which("chmod")} "$@"')
    project.has("sleep", f'exec {shutil.which("sleep")} "$@"')
    finish = "chmod +x .venv/bin/python; echo >> calls"
    project.has("uv", f'[ "$1" = --version ] || {{ sleep 1; {made}; {finish}; }}')
    with ThreadPoolExecutor(2) as both:
        results = [both.submit(project.bootstrap) for _ in range(2)]
    said = sorted(result.result().stderr.splitlines()[0] for result in results)
    assert [result.result().returncode for result in results] == [0, 0]
    assert said[0].startswith("Making .venv from uv.lock")
    assert said[1] == "Waiting for another make, which is making .venv"
    assert project.root.joinpath("calls").read_text() == "\n"


# Makefile


def test_build_generates_landing_data_only_where_no_root_is_named(project: Project) -> None:
    generate = "scripts/generate_landing.py --out data/landing"
    assert generate in project.run("make", "-n", "build").stdout
    assert generate in project.run("make", "-n", "build", STEDI_LANDING="").stdout
    assert generate not in project.run("make", "-n", "build", STEDI_LANDING="mine").stdout
    (project.root / "data/landing").mkdir(parents=True)
    assert generate in project.run("make", "-n", "build").stdout
    (project.root / "data/landing/customer").mkdir()
    assert generate not in project.run("make", "-n", "build").stdout


def test_the_test_build_leaves_what_is_the_callers_alone(project: Project) -> None:
    mine = dict.fromkeys(("STEDI_LANDING", "STEDI_DUCKDB", "STEDI_SECRET"), "mine")
    plan = project.run("make", "-n", "test", **mine)
    assert "mine" not in plan.stdout and "make_pepper" not in plan.stdout
    (build,) = [line for line in plan.stdout.splitlines() if " build --target" in line]
    assert "STEDI_LANDING= " in build and "STEDI_SECRET= " in build
    assert "STEDI_DUCKDB=data/test.duckdb" in build
    assert "pytest" in plan.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("fails", "code", "is_summarized"),
    [
        ("nothing", 0, True),
        ("run_dbt", 1, True),  # a test has failed
        ("run_dbt", 2, False),  # nothing was built
        ("run_dbt", 130, False),
        ("make_pepper", 1, False),
    ],
)
def test_what_was_built_is_summarized(
    project: Project, fails: str, code: int, is_summarized: bool
) -> None:
    project.has_environment(f'echo "ran $*"; case "$*" in *{fails}*) exit {code};; esac')
    result = project.run("make", "build")
    assert (result.returncode == 0) == (code == 0)
    assert ("summarize_build" in result.stdout) == is_summarized
    assert ("run_dbt" in result.stdout) == (fails != "make_pepper")


def test_profile_is_copied_once(project: Project) -> None:
    project.has_environment("exit 0")
    profile = project.root / "profiles.yml"
    assert project.run("make", "build").returncode == 0
    assert profile.read_text() == (PROJECT / "profiles.example.yml").read_text()
    profile.write_text("mine")
    assert project.run("make", "build").returncode == 0
    assert profile.read_text() == "mine"


def test_make_alone_lists_the_targets(project: Project) -> None:
    listed = project.run("make").stdout
    for target in ("build", "test", "docs", "lint", "clean"):
        assert f"make {target} " in listed
    lines = listed.splitlines()
    assert max(map(len, lines)) <= 80
    (column,) = {re.match(r"make [\w-]+ +", line).end() for line in lines}
    assert column < 30


def test_landing_that_another_make_has_just_made_is_left_alone(project: Project) -> None:
    project.has_environment('echo "ran $*"')
    assert "generate_landing" in project.run("make", "landing").stdout
    (project.root / "data/landing/customer").mkdir(parents=True)
    assert project.run("make", "landing").stdout == ""


def test_verbose_shows_lines_of_dbt(project: Project) -> None:
    assert "--verbose" not in project.run("make", "-n", "build").stdout
    assert "run_dbt.py --verbose build" in project.run("make", "-n", "build", "VERBOSE=1").stdout


def test_athena_needs_neither_landing_nor_pepper_nor_duckdb(project: Project) -> None:
    project.has_environment('echo "ran $*"')
    for goal in ("build", "docs"):
        result = project.run("make", goal, "TARGET=athena")
        assert result.returncode == 0, result.stderr
        ran = [line.split()[1:3] for line in result.stdout.splitlines() if "ran " in line]
        script = "summarize_build" if goal == "build" else "draw_accounting"
        assert [script for script, *_ in ran] == [
            f"scripts/{name}.py" for name in ("preflight", "run_dbt", script)
        ]
        assert result.stdout.count("--target athena") == 2
    assert "--target local" in project.run("make", "-n", "build", "TARGET=").stdout


def test_dbt_is_not_started_where_the_preflight_has_found_something(project: Project) -> None:
    project.has_environment('echo "ran $*"; case "$*" in *preflight*) exit 2;; esac')
    result = project.run("make", "build", "TARGET=athena")
    assert result.returncode == 2
    assert result.stdout.splitlines()[-1] == "ran scripts/preflight.py"


@pytest.mark.parametrize("target", ["Athena", "duckdb", "local athena"])
def test_another_target_is_refused_in_one_line_before_anything_is_done(
    project: Project, target: str
) -> None:
    for goal in ("build", "docs"):
        for result in (
            project.run("make", goal, f"TARGET={target}"),
            project.run("make", goal, TARGET=target),
        ):
            assert (result.returncode, result.stdout) == (2, "")
            (line,) = result.stderr.splitlines()
            assert f"TARGET is '{target}': it takes local or athena" in line
    assert project.run("make", "help", TARGET=target).returncode == 0


# Database


NAMES = {
    True: [
        *("stedi.db", "two words.db", "\u00fc.db", "1st", "a-b.db", ".x.db", "stedi_2.db"),
        "trusted.db",
    ],
    False: [
        *("temp", "main.db", "System.duckdb", "information_schema.db", "pg_catalog.db", ":memory:"),
        *("stedi_trusted.duckdb", "Stedi_Landing.x", "stedi_secret.db", "stedi_expected.db"),
        *("quote'd.db", 'a"b.db', "a#b.db", "a?b.db", "a;b.db", "[a].db", "%20.db", "dir?/a.db"),
    ],
}  # fmt: skip


def macro_takes(database: Path) -> bool:
    """Whether macros/cross_db/check_database.sql takes a file, for two schemas."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    refused: list[str] = []
    name = DuckDBCredentials.path_derived_database_name(database)
    environment.globals |= {
        "modules": {"re": re},
        "exceptions": {"raise_compiler_error": refused.append},
        "target": {"path": str(database), "database": name, "schema": "stedi"},
    }
    macros = environment.from_string((PROJECT / "macros/cross_db/check_database.sql").read_text())
    for schema in ("stedi_trusted", "stedi_expected"):
        macros.module.duckdb__check_database(schema)
    assert all("STEDI_DUCKDB=data/other.duckdb" in said for said in refused)
    return not refused


@pytest.mark.parametrize(
    ("name", "is_taken"), [(name, taken) for taken, names in NAMES.items() for name in names]
)
def test_names_that_duckdb_takes_for_something_else_are_refused(
    tmp_path: Path, name: str, is_taken: bool
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    assert macro_takes(tmp_path / name) == is_taken


def test_dbt_refuses_them_before_it_makes_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lakehouse = Lakehouse(tmp_path, monkeypatch)
    file = tmp_path / "stedi_trusted.duckdb"
    lakehouse.variables["STEDI_DUCKDB"] = str(file)
    assert f"STEDI_DUCKDB is {file}: " in failure(lakehouse.dbt("run"))
    assert not file.exists()


# Messages


def test_no_message_that_athena_may_show_speaks_of_duckdb() -> None:
    macros = {}
    for file in (PROJECT / "macros").rglob("*.sql"):
        text = re.sub(r"\{#.*?#\}", "", file.read_text(), flags=re.DOTALL)
        macros |= {part.split("(")[0]: part for part in re.split(r"\{%-? macro ", text)[1:]}
    assert "make build" in macros["duckdb__where_to_get"]
    shown = {name: text for name, text in macros.items() if not name.startswith("duckdb__")}
    words = ("make build", "DuckDB", "STEDI_DUCKDB")
    assert [(name, word) for name, text in shown.items() for word in words if word in text] == []
