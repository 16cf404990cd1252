"""CREATE TABLE … AS: a query's rows become an Iceberg or a Hive table."""

from ..language.errors import InvalidRequest, NotEmulated
from ..language.lexer import Kind
from ..language.names import TableName, query_name
from ..language.parser import Parser
from ..strictness import locations, table_properties
from ..strictness import names as naming
from ..strictness.table_properties import Value
from .compression import compression
from .one_writer import ONE_WRITER
from .properties import ctas_properties, kept_properties, text_of
from .queries import QUERY_STARTS, Query, take_query
from .steps import RESULT_FOLDER, CheckIcebergTypes, Translation, TrinoSql

_HIVE_FORMATS = ("PARQUET", "ORC", "AVRO", "JSON", "TEXTFILE")


def is_ctas(parser: Parser) -> bool:
    """Return whether a statement that begins with CREATE TABLE goes on as a CTAS."""
    ahead = 3 if parser.at("IF", "NOT", "EXISTS") else 0
    while parser.peek(ahead + 1).text == ".":
        ahead += 2
    return parser.peek(ahead + 1).word in ("AS", "WITH")


def create_table_as(parser: Parser, context: str) -> Translation:
    """Translate what follows CREATE TABLE."""
    if_not_exists = parser.accept("IF", "NOT", "EXISTS")
    if parser.peek().kind is Kind.BACKQUOTED:
        raise InvalidRequest("Creation of tables using select query uses a different syntax")
    name = query_name(parser, context)
    naming.lower_case("table", name.last)
    properties = ctas_properties(parser) if parser.accept("WITH") else {}
    parser.expect("AS")
    if (parser.peek().word or parser.peek().text) not in QUERY_STARTS:
        raise parser.error("<query>")
    table_type = str(properties.pop("table_type", "HIVE")).upper()
    if table_type not in ("HIVE", "ICEBERG"):
        raise InvalidRequest(f"Table type {table_type} is not supported", "INVALID_INPUT")
    is_iceberg = table_type == "ICEBERG"
    table_properties.check_ctas(properties, is_iceberg)
    translate = _iceberg if is_iceberg else _hive
    query = take_query(parser, before="CREATE TABLE checked AS")  # it may end WITH NO DATA
    return translate(name.table(), properties, query, if_not_exists)


def _iceberg(
    table: TableName, properties: dict[str, Value], query: Query, if_not_exists: bool
) -> Translation:
    locations.check(str(properties["location"]))
    options = [f"location = {text_of(properties['location'])}"]
    options.append(f"format = {text_of(str(properties.get('format', 'PARQUET')).upper())}")
    if "partitioning" in properties:
        options.append(f"partitioning = {text_of(properties['partitioning'])}")
    options += kept_properties(properties)
    session = (*ONE_WRITER, *compression("iceberg", properties))
    create = _create(table.on_iceberg, options, query.sql, if_not_exists)
    steps = (CheckIcebergTypes(_without_data_clause(query.sql)), TrinoSql(create, "count", session))
    return Translation("DDL", "CREATE_TABLE_AS_SELECT", steps, query.unread, fills=table)


def _hive(
    table: TableName, properties: dict[str, Value], query: Query, if_not_exists: bool
) -> Translation:
    if not properties.get("is_external", True):
        raise NotEmulated("CREATE TABLE AS with is_external = false for a HIVE table")
    location = properties.get("external_location")
    if location:
        locations.check(str(location))
    options = [f"external_location = {text_of(location or RESULT_FOLDER)}"]
    table_format = str(properties.get("format", "PARQUET")).upper()
    if table_format not in _HIVE_FORMATS:
        raise NotEmulated(f"CREATE TABLE AS with format {table_format}")
    options.append(f"format = {text_of(table_format)}")
    for key in ("partitioned_by", "bucketed_by", "bucket_count"):
        if key in properties:
            options.append(f"{key} = {text_of(properties[key])}")
    if "field_delimiter" in properties:
        options.append(f"textfile_field_separator = {text_of(properties['field_delimiter'])}")
    session = (*ONE_WRITER, *compression("awsdatacatalog", properties))
    create = _create(table.on_hive, options, query.sql, if_not_exists)
    steps = (TrinoSql(create, "count", session, fills_result_folder=not location),)
    return Translation(
        *("DDL", "CREATE_TABLE_AS_SELECT", steps, query.unread),
        has_location=bool(location),
        fills=table,
    )


def _create(table: str, options: list[str], query: str, if_not_exists: bool) -> str:
    exists = "IF NOT EXISTS " if if_not_exists else ""
    lines = ",\n".join(f"    {option}" for option in options)
    return f"CREATE TABLE {exists}{table} WITH (\n{lines}\n) AS\n{query}"


def _without_data_clause(query: str) -> str:
    """Return a query without WITH [NO] DATA at its end, which belongs to the table."""
    tokens = Parser(query).tokens_left()
    words = [token.word for token in tokens[-3:]]
    if words[-2:] == ["WITH", "DATA"]:
        return query[: tokens[-2].start].rstrip()
    if words == ["WITH", "NO", "DATA"]:
        return query[: tokens[-3].start].rstrip()
    return query
