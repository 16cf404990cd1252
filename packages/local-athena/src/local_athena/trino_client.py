"""A statement on Trino: its result, its statistics, its error, and an end to it from outside."""

import threading
from dataclasses import dataclass
from typing import Any

import requests
from trino.dbapi import Connection, Cursor
from trino.exceptions import Error, HttpError, TrinoQueryError

from .trino_statistics import Statistics

CATALOG = "awsdatacatalog"
USER = "local-athena"
# Trino answers within a second or two, if only "still running". A stall of the Java machine is
# longer; a Trino that is gone shows at once.
CONNECT_SECONDS, ANSWER_SECONDS = 5, 120

# A writing statement commits then, or has: who stops it cannot know what became of the data.
ENDING = ("FINISHING", "FINISHED")

_NO_ANSWER = (Error, HttpError, requests.RequestException)


@dataclass(frozen=True)
class Column:
    """A column of a result; the type in Trino's spelling, e.g. "timestamp(6)"."""

    name: str
    type: str


@dataclass(frozen=True)
class TrinoResult:
    """What a statement answered.

    Values are as Trino sends them in JSON: numbers, booleans, text (of decimals, dates, times and
    base64 of varbinary too), lists (arrays and rows), dictionaries (maps; keys as text).
    """

    columns: tuple[Column, ...]
    rows: list[list[Any]]
    update_count: int | None
    query_id: str = ""


class TrinoError(Exception):
    """A statement failed; `name` and `kind` are Trino's errorName and errorType."""

    def __init__(self, name: str, message: str, kind: str = "USER_ERROR") -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message
        self.kind = kind


class Cancelled(Exception):
    """`TrinoClient.cancel` was called."""


class ScanLimitExceeded(Exception):
    """The statements of this client read more bytes than they may."""


class TrinoClient:
    """Runs statements one after the other; `cancel` ends this from another thread.

    Time zone and user are always the same: two runs of a statement differ by its data alone.
    `statistics` is the sum over all of its statements, the one that runs among them.
    """

    def __init__(self, port: int, *, scan_limit: int | None = None) -> None:
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy of the environment does not know our localhost
        self._port = port
        self._scan_limit = scan_limit
        self.statistics = self._before = Statistics()
        self._cancelled = threading.Event()
        self._cursor: Cursor | None = None

    def execute(
        self,
        sql: str,
        schema: str | None = None,
        session_properties: dict[str, str] | None = None,
    ) -> TrinoResult:
        """Run a statement to its end."""
        cursor = self._cursor = self._open(schema, session_properties)
        try:
            if self._cancelled.is_set():
                raise Cancelled
            cursor.execute(sql)
            rows = cursor.fetchall()
        except _NO_ANSWER as error:
            if self._cancelled.is_set():
                raise Cancelled from None
            raise self._explained(error) from None
        finally:
            self._cursor = None  # it holds rows
            self._before = self.statistics
        if self._cancelled.is_set():
            raise Cancelled  # the package takes a cancelled statement for one without rows
        # Trino may read all of it between two of its answers; a write is no longer to be undone.
        if self._is_over_limit and cursor.update_type is None:
            raise ScanLimitExceeded
        return TrinoResult(
            columns=tuple(Column(c.name, c.type_code) for c in cursor.description or ()),
            rows=rows,
            update_count=cursor.rowcount if cursor.rowcount >= 0 else None,
            query_id=cursor.query_id,
        )

    def describe_output(self, sql: str, schema: str | None = None) -> tuple[Column, ...]:
        """Answer the columns of a query without running it."""
        return self.execute(f"SELECT * FROM (\n{sql}\n) LIMIT 0", schema).columns

    def another(self) -> "TrinoClient":
        """Make a client of the same Trino, which is not cancelled and has no limit."""
        return TrinoClient(self._port)

    def cancel(self) -> None:
        """Stop what runs; `execute` raises Cancelled from now on."""
        self._cancelled.set()
        self._stop_statement()

    def close(self) -> None:
        """Close the connection to Trino; a next statement would open one."""
        self._http.close()

    def _open(self, schema: str | None, properties: dict[str, str] | None) -> Cursor:
        connection = Connection(
            host="127.0.0.1",
            port=self._port,
            user=USER,
            catalog=CATALOG,
            schema=schema,
            session_properties=properties,
            timezone="UTC",
            http_session=self._http,
            # No second attempt: the first one may have run an INSERT.
            max_attempts=1,
            request_timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
            legacy_primitive_types=True,
        )
        return connection.cursor(stats_callback=self._watch)

    def _watch(self, stats: dict[str, Any]) -> None:
        """Look at each answer of Trino: it may be the first one after `cancel` that can stop it."""
        self.statistics = self._before + Statistics.of(stats)
        if self._cancelled.is_set():
            self._stop_statement()
            raise Cancelled
        if self._is_over_limit and stats["state"] not in ENDING:
            self._stop_statement()
            raise ScanLimitExceeded

    @property
    def _is_over_limit(self) -> bool:
        return self._scan_limit is not None and self.statistics.scanned_bytes > self._scan_limit

    def _explained(self, error: Exception) -> TrinoError:
        if isinstance(error, TrinoQueryError):
            return TrinoError(error.error_name, error.message, error.error_type)
        message = f"the engine is not reachable: Trino on port {self._port} ({error})"
        return TrinoError("INTERNAL_ERROR", message, "INTERNAL_ERROR")

    def _stop_statement(self) -> None:
        cursor = self._cursor
        try:
            if cursor:
                cursor.cancel()
        except _NO_ANSWER:
            pass  # it has ended, or Trino has
