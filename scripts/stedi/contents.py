"""What the summary of a build shows of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .feeds import feeds
from .lakehouse import Lakehouse

# Beside the number of rows: three texts and a number of each row.
SHOWN = {
    ("audit", "row_accounting"): "feed, outcome, reject_reasons, row_count",
    ("audit", "reconciliation"): "reason, null, null, row_count",
    ("audit", "plausibility"): "check_name, null, null, row_count",
    ("research", "dataset_fingerprint"): "content_sha256, null, null, null",
}
ROWS = "null, null, null, count(*)"
FILES = "null, null, null, count(distinct source_file)"


class Contents:
    """Numbers of rows and files, and the rows of small tables, of what is built."""

    def __init__(self, lakehouse: Lakehouse, zones: Mapping[str, Iterable[str]]) -> None:
        """Read all of it in two queries, as each has its price in Athena. Raises Problem.

        `zones`: zone -> the tables whose rows are counted; those of staging always are.
        """
        staging = [("staging", f"stg_{feed}") for feed in feeds()]
        counted = [*staging, *((zone, table) for zone in zones for table in zones[zone])]
        asked = {("rows", *place): ROWS for place in counted}
        asked |= {("files", *place): FILES for place in staging}
        asked |= {("shown", *place): columns for place, columns in SHOWN.items()}
        built = lakehouse.built({zone for _, zone, _ in asked})
        queries = [
            f"select '{what}', '{zone}', '{table}', {columns} from {lakehouse.table(zone, table)}"
            for (what, zone, table), columns in asked.items()
            if (zone, table) in built
        ]
        rows = lakehouse.rows("\nunion all ".join(queries)) if queries else ()
        self._rows: dict[tuple[str, str, str], list[tuple]] = {}
        for what, zone, table, *row in rows:
            self._rows.setdefault((what, zone, table), []).append(tuple(row))

    def shown(self, zone: str, table: str) -> list[tuple]:
        """Return the rows of a table of SHOWN: three texts, a number; none if it is not built."""
        return self._rows.get(("shown", zone, table), [])

    def count(self, what: str, zone: str, table: str) -> int | None:
        """Return how many `rows` or `files` a table has; None if it is not built."""
        return next((row[-1] for row in self._rows.get((what, zone, table), ())), None)
