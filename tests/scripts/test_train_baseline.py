"""examples/train_baseline.py: it finds what is there, and finds nothing where nothing is.

Needs the packages of the group `examples`; skipped without them.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from export_research import contract

from tests.support.lakehouse import PROJECT

COLUMNS = contract()["readings"]

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
pytest.importorskip("sklearn")
pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("example", PROJECT / "examples/train_baseline.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_export(folder: Path, is_told: bool, people: int = 90) -> None:
    """An export in which the distance can be told from the motion, or not."""
    random = np.random.default_rng(7)
    count = people * 20
    person = np.repeat(np.arange(people), 20)
    readings = pd.DataFrame({name: random.integers(-1, 2, count) for name in COLUMNS})
    readings["subject_key"] = [f"{number:064x}" for number in person]
    readings["split"] = np.array(["train", "train", "train", "validation", "test"])[person % 5]
    noise = random.integers(201, 301, count)
    readings["distancefromobject"] = 250 + 20 * readings["mean_x"] if is_told else noise
    readings[::-1].to_parquet(folder / "readings.parquet")  # people of test come first
    fingerprint = {"content_sha256": "c0ffee", "code_version": "v1"}
    (folder / "fingerprint.json").write_text(json.dumps(fingerprint))


def run(example: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.argv", ["train_baseline.py", str(folder)])
    return example.main()


@pytest.mark.parametrize(("is_told", "verdict"), [(True, "better than"), (False, "no better than")])
def test_it_says_what_the_model_is_worth(
    example: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    is_told: bool,
    verdict: str,
) -> None:
    write_export(tmp_path, is_told)
    assert run(example, tmp_path, monkeypatch) == 0
    said = capsys.readouterr().out
    assert said.startswith("data set c0ffee, code v1\n")
    splits = [line.split()[0] for line in said.splitlines() if line.startswith(("t", "v"))]
    assert splits == ["train", "validation", "test", "validation", "test"]
    verdicts = [line.rsplit("): ", 1)[1] for line in said.splitlines() if "gain" in line]
    assert verdicts == [f"{verdict} guessing"] * 2
    assert run(example, tmp_path, monkeypatch) == 0
    assert capsys.readouterr().out == said


def test_neither_keys_nor_times_are_features(example: ModuleType) -> None:
    assert set(example.FEATURES) < set(COLUMNS)
    forbidden = {"device_key", "subject_key", "captured_at", "split", example.TARGET}
    assert not forbidden & set(example.FEATURES)


def test_no_export_or_too_few_people_is_said(
    example: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(example, tmp_path, monkeypatch) == 1
    assert "run scripts/export_research.py" in capsys.readouterr().err
    write_export(tmp_path, True, people=3)
    assert run(example, tmp_path, monkeypatch) == 1
    assert "Not enough people" in capsys.readouterr().err
