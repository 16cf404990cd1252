"""Names are made in lower case.

Athena folds upper-case names of databases, tables and columns to lower case when it makes them
(AWS, "Name databases, tables, and columns"), but the clients that look a name up as they wrote it,
dbt-athena among them, find nothing afterwards. So the statement that makes one is refused here,
where Trino would fold it silently; reading a table under an upper-case name works as on Athena.
"""

from ..language.errors import InvalidRequest

LONGEST = 255


def lower_case(kind: str, name: str) -> str:
    """Return the name of a thing that is about to be made, if it may be made."""
    if name != name.lower():
        raise InvalidRequest(
            f"Upper case in the {kind} name '{name}': Athena makes it in lower case, and what looks"
            f" it up as written does not find it. Use '{name.lower()}'"
        )
    if len(name.encode()) > LONGEST:
        raise InvalidRequest(
            "1 validation error detected: Value at 'name' failed to satisfy constraint:"
            f" Member must have length less than or equal to {LONGEST}",
            "INVALID_INPUT",
        )
    return name
