"""Trino from Maven into the cache, with an invented Trino and a Maven that serves it."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from local_athena import LocalAthenaError, download
from local_athena.download import Artifact

from .processes import is_alive, read_pid, until, write_script

TOP = "trino-server-1"
FILES = (
    *(
        "lib/core.jar",
        "plugin/mysql/shared.jar",
        "plugin/hive/hive.jar",
        "plugin/geospatial/geo.jar",
    ),
    "bin/launcher",
)
KEPT = ("lib", "plugin/geospatial", "plugin/hive", "plugin/iceberg")
# Files that many plugins hold are stored once, wherever they come first.
LINKS = {"plugin/hive/shared.jar": "plugin/mysql/shared.jar", "plugin/iceberg/core.jar": FILES[0]}
# Has arguments and process id written down, then acts as $MAVEN says.
MAVEN = r"""
cd "$(dirname "$0")"
echo "$@" >> arguments
echo $$ > pid
for argument; do
    case $argument in -Dmaven.repo.local=*) repository=${argument#*=} ;; esac
done
folder=$repository/io/trino/trino-server/1
mkdir -p "$folder"
. ./behaviour
"""
SERVE = 'cp trino.tar.gz "$folder/trino-server-1.tar.gz"'
HANG = 'head -c 100 trino.tar.gz > "$folder/trino-server-1.tar.gz.part"; echo > begun; sleep 1000'
# Installs in a process of its own, as the command line does.
INSTALL = """
import sys
from local_athena import LocalAthenaError, cli, download
from local_athena.download import Artifact
artifact = Artifact("io.trino", "trino-server", "1", sys.argv[1])
cli.find_trino = lambda: download.find_trino(artifact)
sys.exit(cli.main(["download"]))
"""


class Machine:
    """A user's machine: a cache, and a Maven on the PATH that has an invented Trino."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.cache = folder / "cache/local-athena"
        self.home = self.cache / "trino-1"
        tarball = make_tarball()
        checksum = hashlib.sha256(tarball).hexdigest()
        self.artifact = Artifact("io.trino", "trino-server", "1", checksum)
        self.environment = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "XDG_CACHE_HOME": str(self.cache.parent),
        }
        write_script(self.bin / "mvn", MAVEN)
        self.bin.joinpath("trino.tar.gz").write_bytes(tarball)
        self.maven_does(SERVE)

    def maven_does(self, script: str) -> None:
        self.bin.joinpath("behaviour").write_text(script)

    def calls(self) -> list[str]:
        """The arguments of each call of Maven."""
        written = self.bin / "arguments"
        return written.read_text().splitlines() if written.exists() else []

    def cached(self) -> set[str]:
        """What is in the cache, but for the lock."""
        return {path.name for path in self.cache.iterdir()} - {"trino-1.lock"}

    def start_install(self, **streams: object) -> subprocess.Popen:
        """Begin to install in another process."""
        return subprocess.Popen(
            [sys.executable, "-c", INSTALL, self.artifact.sha256],
            env=os.environ | self.environment,
            text=True,
            **streams,
        )


def make_tarball() -> bytes:
    archived = BytesIO()
    with tarfile.open(fileobj=archived, mode="w:gz") as archive:
        for name in FILES:
            member = tarfile.TarInfo(f"{TOP}/{name}")
            content = f"content of {name}, {os.urandom(2000).hex()}".encode()
            member.size = len(content)
            archive.addfile(member, BytesIO(content))
        for name, target in LINKS.items():
            member = tarfile.TarInfo(f"{TOP}/{name}")
            member.type, member.linkname = tarfile.LNKTYPE, f"{TOP}/{target}"
            archive.addfile(member)
    return archived.getvalue()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("TRINO_HOME", raising=False)
    return made


def refusal(machine: Machine) -> str:
    """The message of an installation that fails and leaves nothing."""
    with pytest.raises(LocalAthenaError) as refused:
        download.find_trino(machine.artifact)
    assert machine.cached() == set()
    return str(refused.value)


def test_keeps_the_core_and_three_plugins_whole(machine: Machine) -> None:
    assert download.find_trino(machine.artifact) == machine.home
    files = {str(path.relative_to(machine.home)) for path in machine.home.rglob("*.*")}
    kept = {"lib/core.jar", "plugin/hive/hive.jar", "plugin/geospatial/geo.jar", *LINKS}
    assert files == kept
    for link, target in LINKS.items():
        assert (machine.home / link).read_text().startswith(f"content of {target}")
    assert machine.cached() == {"trino-1"}


