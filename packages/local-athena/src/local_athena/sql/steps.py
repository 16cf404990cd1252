"""What becomes of a statement: a translation, made of steps that the executor takes."""

from dataclasses import dataclass, field
from typing import Any

from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure
from ..language.names import DEFAULT_DATABASE, TableName

Pairs = tuple[tuple[str, str], ...]

# Stands in a statement that `fills_result_folder` for the folder of its execution's result.
RESULT_FOLDER = "s3://result-folder-of-the-execution/"


@dataclass(frozen=True)
class Unread:
    """The part of a statement that only Trino can read, with blanks for what is before it there.

    Some of its clauses need more `before` them than a query has.
    """

    text: str
    before: str = ""


class Step:
    """One thing to do."""


@dataclass(frozen=True)
class Translation:
    """A statement as GetQueryExecution classifies it, and the steps that run it in a database.

    `has_location` says whether a CTAS names the folder of a Hive table itself; `fills` is the table
    whose new files a manifest lists.
    """

    statement_type: str
    substatement_type: str
    steps: tuple[Step, ...]
    unread: Unread | None = None
    database: str = DEFAULT_DATABASE
    has_location: bool = False
    fills: TableName | None = None

    @property
    def fills_result_folder(self) -> bool:
        """Say whether the folder of the result becomes a table's."""
        return any(isinstance(s, TrinoSql) and s.fills_result_folder for s in self.steps)


@dataclass(frozen=True)
class TrinoSql(Step):
    """A statement on Trino; `gives` says what is left of its result: rows, count or nothing."""

    sql: str
    gives: str = "nothing"
    session: Pairs = ()
    fills_result_folder: bool = False


@dataclass(frozen=True)
class Unload(Step):
    """Write a query's rows to files below a location, which ends with a slash.

    `options` are those of the table that Trino writes through.
    """

    query: str
    location: str
    options: str
    session: Pairs
    is_partitioned: bool = False


@dataclass(frozen=True)
class GlueCall(Step):
    """A call of Glue's API; errors with one of the codes in `accepts` are no errors."""

    operation: str
    parameters: dict[str, Any] = field(hash=False)
    accepts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refuse(Step):
    """Athena takes the statement and fails it."""

    message: str
    error_type: ErrorType

    @classmethod
    def because_of(cls, failure: AthenaFailure) -> "Refuse":
        """Return the step for a failure that is known before the statement runs."""
        return cls(failure.message, failure.error_type)

    def failure(self) -> AthenaFailure:
        """Return how the execution ends."""
        return AthenaFailure(self.message, self.error_type)


@dataclass(frozen=True)
class CheckIcebergTypes(Step):
    """Refuse the types of a query's columns that Athena does not take in an Iceberg table."""

    query: str


@dataclass(frozen=True)
class CheckTarget(Step):
    """Refuse the tables that a statement, named by its `verb`, cannot write to."""

    table: TableName
    verb: str


@dataclass(frozen=True)
class DropDatabase(Step):
    """Drop a database, with its tables if `cascade`."""

    database: str
    if_exists: bool
    cascade: bool


@dataclass(frozen=True)
class DropTable(Step):
    """Drop a table; the files of a Hive table stay."""

    table: TableName
    if_exists: bool


@dataclass(frozen=True)
class DescribeView(Step):
    """Give the Glue table of a view its columns, which Trino leaves out."""

    table: TableName


@dataclass(frozen=True)
class Optimize(Step):
    """Rewrite the data files of an Iceberg table that Athena's thresholds name."""

    table: TableName
    predicate: str | None


@dataclass(frozen=True)
class Vacuum(Step):
    """Remove old snapshots, old metadata and files that belong to no snapshot."""

    table: TableName


@dataclass(frozen=True)
class Show(Step):
    """Read something from the catalog: `what` is the classification of the statement."""

    what: str
    table: TableName | None = None
    database: str | None = None
    pattern: str | None = None
