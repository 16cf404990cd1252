"""What the query script does, step by step: read, run, write, sum up."""

from __future__ import annotations

import argparse
import io
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from . import output, pipes
from .cost import render_bytes, render_cost
from .execution import CANCELLED, SUCCEEDED, Execution, Patience, Query
from .marking import mark
from .results import LARGEST_PAGE, Result, Row, fetch
from .session import Problem, SettingProblem, connect, explain, sentence


class StatusLine:
    """A line on stderr that is written over and over; nothing where stderr is no terminal."""

    def __init__(self) -> None:
        """Start counting seconds."""
        self._begin = time.monotonic()
        self._is_seen = sys.stderr.isatty()

    def show(self, execution: Execution) -> None:
        """Show state, seconds since the start, bytes scanned so far."""
        text = f"{execution.state.lower()}, {self.seconds:.0f} s"
        if execution.scanned_bytes:
            text += f", {render_bytes(execution.scanned_bytes)} scanned"
        self._write(text)

    def clear(self) -> None:
        """Take the line away."""
        self._write("")

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._begin

    def _write(self, text: str) -> None:
        if self._is_seen:
            sys.stderr.write(f"\r{text}\x1b[K")
            sys.stderr.flush()


def run(arguments: argparse.Namespace, patience: Patience) -> int:
    """Run the statement, write its result, sum up; return the exit code.

    Raises Problem, and KeyboardInterrupt after it has said what became of the query.
    """
    sql = read_sql(arguments)
    client = connect("athena", arguments.region, arguments.profile, patience.attempts)
    query = Query(client, start_request(sql, arguments), patience)
    line = StatusLine()
    # The sink is opened before the query costs anything.
    with open_sink(arguments.output) as sink:
        execution = finish(query, arguments, sql, line)
        written = write_result(client, execution, arguments, sink)
    cost = render_cost(execution, arguments.price_per_tb)
    say(", ".join([*written, cost, f"{line.seconds:.1f} s", f"query {execution.id}"]))
    return 0 if written else pipes.EXIT_CODE


def read_sql(arguments: argparse.Namespace) -> str:
    """Return the statement. Raises SettingProblem if it cannot be read or is empty."""
    source = arguments.file or ("stdin" if arguments.sql == "-" else "the argument")
    try:
        if arguments.file:
            sql = arguments.file.read_text(encoding="utf-8-sig")
        else:
            sql = sys.stdin.read() if arguments.sql == "-" else arguments.sql
    except OSError as error:
        raise SettingProblem(f"{source} cannot be read, {error.strerror}: correct --file") from None
    except UnicodeDecodeError:
        raise SettingProblem(f"{source} is not UTF-8 text: convert it") from None
    if not sql.strip():
        raise SettingProblem(f"{source} holds no SQL: give one statement")
    return sql


