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


def test_buckets_variables_and_next_commands_are_read(tmp_path: Path) -> None:
    text = 'buckets = ["lake"]\nnext = ["a b"]\n[variables]\nCITY = "Zürich"\nEMPTY = ""\n'
    read = settings.read(write(tmp_path, text))
    assert read == Settings(("lake",), {"CITY": "Zürich", "EMPTY": ""}, ("a b",))
    assert settings.read(write(tmp_path, "")) == Settings()


def test_options_are_added_and_win() -> None:
    of_file = Settings(("lake",), {"MODE": "file", "SIZE": "1"}, ("go on",))
    both = of_file.with_options(["landing", "lake"], ["MODE=line=2", "EMPTY="])
    variables = {"MODE": "line=2", "SIZE": "1", "EMPTY": ""}
    assert both == Settings(("lake", "landing"), variables, ("go on",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("buckets = nothing", "line 1"),
        ('bucket = ["lake"]', "bucket: not buckets, variables or next"),
        ('buckets = "lake"', "buckets and next must be lists"),
        ('next = "dbt build"', "buckets and next must be lists"),
        ("next = [1]", "The next command 1 is not a text"),
        ("variables = 1", "variables must be a table"),
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
