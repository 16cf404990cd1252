"""A Java that is none: it takes Trino's command line and answers every statement with a row.

With it everything but Trino is real, and a start takes a second.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from local_athena.download import KEPT

from .processes import write_script

SERVE = "serve"
FAIL = "fail"  # ends with an error in its log
HANG = "hang"  # never answers
TAKEN = "taken"  # ends because somebody has its port

SCRIPT = r"""
import json, os, pathlib, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer

here = pathlib.Path(__file__).parent
here.joinpath("command.json").write_text(json.dumps(
    {"arguments": sys.argv[1:], "environment": dict(os.environ), "folder": os.getcwd()}))
here.joinpath("pid").write_text(f"{os.getpid()}\n")
print("2026-01-01T00:00:00.000Z\tINFO\tmain\tBootstrap\tnothing of interest", flush=True)
behaviours = here.joinpath("behaviours").read_text().split()
here.joinpath("behaviours").write_text(" ".join(behaviours[1:] or behaviours))
if behaviours[0] == "fail":
    print("2026-01-01T00:00:00.000Z\tERROR\tmain\tio.trino.server.Server\tThe reason is invented")
    print("\tat io.trino.server.Server.main(Server.java:1)")
    sys.exit(100)
if behaviours[0] == "taken":
    print("Caused by: UncheckedIOException: Failed to bind to /127.0.0.1:1")
    sys.exit(100)
if behaviours[0] == "hang":
    time.sleep(1000)

ROW = {
    "id": "1",
    "infoUri": "http://127.0.0.1",
    "columns": [{"name": "line", "type": "varchar",
                 "typeSignature": {"rawType": "varchar",
                                   "arguments": [{"kind": "LONG", "value": 2147483647}]}}],
    "data": [["ready"]],
    "stats": {"state": "FINISHED", "queued": False, "scheduled": True, "nodes": 1,
              "totalSplits": 1, "queuedSplits": 0, "runningSplits": 0, "completedSplits": 1,
              "cpuTimeMillis": 1, "wallTimeMillis": 1, "queuedTimeMillis": 0,
              "planningTimeMillis": 0, "elapsedTimeMillis": 1, "processedRows": 1,
              "processedBytes": 6, "physicalInputBytes": 6, "peakMemoryBytes": 1,
              "spilledBytes": 0},
    "warnings": [],
}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps(ROW).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


HTTPServer(("127.0.0.1", int(os.environ["LOCAL_ATHENA_TRINO_PORT"])), Handler).serve_forever()
"""


class StandIn:
    """A folder with a java and a TRINO_HOME for it."""

    def __init__(self, folder: Path, *behaviours: str) -> None:
        self.trino_home = folder / "trino-home"
        self.bin = folder / "java"
        self.java = write_script(self.bin / "java", SCRIPT, sys.executable)
        for name in KEPT:
            (self.trino_home / name).mkdir(parents=True)
        (self.trino_home / "lib/io.trino_trino-main-476.jar").touch()
        self.will(*behaviours or (SERVE,))

    def will(self, *behaviours: str) -> None:
        """Do these, one a start; the last one stays."""
        (self.bin / "behaviours").write_text(" ".join(behaviours))

    def last_start(self) -> dict:
        """Arguments, environment and folder of the last start."""
        return json.loads((self.bin / "command.json").read_text())

    @property
    def environment(self) -> dict[str, str]:
        """The variables that name it."""
        return {"LOCAL_ATHENA_JAVA": str(self.java), "TRINO_HOME": str(self.trino_home)}
