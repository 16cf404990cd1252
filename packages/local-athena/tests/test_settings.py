"""The settings file, and what the command line adds to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from local_athena import settings
from local_athena.settings import Settings, SettingsError


def write(folder: Path, text: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_buckets_and_variables_are_read(tmp_path: Path) -> None:
    file = write(tmp_path, 'buckets = ["lake"]\n[variables]\nCITY = "Zürich"\nEMPTY = ""\n')
    assert settings.read(file) == Settings(("lake",), {"CITY": "Zürich", "EMPTY": ""})
    assert settings.read(write(tmp_path, "")) == Settings()


def test_options_are_added_and_win() -> None:
    of_file = Settings(("lake",), {"MODE": "file", "SIZE": "1"})
    both = of_file.with_options(["landing", "lake"], ["MODE=line=2", "EMPTY="])
    assert both == Settings(("lake", "landing"), {"MODE": "line=2", "SIZE": "1", "EMPTY": ""})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("buckets = nothing", "line 1"),
        ('bucket = ["lake"]', "bucket is neither buckets nor variables"),
        ('buckets = "lake"', "buckets must be a list"),
        ("variables = 1", "variables a table"),
        ('buckets = ["Lake"]', "'Lake' is not a bucket name"),
        ("buckets = [1]", "1 is not a bucket name"),
        ("[variables]\nSIZE = 1", "SIZE is 1: write a text in quotes"),
        ('[variables]\n"a-b" = "1"', "'a-b' is not the name of a variable"),
    ],
)
def test_wrong_files_are_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(SettingsError) as refused:
        settings.read(file)
    assert str(refused.value).startswith(f"{file}: ")
    assert message in str(refused.value)
