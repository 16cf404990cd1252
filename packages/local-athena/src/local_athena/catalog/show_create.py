"""SHOW CREATE TABLE: the statement that would make a table again."""

from ..language.lexer import Kind
from ..language.names import TableName, plain
from ..language.parser import Parser
from . import glue_tables
from .connections import Connections
from .partitioning import PartitionField, partition_fields

_LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
_DELIMITERS = {
    "field.delim": "FIELDS TERMINATED BY",
    "escape.delim": "ESCAPED BY",
    "colelction.delim": "COLLECTION ITEMS TERMINATED BY",
    "mapkey.delim": "MAP KEYS TERMINATED BY",
    "line.delim": "LINES TERMINATED BY",
    "serialization.null.format": "NULL DEFINED AS",
}


def create_statement(table: TableName, found: glue_tables.GlueTable, on: Connections) -> str:
    """Return the statement in Hive's layout."""
    if glue_tables.is_iceberg(found):
        return _iceberg(table, found, on)
    glue_tables.check_complete(found)
    if glue_tables.is_view(found):
        return f"CREATE VIEW `{table}` AS {found.get('ViewExpandedText', '')}"
    descriptor = found["StorageDescriptor"]
    lines = [f"CREATE EXTERNAL TABLE `{table}`(", _columns(glue_tables.columns(found)) + ")"]
    if keys := found.get("PartitionKeys"):
        lines += ["PARTITIONED BY ( ", _columns(keys) + ")"]
    lines += _row_format(descriptor.get("SerdeInfo", {}))
    lines += ["STORED AS INPUTFORMAT ", f"  {_string(descriptor.get('InputFormat', ''))} "]
    lines += ["OUTPUTFORMAT ", f"  {_string(descriptor.get('OutputFormat', ''))}"]
    lines += ["LOCATION", f"  {_string(descriptor.get('Location', ''))}"]
    return "\n".join(lines + _properties(found.get("Parameters", {})))


def create_view_statement(table: TableName, on: Connections) -> str:
    """Return the statement of a view: Trino's, but for the names, which Athena writes plainly.

    As measured on AWS: without the catalog, and without SECURITY, which Athena does not know.
    """
    ((statement,),) = on.trino.execute(f"SHOW CREATE VIEW {table.on_hive}").rows
    parser = Parser(statement)
    comment = ""
    while not parser.accept("AS"):
        # A view may have that name.
        if parser.take().word == "COMMENT" and parser.peek().kind is Kind.STRING:
            comment = f" COMMENT {parser.peek().text}"
    return f"CREATE VIEW {plain(table)}{comment} AS\n{parser.rest()}"


def _iceberg(table: TableName, found: glue_tables.GlueTable, on: Connections) -> str:
    lines = [f"CREATE TABLE {table} (", _columns(glue_tables.columns(found), "") + ")"]
    if fields := partition_fields(table, on):
        lines.append(f"PARTITIONED BY ({', '.join(f'`{_transform(field)}`' for field in fields)})")
    lines.append(f"LOCATION {_string(found['StorageDescriptor']['Location'])}")
    properties = dict(on.iceberg_rows(table, "properties", "key, value"))
    kept = {"table_type": "iceberg"} | {
        key: value for key, value in properties.items() if key.startswith(("optimize_", "vacuum_"))
    }
    return "\n".join(lines + _properties(kept))


def _transform(field: PartitionField) -> str:
    if field.transform == "identity":
        return field.column
    number = "" if field.number is None else f"{field.number}, "
    return f"{field.transform}({number}{field.column})"


def _columns(columns: list[dict[str, str]], quote: str = "`") -> str:
    lines = []
    for column in columns:
        comment = f" COMMENT {_string(column['Comment'])}" if column.get("Comment") else ""
        lines.append(f"  {quote}{column['Name']}{quote} {column.get('Type', '')}{comment}")
    return ", \n".join(lines)


def _row_format(serde: dict) -> list[str]:
    parameters = serde.get("Parameters", {})
    library = serde.get("SerializationLibrary", _LAZY_SIMPLE)
    delimiters = [
        f"  {words} {_string(parameters[key])} "
        for key, words in _DELIMITERS.items()
        if key in parameters
    ]
    if library == _LAZY_SIMPLE and delimiters:
        return ["ROW FORMAT DELIMITED ", *delimiters]
    lines = ["ROW FORMAT SERDE ", f"  {_string(library)} "]
    others = {key: value for key, value in parameters.items() if key != "serialization.format"}
    if others:
        pairs = [f"  {_string(key)}={_string(value)}" for key, value in sorted(others.items())]
        lines += ["WITH SERDEPROPERTIES ( ", ", \n".join(pairs) + ") "]
    return lines


def _properties(properties: dict[str, str]) -> list[str]:
    pairs = [
        f"  {_string(key)}={_string(value)}"
        for key, value in sorted(properties.items())
        if key != "EXTERNAL"
    ]
    return ["TBLPROPERTIES (", ", \n".join(pairs) + ")"] if pairs else []


def _string(text: str) -> str:
    r"""Return a string of Hive's DDL; a new line is `\n`."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\x01", "\\001") + "'"
