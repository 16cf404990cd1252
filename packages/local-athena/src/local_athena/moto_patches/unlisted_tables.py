"""Tables that Trino cannot list are not there for it, while a list is made without them.

Trino ends a query of information_schema.columns with an error if it cannot read one definition of
all that it looks at: an unknown type, a property that is no number, Iceberg's metadata file gone.
Athena leaves such a table's columns out. A table that goes between Trino's GetTables and its
GetTable it leaves out too, so that is what it is told. `information_schema.tables` has them all.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from moto.core.responses import ActionResult
from moto.glue.exceptions import EntityNotFoundException
from moto.glue.responses import GlueResponse

from .patching import Patch
from .views import asked_by_trino

PATCH = Patch()
_unlisted: Counter[tuple[str, str]] = Counter()  # by how many statements
_changing = threading.Lock()


@contextmanager
def unlisted(tables: Iterable[tuple[str, str]]) -> Iterator[None]:
    """Keep tables, named with their databases, from Trino."""
    hidden = Counter(tables)
    with _changing:
        _unlisted.update(hidden)
    try:
        yield
    finally:
        with _changing:
            _unlisted.subtract(hidden)


@PATCH.replaces(GlueResponse, "get_table")
def _get_table(original):
    def get_table(response: GlueResponse) -> ActionResult:
        database, name = response.parameters["DatabaseName"], response.parameters["Name"]
        if _unlisted[database, name] > 0 and asked_by_trino(response):
            raise EntityNotFoundException(f"Table {name} is left out of a list.")
        return original(response)

    return get_table