def test_asks_maven_for_one_artifact_in_a_repository_of_its_own(machine: Machine) -> None:
    download.find_trino(machine.artifact)
    (call,) = machine.calls()
    arguments = call.split()
    assert "dependency:get" in arguments
    assert "-Dartifact=io.trino:trino-server:1:tar.gz" in arguments
    assert "-Dtransitive=false" in arguments
    (repository,) = [word for word in arguments if word.startswith("-Dmaven.repo.local=")]
    assert repository.split("=")[1].startswith(str(machine.cache))


def test_second_time_needs_neither_network_nor_maven(machine: Machine) -> None:
    download.find_trino(machine.artifact)
    shutil.rmtree(machine.bin)
    assert download.find_trino(machine.artifact) == machine.home


def test_what_an_older_release_did_not_keep_is_added(machine: Machine) -> None:
    download.find_trino(machine.artifact)
    shutil.rmtree(machine.home / "plugin/geospatial")
    before = (machine.home / "lib/core.jar").stat().st_ino
    assert download.find_trino(machine.artifact) == machine.home
    assert len(machine.calls()) == 2
    assert (machine.home / "plugin/geospatial/geo.jar").exists()
    assert (machine.home / "lib/core.jar").stat().st_ino == before
    assert machine.cached() == {"trino-1"}


def test_missing_maven(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(machine.cache))
    message = refusal(machine)
    assert "apt install maven" in message
    assert "brew install maven" in message
    assert "or set TRINO_HOME" in message


def test_maven_that_brings_nothing(machine: Machine) -> None:
    machine.maven_does("")
    assert "could not download Trino (exit code 0; see above" in refusal(machine)


def test_maven_that_fails_speaks_for_itself(machine: Machine) -> None:
    machine.maven_does("echo '[ERROR] Unknown host maven.example.com'; exit 1")
    process = machine.start_install(stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    printed, said = process.communicate()
    assert (process.returncode, printed) == (1, "")
    assert "[ERROR] Unknown host maven.example.com\n" in said
    assert "could not download Trino (exit code 1; see above" in said
    assert "Traceback" not in said


def test_other_content(machine: Machine) -> None:
    machine.maven_does(SERVE.replace("cp", "head -c 1000", 1).replace(' "', ' > "', 1))
    message = refusal(machine)
    assert f"instead of {machine.artifact.sha256} and was removed" in message


def test_disk_that_is_full_while_unpacking(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(archive: tarfile.TarFile, folder: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tarfile.TarFile, "extractall", fill)
    message = refusal(machine)
    assert message.startswith(str(machine.cache))
    assert "free 2 GB" in message


def test_cache_that_cannot_be_written(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.cache.parent.write_text("a file")
    with pytest.raises(LocalAthenaError, match="XDG_CACHE_HOME"):
        download.find_trino(machine.artifact)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_download_leaves_nothing(machine: Machine, signum: signal.Signals) -> None:
    machine.maven_does(HANG)
    process = machine.start_install()
    until((machine.bin / "begun").exists, "a download that has begun")
    process.send_signal(signum)
    assert process.wait() == 128 + signum
    assert machine.cached() == set()
    assert not is_alive(read_pid(machine.bin / "pid"))


def test_two_at_once_download_once(machine: Machine) -> None:
    machine.maven_does(f"echo > begun; until [ -e go ]; do sleep 0.05; done; {SERVE}")
    first = machine.start_install(stdout=subprocess.PIPE)
    until((machine.bin / "begun").exists, "a download that has begun")
    second = machine.start_install(stdout=subprocess.PIPE)
    (machine.bin / "go").touch()
    assert first.communicate()[0] == second.communicate()[0] == f"{machine.home}\n"
    assert (first.returncode, second.returncode) == (0, 0)
    assert len(machine.calls()) == 1


@pytest.fixture
def own_trino(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "own"
    for name in KEPT:
        (home / name).mkdir(parents=True)
    (home / "lib/io.trino_trino-main-1.jar").touch()
    monkeypatch.setenv("TRINO_HOME", str(home))
    return home


def test_trino_home_is_taken_as_it_is(machine: Machine, own_trino: Path, caplog) -> None:
    assert download.find_trino(machine.artifact) == own_trino
    assert machine.calls() == []
    assert caplog.messages == []


@pytest.mark.parametrize("name", KEPT)
def test_trino_home_without_what_it_needs(machine: Machine, own_trino: Path, name: str) -> None:
    shutil.rmtree(own_trino / name)
    with pytest.raises(LocalAthenaError, match=rf"TRINO_HOME={own_trino} has no {name}: "):
        download.find_trino(machine.artifact)


def test_trino_home_of_another_version(machine: Machine, own_trino: Path, caplog) -> None:
    (own_trino / "lib/io.trino_trino-main-1.jar").rename(own_trino / "lib/trino-main-2.jar")
    assert download.find_trino(machine.artifact) == own_trino
    assert "not Trino 1, the only one tested" in caplog.text
