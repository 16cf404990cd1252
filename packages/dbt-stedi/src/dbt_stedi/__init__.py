"""A plugin of dbt, so that plain `dbt build` knows what make knows. dbt finds it by its name.

It does four things, whatever starts dbt:
- STEDI_CODE_VERSION, if it is not set, becomes the commit of the clone, with `-dirty` behind it if
  anything in the clone is not committed. No clone or no git: it stays unset, never a wrong commit.
- A stack trace goes to logs/dbt.log only; on the terminal the error itself stands alone.
- Of an error of Athena that may show a value, logs and artifacts have the name only, as the value
  may be a person's. Athena's history of queries has the rest for 45 days.
- On Athena the descriptions of AWS's services are read once. botocore reads them for each of its
  sessions, and dbt-athena makes one a connection: half of the processor time of a build.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

from dbt.flags import get_flags
from dbt.plugins import dbtPlugin
from dbt_common.context import get_invocation_context
from dbt_common.events.event_manager_client import get_event_manager

VARIABLE = "STEDI_CODE_VERSION"

# Trino's names of errors about a statement, a right, a limit or a file; others may show a value.
HARMLESS = re.compile(
    r"""
    SYNTAX_ERROR | TYPE_MISMATCH | COLUMN_TYPE_UNKNOWN | NOT_SUPPORTED | DIVISION_BY_ZERO
    | ((COLUMN|TABLE|SCHEMA|CATALOG|FUNCTION|TYPE)_)?NOT_FOUND | SCHEMA_NOT_EMPTY
    | ((COLUMN|TABLE|SCHEMA)_)?ALREADY_EXISTS | AMBIGUOUS_NAME | (DUPLICATE|MISSING)_COLUMN_NAME
    | MISMATCHED_COLUMN_ALIASES | INVALID_(VIEW|(TABLE|COLUMN)_PROPERTY)
    | QUERY_(TEXT_TOO_LARGE|HAS_TOO_MANY_STAGES) | PERMISSION_DENIED | USER_CANCELED
    | ADMINISTRATIVELY_KILLED | TRANSACTION_CONFLICT | CLUSTER_OUT_OF_MEMORY
    | GENERIC_INSUFFICIENT_RESOURCES | EXCEEDED_((TIME|CPU|SPILL)|(LOCAL|GLOBAL)_MEMORY)_LIMIT
    | (HIVE|ICEBERG)_((CATALOG|METASTORE|FILESYSTEM)_ERROR|CANNOT_OPEN_SPLIT)
    | HIVE_PATH_ALREADY_EXISTS | (HIVE|ICEBERG)_TOO_MANY_OPEN_PARTITIONS
    | ICEBERG_((INVALID|MISSING)_METADATA|(OPTIMIZE|VACUUM)_MORE_RUNS_NEEDED)
    """,
    re.VERBOSE,
)
NAME = re.compile(r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+):")
OF_A_FILE = (
    "INVALID_CAST_ARGUMENT: Cannot cast 'Landing file ",  # macros/cross_db/landing_lines.sql
    "HIVE_CURSOR_ERROR: Failed to read ",
)


class Stedi(dbtPlugin):
    """Runs once a command, after the profile is read and before the project is parsed."""

    def initialize(self) -> None:
        """Set the variable and hide stack traces, in this project only."""
        if self.project_name != "stedi":
            return
        environment = get_invocation_context().env
        is_fixed = not hasattr(environment, "__setitem__")  # on Windows: the version is unknown
        if not environment.get(VARIABLE) and not is_fixed:
            environment[VARIABLE] = code_version(Path(get_flags().PROJECT_DIR))
        for logger in get_event_manager().loggers:
            if logger.name == "stdout_log":
                logger.filter = without_traces(logger.filter)
        athena = sys.modules.get("dbt.adapters.athena.connections")  # only where it is the target's
        if athena:
            athena.AthenaQueryFailedError = failed_query(athena.AthenaQueryFailedError)
            botocore = sys.modules["botocore.session"]
            if not hasattr(botocore.create_loader, "cache_info"):  # of an earlier command
                botocore.create_loader = cache(botocore.create_loader)


def code_version(project: Path) -> str:
    """Return the commit of a clone's folder, `-dirty` behind it if need be; "" if not known."""
    if not (project / ".git").exists():  # the clone of somebody else may lie around this folder
        return ""
    # Within a hook of git its variables name the repository of the hook.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}

    def git(*arguments: str) -> str:
        command = ["git", "--no-optional-locks", *arguments]
        return subprocess.run(
            command, cwd=project, env=environment, capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        # Whatever git's settings say of new files.
        changes = git("status", "--porcelain", "--untracked-files=normal")
        return git("rev-parse", "HEAD") + "-dirty" * bool(changes)
    except (OSError, subprocess.CalledProcessError):
        return ""


def without_traces(passes):
    """Wrap a filter of dbt's events: what it passes, but for stack traces."""
    return lambda message: message.info.name != "MainStackTrace" and passes(message)


def without_value(said: str | None) -> str | None:
    """Return what Athena says of a failed query; if it may be about a value, its name only.

    An error without a name is Athena's own, or of DDL: neither has read a row.
    """
    names = NAME.findall(said or "")
    if all(map(HARMLESS.fullmatch, names)) or said.startswith(OF_A_FILE):
        return said
    name = NAME.match(said)
    rest = "the rest may show a value, so that Athena's history of queries alone has it"
    return f"{name[0]} {rest}" if name else rest


def failed_query(kind: type) -> type:
    """Return dbt-athena's error of a failed query, which then shows no value."""
    if hasattr(kind, "of_stedi"):  # of an earlier command of this process
        return kind

    class FailedQuery(kind):
        of_stedi = True

        def __init__(self, athena_error: dict, reason: str | None = None) -> None:
            said = without_value(athena_error.get("ErrorMessage") or reason)
            super().__init__({**athena_error, "ErrorMessage": said})

    return FailedQuery


plugins = [Stedi]
