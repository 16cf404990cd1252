"""Whether Trino can read a query, asked before it runs: Athena refuses at once what it cannot.

Measured on AWS: StartQueryExecution itself answers `line 1:190: mismatched input …`, in Trino's
words (awslabs/aws-well-architected-labs#502), and there is no execution. PREPARE reads a statement
and does nothing else: what tables, columns or types do not fit is for the execution to find.
"""

import re

from .language.errors import InvalidRequest
from .sql.steps import Unread
from .trino_client import TrinoClient, TrinoError

_LINE = re.compile(r"line (\d+):")


def check(unread: Unread, trino: TrinoClient) -> None:
    """Raise InvalidRequest, with the place in the statement, if Trino cannot read the query."""
    try:
        trino.execute(f"PREPARE checked FROM {unread.before}\n{unread.text}")
    except TrinoError as error:
        if error.name == "SYNTAX_ERROR":
            raise InvalidRequest(_LINE.sub(_without_ours, error.message, count=1)) from None
        # All else is for the execution to find. Nor is it an error that a statement, if it can be
        # read, comes back in a header too long for Python (64 kB, compressed).


def _without_ours(line: re.Match[str]) -> str:
    return f"line {int(line[1]) - 1}:"
