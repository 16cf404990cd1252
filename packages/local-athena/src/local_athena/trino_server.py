"""Trino as a child process: its settings (see etc/), its start, its last words."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import LocalAthenaError
from .signals import wait_for

ETC = Path(__file__).with_name("etc")
MAIN_CLASS = "io.trino.server.TrinoServer"
# Java does not outlive this process, even if that one is killed: a shell waits for the end of a
# pipe of which nobody else holds the other end. The exit code is Java's; 128 + n after signal n.
GUARD = """
exec 3<&0
"$@" </dev/null 3<&- & java=$!
{ read -r _ <&3; kill -9 $java; } 2>/dev/null & guard=$!
wait $java; code=$?
kill $guard 2>/dev/null
exit $code
"""
SHOWN_LINES = 12
LONGEST_LINE = 300
# Blank lines, stack frames, notices, what Java and Guice add.
NOISE = re.compile(
    r"\s*$|\s+(at |\.\.\. \d+ more)|\S+\t(INFO|DEBUG|WARN)\t|(# )?WARNING: |INFO: |=+$"
)


class TrinoFailed(LocalAthenaError):
    """Trino ended, or did not become ready."""


class PortTaken(TrinoFailed):
    """Another process took Trino's port before Trino did."""


@dataclass(frozen=True)
class TrinoSettings:
    """What differs from one Trino to the next; the files of etc/ take it from the environment."""

    port: int
    endpoint_url: str
    warehouse: str
    data_folder: Path

    def environment(self) -> dict[str, str]:
        """The variables that the files of etc/ name."""
        return {
            "LOCAL_ATHENA_TRINO_PORT": str(self.port),
            "LOCAL_ATHENA_ENDPOINT": self.endpoint_url,
            "LOCAL_ATHENA_WAREHOUSE": self.warehouse,
            "LOCAL_ATHENA_DATA": str(self.data_folder),
        }


class TrinoServer:
    """A Trino that runs from its construction to `stop`, and never longer than this process."""

    def __init__(
        self,
        home: Path,
        java: Path,
        settings: TrinoSettings,
        log_folder: Path,
    ) -> None:
        """Start it; whether it gets ready is another matter (see readiness.py)."""
        self.port = settings.port
        self.log = log_folder / "trino.log"
        temporary = settings.data_folder / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        command = [
            java,
            *jvm_options(),
            f"-Djava.io.tmpdir={temporary}",
            f"-Djna.tmpdir={temporary}",  # else in the user's cache
            f"-Dnode.data-dir={settings.data_folder / 'trino'}",
            f"-Dconfig={ETC / 'config.properties'}",
            f"-Dlog.levels-file={ETC / 'log.properties'}",
            f"-Dcatalog.config-dir={ETC / 'catalog'}",
            f"-Dplugin.dir={home / 'plugin'}",
            "-cp",
            f"{home / 'lib'}/*",
            MAIN_CLASS,
        ]
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, "sh", *command],
                env=os.environ | settings.environment(),
                cwd=log_folder,  # where Java writes its report should it crash
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,  # the terminal's Ctrl-C is ours to answer
            )

    @property
    def process_group(self) -> int:
        """The process group of Java."""
        return self._process.pid

    def check_alive(self) -> None:
        """Raise TrinoFailed, with Trino's last words, if it has ended."""
        code = self._process.poll()
        if code is None:
            return
        if "Failed to bind" in self.log.read_text(errors="replace"):
            raise PortTaken(self.tell(f"Another process took Trino's port {self.port}"))
        raise TrinoFailed(self.tell(f"Trino ended with exit code {code}"))

    def wait(self) -> int:
        """Wait for its end; return the exit code."""
        return wait_for(self._process)

    def stop(self) -> None:
        """End it, at once: nothing that it holds is kept."""
        self._process.stdin.close()
        self._process.wait()

    def tell(self, problem: str) -> str:
        """The problem, with what Trino said about it and where the rest is."""
        said = "".join(f"\n  {line}" for line in last_words(self.log))
        return f"{problem}. Its log is {self.log}{said and ':'}{said}"


def jvm_options() -> list[str]:
    """The options of etc/jvm.config."""
    lines = ETC.joinpath("jvm.config").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def last_words(log: Path) -> list[str]:
    """The lines that say what went wrong: those from the last error on, or the last ones."""
    lines = log.read_text(errors="replace").splitlines()
    said = [line[:LONGEST_LINE] for line in lines if not NOISE.match(line)]
    errors = [number for number, line in enumerate(said) if "\tERROR\t" in line]
    return said[errors[-1] :][:SHOWN_LINES] if errors else said[-SHOWN_LINES:]
