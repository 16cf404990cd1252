"""Are the tables of two engines equal: all columns, all rows, both directions?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from tests.conformance.oracle import DERIVED_DOUBLES
from tests.support.athena_lakehouse import AthenaLakehouse
from tests.support.lakehouse import Lakehouse

SHOWN = 3  # rows of a difference

TABLES = """
    select table_schema, table_name, list(column_name order by ordinal_position), list(data_type order by ordinal_position)
    from information_schema.columns
    where table_schema like 'stedi\\_%' escape '\\' and table_schema not in ('stedi_expected', 'stedi_secret', 'stedi_test_failures')
    group by all
    order by all
"""  # noqa: E501


def differences(
    local: Lakehouse, athena: AthenaLakehouse, folder: Path, show_rows: bool = True
) -> list[str]:
    """Compare every landing view, model and column of DuckDB's database with Athena's.

    Args:
        folder: where the downloads go.
        show_rows: False where a row must not be printed, as it is somebody's.
    Returns: a text for each direction in which a table differs, with its first differing rows.
    """
    found = []
    with duckdb.connect(str(local.database), read_only=True) as connection:
        tables = connection.execute(TABLES).fetchall()
        assert tables, "there is nothing to compare"

        def download(schema: str, table: str, columns: list[str], _types: list[str]) -> Path:
            names = ", ".join(f'"{column}"' for column in columns)
            file = folder / f"{schema}.{table}.csv"
            athena.download(f"select {names} from {schema}.{table}", file)
            return file

        with ThreadPoolExecutor(2) as threads:  # the engine runs one query, we read another
            files = threads.map(download, *zip(*tables, strict=True))
            for file, (schema, table, columns, types) in zip(files, tables, strict=True):
                found += table_differences(
                    connection, f"{schema}.{table}", file, columns, types, show_rows
                )
                file.unlink()
    return found


def table_differences(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    file: Path,
    columns: list[str],
    types: list[str],
    show_rows: bool,
) -> list[str]:
    """The rows of a table that only DuckDB, or only a CSV file of Athena has."""
    texts = {f"column{number}": "varchar" for number in range(len(columns))}
    typed = ", ".join(
        f'cast({text} as {type_}) as "{column}"'
        for text, column, type_ in zip(texts, columns, types, strict=True)
    )
    # An empty text is quoted in the file, NULL is not. The lines of landing may be long.
    connection.execute(f"""
        create or replace temp table athena_rows as
        select {typed}
        from read_csv(
            '{file}', auto_detect = false, header = true, columns = {texts},
            delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false,
            max_line_size = 100_000_000, parallel = false
        )
    """)
    names = ", ".join(f'{compared(column)} as "{column}"' for column in columns)
    local, athena = f"select {names} from {table}", f"select {names} from athena_rows"
    found = []
    for engine, here, there in (("DuckDB", local, athena), ("Athena", athena, local)):
        rows = connection.sql(f"({here} except all {there}) order by all")
        if count := len(rows):
            shown = rows.limit(SHOWN).fetchall() if show_rows else "not shown"
            found.append(f"{table}: {count} rows only on {engine}: {shown} {columns}")
    return found


def compared(column: str) -> str:
    """The text of a column, which tells -0.0 from 0.0; engines differ in a sum's last bit."""
    value = f'round("{column}", 9) + 0' if column in DERIVED_DOUBLES else f'"{column}"'
    return f"cast({value} as varchar)"
