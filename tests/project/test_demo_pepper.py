"""The generated data gives one training set on every machine, by a pepper that protects nobody.

Only the generated data: anybody else's data is refused with that pepper.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import export_research
import make_pepper
import pytest
import summarize_build
from landing_generator import cli as generator

from tests.support.lakehouse import PROJECT, Lakehouse, failure

DEMO_FOLDER = PROJECT / "seeds/demo_pepper"
DEMO = (DEMO_FOLDER / "pepper").read_text().strip()
OWN = "Zq8-hX2v_Lw5kT9rN4b-Yd7mC1sJ6fPgE3uA0oRi"
PARTS = ("dbt_project.yml", "selectors.yml", "macros", "models", "seeds", "tests")
RUN = ("run", "--select", "reading_pairs")  # refused before it, or it fails for want of tables


class Clone(Lakehouse):
    """A fresh clone with generated data, in which no variable says where anything is."""

    def __init__(self, folder: Path, environment: pytest.MonkeyPatch) -> None:
        """Copy what dbt reads of the project."""
        self.project = folder / "clone"
        self.project.mkdir()
        for part in PARTS:
            (self.project / part).symlink_to(PROJECT / part)
        self.landing = self.project / "data/landing"
        self.generate("--overwrite")
        super().__init__(folder, environment, self.project)
        self.variables |= {"STEDI_SECRET": "", "STEDI_LANDING": "", "STEDI_CODE_VERSION": "v1"}

    def enter(self) -> None:
        """Go there as well: the scripts go to the project whose they are."""
        super().enter()
        self.environment.chdir(self.project)

    def generate(self, *options: str) -> None:
        assert generator.main(["--out", str(self.landing), *options]) == 0

    def refusal(self, **variables: str) -> str:
        """What dbt says when it must not build research; the pepper is not among it."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in variables.items():
                patch.setitem(self.variables, name, value)
            message = " ".join(failure(self.dbt(*RUN)).split())
        assert DEMO not in message and OWN not in message
        return message

    def pepper(self) -> list[tuple]:
        return self.query("select pepper from stedi_secret.pepper")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    with pytest.MonkeyPatch.context() as environment:
        yield Clone(tmp_path_factory.mktemp("demo"), environment)


