"""What Athena charges for a query, by its price list.

AWS's calculator counts 1 TB as 2^40 bytes.
"""

from __future__ import annotations

import argparse
import math

MB, TB = 1 << 20, 1 << 40
LEAST_BYTES = 10 * MB  # that a query is billed for


def add_option(options: argparse.ArgumentParser) -> None:
    """Add the option --price-per-tb (USD)."""
    said = "of your region (default: %(default)s)"
    options.add_argument("--price-per-tb", metavar="USD", type=_usd, default=5.0, help=said)


def _usd(text: str) -> float:
    try:
        price = float(text)
    except ValueError:
        price = math.nan
    if not 0 <= price < math.inf:
        raise argparse.ArgumentTypeError(f"must be a number of 0 or more, not {text!r}")
    return price


def is_query(kind: str | None, subkind: str | None) -> bool:
    """Whether a statement gives rows of data, by its StatementType and SubstatementType.

    DDL, SHOW and EXPLAIN give lines of text.
    """
    return kind == "DML" and not (subkind or "").startswith("EXPLAIN")


def billed_bytes(scanned: int, kind: str | None, subkind: str | None) -> int:
    """Return the bytes that count for so many scanned: rounded up to a MB, and 10 MB at least.

    What is no query is free unless it scans, as CREATE TABLE AS does. A query that reads nothing
    counts as 10 MB, to be safe.
    """
    if not scanned and not is_query(kind, subkind):
        return 0
    return max(LEAST_BYTES, math.ceil(scanned / MB) * MB)


def price(scanned: int, kind: str | None, subkind: str | None, per_tb: float) -> float:
    """Return the USD for so many bytes scanned."""
    return billed_bytes(scanned, kind, subkind) / TB * per_tb
