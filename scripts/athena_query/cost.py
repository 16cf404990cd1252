"""What a query costs, by Athena's rules for queries that are paid by the bytes they scan.

- Bytes are rounded up to the next MB, and a query counts as at least 10 MB.
- Failed queries are free, and so are DDL, SHOW, DESCRIBE and EXPLAIN, which scan nothing. What
  scans under their names, like CREATE TABLE AS and EXPLAIN ANALYZE, is paid.
- A cancelled query pays what it has scanned.
- AWS does not say on its price list how many bytes a TB has. Its price calculator counts 1 TB as
  1,024 GB, and S3 bills a GB of 2^30 bytes, so a MB is 2^20 bytes here and a TB 2^40.

The price of a TB differs by region. Requests to S3 and Glue are billed beside it.
"""

from __future__ import annotations

import math

from .execution import CANCELLED, FAILED, Execution

MB = 1 << 20
TB = 1 << 40
LEAST_BYTES = 10 * MB
UNITS = ("bytes", "kB", "MB", "GB", "TB")


def billed_bytes(execution: Execution) -> int:
    """Bytes that a finished query is billed for."""
    may_be_free = execution.kind in ("DDL", "UTILITY") or execution.state == CANCELLED
    if execution.state == FAILED or (may_be_free and not execution.scanned_bytes):
        return 0
    return max(LEAST_BYTES, -(-execution.scanned_bytes // MB) * MB)


def render_cost(execution: Execution, price_per_tb: float) -> str:
    """Bytes scanned by a finished query and what they cost, e.g. "0 bytes scanned, free"."""
    scanned = f"{render_bytes(execution.scanned_bytes)} scanned"
    usd = billed_bytes(execution) / TB * price_per_tb
    return f"{scanned}, about {render_usd(usd)}" if usd else f"{scanned}, free"


def render_usd(usd: float) -> str:
    """Render an amount above 0 with two decimals, or as many as show two figures."""
    decimals = max(2, 1 - math.floor(math.log10(usd)))
    return f"{usd:,.{decimals}f} USD"


def render_bytes(size: int) -> str:
    """Render a size for people, e.g. "12.3 MB"; each unit has 1,024 of the one before."""
    step = min((max(size, 1).bit_length() - 1) // 10, len(UNITS) - 1)
    return f"{size / (1 << 10 * step):,.{1 if step else 0}f} {UNITS[step]}"