def test_the_models_of_staging_do_not_ask_at_one_time_what_is_generated(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(clone.variables, "STEDI_SECRET", str(tmp_path))  # nobody asks for its sake
    for _ in range(4):
        result = clone.run("--full-refresh", "--select", "path:models/staging", landing="")
        assert result.success, failure(result)


def fingerprint(lakehouse: Lakehouse) -> tuple[str, str]:
    columns = "content_sha256, publishable_sha256"
    ((content, publishable),) = lakehouse.query(
        f"select {columns} from stedi_research.dataset_fingerprint"
    )
    return content, publishable


@pytest.fixture(scope="module")
def built(clone: Clone) -> Clone:
    """The clone, built with plain dbt."""
    result = clone.dbt("run")
    assert result.success, failure(result)
    return clone


def stated(page: str) -> list[str]:
    """The data sets that a page names, in its order."""
    return re.findall(r"\b[0-9a-f]{64}\b", (PROJECT / page).read_text())


def test_the_pages_state_the_fingerprint(built: Clone) -> None:
    content, publishable = fingerprint(built)
    assert stated("README.md") == [content]
    assert stated("docs/data_card.md") == [content, publishable]


def test_the_fingerprint_does_not_depend_on_the_machine(
    built: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprint(built)
    profile = built.folder / "profiles.yml"
    text = profile.read_text()
    assert text.count("threads: 2 ") == 1  # models at once
    monkeypatch.setenv("STEDI_THREADS", "5")  # cores
    monkeypatch.setenv("STEDI_MEMORY", "1GB")
    profile.write_text(text.replace("threads: 2 ", "threads: 5 "))
    result = built.dbt("run", "--select", "+dataset_fingerprint")
    profile.write_text(text)
    assert result.success, failure(result)
    assert fingerprint(built) == before


@pytest.mark.parametrize("cores", ["1", "many"])
def test_a_build_has_two_cores_at_least(
    built: Clone, monkeypatch: pytest.MonkeyPatch, cores: str
) -> None:
    monkeypatch.setenv("STEDI_THREADS", cores)
    assert f"STEDI_THREADS is {cores}: set it to the number of cores" in failure(
        built.dbt("run", "--select", "reconciliation")
    )


def test_the_summary_says_whose_pepper_it_is(built: Clone, capsys) -> None:
    built.enter()
    content, _ = fingerprint(built)
    assert summarize_build.main([]) == 0
    assert f"data set {content} (demo pepper)" in " ".join(capsys.readouterr().out.split())
    result = built.dbt("run", "--select", "reconciliation")
    assert result.success, failure(result)
    assert summarize_build.main([]) == 0  # the pepper may be another one since
    said = capsys.readouterr().out
    assert content in said
    assert "pepper)" not in said


def test_the_example_prints_the_figures_of_its_page(
    built: Clone, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("pandas", "pyarrow", "sklearn"):
        pytest.importorskip(package)
    built.enter()
    assert export_research.main(["--out", str(tmp_path / "export")]) == 0
    spec = importlib.util.spec_from_file_location("example", PROJECT / "examples/train_baseline.py")
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    monkeypatch.setattr("sys.argv", ["train_baseline.py", str(tmp_path / "export")])
    capsys.readouterr()
    assert example.main() == 0
    _, figures = capsys.readouterr().out.split("\n", 1)  # the first line names data set and code
    assert figures in (PROJECT / "examples/README.md").read_text()


# Data of one's own


@pytest.mark.parametrize(("root", "line"), [("elsewhere", DEMO), ("data/landing", f"  {DEMO} \r")])
def test_a_landing_root_of_one_s_own_refuses_the_demo_pepper(
    clone: Clone, tmp_path: Path, root: str, line: str
) -> None:
    """Even if the generated data lies there."""
    (tmp_path / "pepper").write_text(f"{line}\n")
    (clone.project / "elsewhere").unlink(missing_ok=True)
    (clone.project / "elsewhere").symlink_to(clone.landing)
    message = clone.refusal(STEDI_LANDING=root, STEDI_SECRET=f"{tmp_path}")
    assert f"below STEDI_SECRET ({tmp_path}) is the demo pepper" in message
    assert "scripts/make_pepper.py" in message and "docs/runbooks/pepper.md" in message


def add_a_file(landing: Path) -> None:
    (landing / "accelerometer/landing/mine.json").write_text("{}\n")


def link_a_file(landing: Path) -> None:
    elsewhere = landing.parent / "mine.json"
    elsewhere.write_text("{}\n")
    (landing / "customer/landing/mine.json").symlink_to(elsewhere)


def rename_a_person(landing: Path) -> None:
    file = landing / "customer/landing/customer-00001.json"
    file.write_bytes(file.read_bytes().replace(b"@example.", b"@exampel.", 1))


def remove_a_feed(landing: Path) -> None:
    shutil.rmtree(landing / "step_trainer")


def remove_the_customers(landing: Path) -> None:
    shutil.rmtree(landing / "customer")


def test_people_who_lay_there_before_do_not_stay(built: Clone) -> None:
    """In files of the same place, names and sizes: a build would call them loaded."""
    file = built.landing / "customer/landing/customer-00001.json"
    generated = file.read_bytes()
    rename_a_person(built.landing)
    others = "select count(*) from stedi_staging.stg_customer where email like '%@exampel.%'"
    try:
        assert built.dbt("run", "--select", "stg_customer", landing="data/landing").success
        assert built.query(others) == [(1,)]
    finally:
        file.write_bytes(generated)
    assert built.dbt("run", "--select", "stg_customer").success
    assert built.query(others) == [(0,)]


@pytest.mark.parametrize(
    "change", [add_a_file, link_a_file, rename_a_person, remove_a_feed, remove_the_customers]
)
def test_files_of_one_s_own_in_the_default_folder_refuse_it(
    clone: Clone, change: Callable[[Path], None]
) -> None:
    change(clone.landing)
    try:
        message = clone.refusal()
        assert "No pepper for the research zone" in message and "(data/secret)" in message
        assert "data/landing is not the generated data" in message
    finally:
        shutil.rmtree(clone.landing)
        clone.generate()


def assert_the_root_is_told(clone: Clone, of_all: str) -> None:
    """What was loaded counts, not what a build of a part would have loaded."""
    last_build = "select landing_root from stedi_audit.last_build()"
    assert clone.query(last_build) == [(of_all,)]
    for part, expected in (
        ("row_accounting", of_all),
        ("stg_customer row_accounting", None),
    ):
        result = clone.dbt("run", "--select", *part.split())
        assert result.success, failure(result)
        assert clone.query(last_build) == [(expected,)]


def test_tables_of_an_earlier_run_refuse_it(
    clone: Clone, generated_landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may be of another landing root, whatever part of them is built anew."""
    with monkeypatch.context() as patch:
        patch.setitem(clone.variables, "STEDI_LANDING", str(generated_landing))
        patch.setitem(clone.variables, "STEDI_SECRET", str(clone.folder / "secret"))
        result = clone.dbt("run")
        assert result.success, failure(result)
    before = fingerprint(clone)
    for part in (["research"], ["staging", "readings"]):
        message = failure(clone.dbt("run", "--select", *part))
        assert "Left out: " in message and "--select +readings" in message
        assert "customer_trusted" in message
    assert fingerprint(clone) == before
    assert_the_root_is_told(clone, str(generated_landing))
    result = clone.dbt("run", "--select", "+dataset_fingerprint")
    assert result.success, failure(result)
    assert fingerprint(clone) != before


def test_only_the_place_that_is_wrong_is_named(clone: Clone, tmp_path: Path) -> None:
    """An empty STEDI_SECRET says nothing of landing."""
    message = clone.refusal(STEDI_SECRET=f"{tmp_path}")
    assert "No pepper" in message and "not the generated data" not in message


def test_data_of_one_s_own_has_the_pepper_of_data_secret(
    clone: Clone, generated_landing: Path
) -> None:
    """Which the generated data leaves alone, and can be told to take."""
    secret = clone.project / "data/secret"
    secret.mkdir()
    (secret / "pepper").write_text(f"{OWN}\n")
    stage = ("run-operation", "stage_pepper")
    for variables, expected in (
        ({"STEDI_LANDING": str(generated_landing)}, OWN),
        ({"STEDI_SECRET": "data/secret"}, OWN),
        ({}, DEMO),
    ):
        with pytest.MonkeyPatch.context() as patch:
            for name, value in variables.items():
                patch.setitem(clone.variables, name, value)
            assert clone.dbt(*stage).success
        assert clone.pepper() == [(expected,)]
    (clone.landing / "customer/landing/.hidden").touch()  # as a file manager does: not read
    assert clone.dbt(*stage).success
    assert clone.pepper() == [(DEMO,)]
    add_a_file(clone.landing)
    assert clone.dbt(*stage).success
    assert clone.pepper() == [(OWN,)]


def test_the_demo_pepper_says_what_it_is() -> None:
    assert "demo" in DEMO and "not-a-secret" in DEMO
    assert (DEMO_FOLDER / "pepper").read_text() == f"{DEMO}\n"
    macro = (PROJECT / "macros/research/check_pepper.sql").read_text()
    assert hashlib.sha256(DEMO.encode()).hexdigest() in macro


@pytest.mark.parametrize("variable", [None, "STEDI_LANDING", "STEDI_SECRET"])
def test_a_secret_is_made_only_for_data_of_one_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys, variable: str | None
) -> None:
    made = []
    monkeypatch.setattr(make_pepper, "make_pepper", made.append)
    for name in ("STEDI_LANDING", "STEDI_SECRET"):
        monkeypatch.setenv(name, str(tmp_path) if name == variable else "")
    assert make_pepper.main([]) == 0
    assert (
        made
        == {
            None: [],
            "STEDI_LANDING": [Path("data/secret")],
            "STEDI_SECRET": [tmp_path],
        }[variable]
    )
    assert ("the demo pepper" in capsys.readouterr().out) == (variable is None)
