"""Names are made in lower case.

Athena folds upper-case names of databases, tables and columns to lower case when it makes them
(AWS, "Name databases, tables, and columns"). Columns are folded here too: SQL finds them under any
case. But the clients that look up a database or a table as they wrote it, dbt-athena among them,
find nothing afterwards, so the statement that makes one is refused.
"""

from ..language.errors import InvalidRequest


def lower_case(kind: str, name: str) -> str:
    """Return the name of a thing that is about to be made, if it may be made."""
    if name != name.lower():
        raise InvalidRequest(
            f"Upper case in the {kind} name '{name}': Athena makes it in lower case, and what looks"
            f" it up as written does not find it. Use '{name.lower()}'"
        )
    return name
