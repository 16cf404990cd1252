"""How Trino is started, and what is said when it does not; a stand-in takes its place."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from local_athena.readiness import wait_until_ready
from local_athena.trino_client import TrinoError
from local_athena.trino_server import (
    ETC,
    TrinoFailed,
    TrinoServer,
    TrinoSettings,
    last_words,
)

from .processes import java_below, read_pid
from .stand_in import HANG, StandIn

SETTINGS = TrinoSettings(1, "http://127.0.0.1:2", "s3://warehouse/", Path("data"))
# Listening sockets of /proc/net/tcp and tcp6: the state, and 127.0.0.1 as both write it.
LISTEN = "0A"
LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F"}


class Server:
    """Starts Trino's stand-in in the folder of a test."""

    def __init__(self, folder: Path) -> None:
        self.stand_in = StandIn(folder)
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.running: list[TrinoServer] = []

    def start(self, *behaviours: str) -> TrinoServer:
        if behaviours:
            self.stand_in.will(*behaviours)
        home, java = self.stand_in.trino_home, self.stand_in.java
        settings = replace(SETTINGS, data_folder=self.logs / "data")
        server = TrinoServer(home, java, settings, self.logs)
        self.running.append(server)
        return server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    yield made
    for running in made.running:
        running.stop()


class NeverReady:
    """A client that gets no answer."""

    def execute(self, sql: str) -> None:
        raise TrinoError("INTERNAL_ERROR", "nobody there")


class ReadyAtLast:
    """A client that gets an answer the third time."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def execute(self, sql: str) -> None:
        self.asked.append(sql)
        if len(self.asked) < 3:
            raise TrinoError("NO_NODES_AVAILABLE", "No nodes available")


def test_etc_names_no_variable_that_is_not_given() -> None:
    named = set()
    for file in ETC.rglob("*.properties"):
        named |= set(re.findall(r"\$\{ENV:(\w+)\}", file.read_text()))
    assert named == set(SETTINGS.environment())


def test_trino_is_told_where_everything_is(server: Server) -> None:
    server.start(HANG)
    read_pid(server.stand_in.bin / "pid")
    started = server.stand_in.last_start()
    arguments = started["arguments"]
    assert f"-Dconfig={ETC}/config.properties" in arguments
    assert f"-Dcatalog.config-dir={ETC}/catalog" in arguments
    assert f"-Dlog.levels-file={ETC}/log.properties" in arguments
    assert f"-Dplugin.dir={server.stand_in.trino_home}/plugin" in arguments
    assert arguments[-3:] == [
        "-cp",
        f"{server.stand_in.trino_home}/lib/*",
        "io.trino.server.TrinoServer",
    ]
    environment = replace(SETTINGS, data_folder=server.logs / "data").environment()
    assert environment.items() < started["environment"].items()


def test_java_that_is_not_there(server: Server) -> None:
    server.stand_in.java.unlink()
    running = server.start()
    with pytest.raises(TrinoFailed, match=r"exit code 127(.|\n)*java/java: not found"):
        wait_until_ready(running, NeverReady(), "select 1")


def test_time_that_is_up_is_explained(server: Server) -> None:
    running = server.start(HANG)
    with pytest.raises(
        TrinoFailed, match=r"not ready within 0.1 s \(INTERNAL_ERROR: nobody there\).*trino.log"
    ):
        wait_until_ready(running, NeverReady(), "select 1", time_limit_seconds=0.1)


def test_ready_is_when_the_query_has_an_answer(server: Server) -> None:
    client = ReadyAtLast()
    wait_until_ready(server.start(HANG), client, "select line from probe")
    assert client.asked == ["select line from probe"] * 3


def test_last_words_begin_with_the_last_error(tmp_path: Path) -> None:
    log = tmp_path / "trino.log"
    lines = [
        "2026-01-01T00:00:00.000Z\tERROR\tmain\tServer\tan old one",
        "2026-01-01T00:00:00.000Z\tERROR\tmain\tServer\tConfiguration errors:",
        *(f"{number}) Error: {number}" for number in range(1, 20)),
        "\tat io.trino.Server.main(Server.java:1)",
        "2026-01-01T00:00:00.000Z\tINFO\tmain\tServer\tnot of interest",
    ]
    log.write_text("\n".join([*lines[:3], *lines[-2:], "", *lines[3:]]))
    first, *rest = last_words(log)
    assert first.endswith("Configuration errors:")
    assert rest == [f"{number}) Error: {number}" for number in range(1, 12)]


def test_last_words_without_an_error_are_the_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "trino.log"
    log.write_text("".join(f"line {number}\n" for number in range(100)) + "x" * 1000)
    said = last_words(log)
    assert said[-2:] == ["line 99", "x" * 300]
    assert len(said) == 12


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_real_trino_listens_on_this_machine_only(local_athena) -> None:
    pid = java_below(local_athena.trino.process_group)
    own = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            own.add(file.readlink().name)
    sockets = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    addresses = {
        local.split(":")[0]
        for _, local, _, state, *_, inode in (fields[:10] for fields in sockets)
        if state == LISTEN and f"socket:[{inode}]" in own
    }
    assert addresses
    assert addresses <= LOOPBACK