def start_request(sql: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of StartQueryExecution."""
    request: dict[str, Any] = {"QueryString": sql, "WorkGroup": arguments.work_group}
    if arguments.output_location:
        request["ResultConfiguration"] = {"OutputLocation": arguments.output_location}
    if arguments.database:
        request["QueryExecutionContext"] = {"Database": arguments.database}
    return request


@contextmanager
def open_sink(path: Path | None) -> Iterator[TextIO]:
    """Give stdout, or a file that appears at `path` when the block ends well.

    Raises SettingProblem if there can be no such file, Problem if it cannot be written.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal may not know every character
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        with output.replacing(path) if path else nullcontext(sys.stdout) as sink:
            yield sink
    except BrokenPipeError:
        raise
    except OSError as error:
        if path is None:
            pipes.mute(sys.stdout)
        problem = f"{path or 'stdout'} cannot be written, {error.strerror}"
        raise Problem(f"{problem}: free the space, or write elsewhere") from error


def finish(query: Query, arguments: argparse.Namespace, sql: str, line: StatusLine) -> Execution:
    """Run the query to its good end; a Ctrl-C cancels it.

    Raises Problem if Athena refuses it, if it fails or cannot be watched, KeyboardInterrupt when
    it has been cancelled.
    """
    try:
        query.start()
        execution = query.wait(line.show)
    except (ClientError, BotoCoreError) as error:
        raise refusal(error, sql, arguments.work_group) from error
    except KeyboardInterrupt:
        line.clear()
        cancel(query, arguments.price_per_tb)
        raise
    finally:
        line.clear()
    if execution.state != SUCCEEDED:
        raise failure(execution, sql, arguments.price_per_tb)
    return execution


def refusal(error: ClientError | BotoCoreError, sql: str, work_group: str) -> Problem:
    """Say why Athena did not take a query, or may have: where in the SQL, or what to do."""
    said = sentence(error)
    marked = mark(sql, said)
    if marked:
        return Problem("\n".join([f"Athena refused the query: {said}", *marked]))
    if isinstance(error, HTTPClientError):  # it was sent: no answer came, or none in time
        return Problem(
            f"{explain(error, 'Athena did not answer')}. The query may have started, and cost: look"
            " at the workgroup's recent queries, in the console or with"
            f" aws athena list-query-executions --work-group {work_group}"
        )
    if isinstance(error, BotoCoreError):
        return explain(error, "Athena could not be asked")
    remedy = None
    if "output location" in said.lower():
        remedy = (
            "set STEDI_ATHENA_RESULTS or pass --output-location s3://your-results-bucket/athena/, "
            f"or give workgroup {work_group} a place for results"
        )
    elif "workgroup" in said.lower():
        remedy = "correct STEDI_WORK_GROUP or --work-group; the region counts, too"
    return explain(error, "Athena refused the query", remedy)


def failure(execution: Execution, sql: str, price_per_tb: float) -> Problem:
    """Say why a query has not succeeded, where in the SQL, and what it cost."""
    reason = execution.reason or "Athena gives no reason"
    cost = render_cost(execution, price_per_tb)
    lines = [
        f"the query {ending(execution)}: {reason}",
        *mark(sql, reason),
        f"{cost}, query {execution.id}",
    ]
    return Problem("\n".join(lines))


def ending(execution: Execution) -> str:
    """Return how a query has ended, in words."""
    return "was cancelled" if execution.state == CANCELLED else execution.state.lower()


def cancel(query: Query, price_per_tb: float) -> None:
    """Cancel the query and say what became of it; a second Ctrl-C leaves it as it is.

    Raises KeyboardInterrupt for the latter.
    """
    if query.id is None:
        say("\ninterrupted before Athena has confirmed the query")
        return
    try:
        say(f"\ncancelling query {query.id} (Ctrl-C again leaves at once)")
        execution = query.stop()
    except Problem as problem:
        say(f"error: {problem}")
    except KeyboardInterrupt:
        say(f"\nquery {query.id} may still run; {query.by_hand}")
        raise
    else:
        say(f"query {query.id} {ending(execution)}, {render_cost(execution, price_per_tb)}")


def write_result(
    client: Any, execution: Execution, arguments: argparse.Namespace, sink: TextIO
) -> list[str]:
    """Write the result of a query that succeeded.

    Returns: what to say of its rows; nothing if the reader of stdout has gone.
    Raises Problem if Athena does not hand it over, OSError if it cannot be written.
    """
    # One more than are shown tells whether there are more; another is the row with the names.
    page_rows = LARGEST_PAGE if arguments.format == "csv" else arguments.max_rows + 2
    try:
        result = fetch(client, execution, page_rows)
        if not result.columns:
            return [f"{in_words(result.written_rows)} written" if result.written_rows else "done"]
        if arguments.format == "table" and not result.is_text:
            return [write_table(result, arguments, sink)]
        rows = Counted(result.rows)
        render = output.render_text if arguments.format == "table" else output.render_csv
        write_lines(render(result.columns, rows), sink)
        return [in_words(rows.count)]
    except (ClientError, BotoCoreError) as error:
        doing = f"query {execution.id} has succeeded, but its result cannot be read"
        raise explain(error, doing) from error
    except BrokenPipeError:
        pipes.mute(sys.stdout)
        return []
    except KeyboardInterrupt:
        say(f"\ninterrupted: query {execution.id} has succeeded, its result is not all shown")
        raise


def write_table(result: Result, arguments: argparse.Namespace, sink: TextIO) -> str:
    """Write the first rows of a result as a table; return what to say of them."""
    rows = list(islice(result.rows, arguments.max_rows))
    write_lines(output.render_table(result.columns, rows, arguments.wide), sink)
    if next(result.rows, None) is None:
        return in_words(len(rows))
    return f"the first {in_words(len(rows))} (more exist: raise --max-rows, or take --format csv)"


def in_words(rows: int) -> str:
    """Return a number of rows in words."""
    return "1 row" if rows == 1 else f"{rows:,} rows"


class Counted:
    """Rows that are counted as they are read."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Take the rows; none is read yet."""
        self.count = 0
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        """Give the rows once."""
        for row in self._rows:
            self.count += 1
            yield row


def write_lines(lines: Iterable[str], sink: TextIO) -> None:
    """Write lines and see to it that they have arrived. Raises OSError."""
    for line in lines:
        sink.write(line + "\n")
    sink.flush()


def say(text: str) -> None:
    """Tell the user what is not the result."""
    print(text, file=sys.stderr)
