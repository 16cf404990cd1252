"""The data card of an export: docs/data_card.md under the figures of the files it goes with."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from lakehouse_reader import Problem

from .checks import count_rows
from .contract import DECIMALS, ExportedTable
from .tables import Fingerprint

# By this line an export is known as one, which --overwrite may replace.
MARK = "<!-- STEDI research export -->"
SPLITS = ("train", "validation", "test")


def write_card(
    card: Path, folder: Path, tables: Sequence[ExportedTable], fingerprint: Fingerprint, file: Path
) -> None:
    """Write the card of the tables in a folder. Raises Problem if there is no text for it."""
    try:
        text = card.read_text(encoding="utf-8")
    except OSError as error:
        raise Problem(
            f"{card} cannot be read, {error.strerror}: no data goes out without its card"
        ) from None
    title, _, body = text.partition("\n") if text.startswith("# ") else ("# Data card", "", text)
    figures = "\n".join(render_figures(folder, tables, fingerprint))
    file.write_text(f"{title}\n\n{MARK}\n{figures}\n\n{body.lstrip()}", encoding="utf-8")


def render_figures(
    folder: Path, tables: Sequence[ExportedTable], fingerprint: Fingerprint
) -> list[str]:
    """Lines of Markdown on the files: rows, people and splits, then what names the data set."""
    lines = [
        "## This export",
        "",
        f"| file | rows | people | {' | '.join(f'{split}: rows (people)' for split in SPLITS)} |",
        "|---|---|---|---|---|---|",
    ]
    for table in tables:
        count = count_rows(folder, table)
        splits = (count["splits"].get(split, (0, 0)) for split in SPLITS)
        cells = [
            f"`{table.file}`",
            f"{count['rows']:,}",
            f"{count['people']:,}",
            *(f"{rows:,} ({people:,})" for rows, people in splits),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "| file | SHA-256 |", "|---|---|"]
    for table in tables:
        digest = hashlib.sha256((folder / table.file).read_bytes()).hexdigest()
        lines.append(f"| `{table.file}` | `{digest}` |")
    return [
        *lines,
        "",
        "In the files `captured_at` is a moment (with time zone, UTC), and means and norms are "
        f"rounded to {DECIMALS} decimals.",
        f"Made from data set `{fingerprint['content_sha256']}` (SHA-256 of its "
        f"{fingerprint['row_count']:,} pairs), whose publishable part is "
        f"`{fingerprint['publishable_sha256']}` "
        f"({fingerprint['publishable_row_count']:,} pairs), built by code version "
        f"`{fingerprint['code_version']}` from {fingerprint['landing_lines']:,} lines of "
        f"{fingerprint['landing_files']:,} landing files.",
    ]
