"""STORED AS and ROW FORMAT: how Hive reads and writes the files of a table, as Glue keeps it."""

from dataclasses import dataclass, field
from typing import Any

from ..language.errors import InvalidRequest
from ..language.parser import Parser
from .properties import string_properties

_QL = "org.apache.hadoop.hive.ql.io"
_SERDE = "org.apache.hadoop.hive.serde2"
LAZY_SIMPLE = f"{_SERDE}.lazy.LazySimpleSerDe"
_TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
TEXT_OUTPUT = f"{_QL}.HiveIgnoreKeyTextOutputFormat"
OPENX_JSON = "org.openx.data.jsonserde.JsonSerDe"
# Of a table of OpenX's SerDe whose DDL has no STORED AS; PyAthena's tests, run on AWS, expect it.
OPENX_OUTPUT = f"{_QL}.IgnoreKeyTextOutputFormat"
_FORMATS = {
    "TEXTFILE": (_TEXT_INPUT, TEXT_OUTPUT, LAZY_SIMPLE),
    "SEQUENCEFILE": (
        "org.apache.hadoop.mapred.SequenceFileInputFormat",
        f"{_QL}.HiveSequenceFileOutputFormat",
        LAZY_SIMPLE,
    ),
    "PARQUET": (
        f"{_QL}.parquet.MapredParquetInputFormat",
        f"{_QL}.parquet.MapredParquetOutputFormat",
        f"{_QL}.parquet.serde.ParquetHiveSerDe",
    ),
    "ORC": (f"{_QL}.orc.OrcInputFormat", f"{_QL}.orc.OrcOutputFormat", f"{_QL}.orc.OrcSerde"),
    "AVRO": (
        f"{_QL}.avro.AvroContainerInputFormat",
        f"{_QL}.avro.AvroContainerOutputFormat",
        f"{_SERDE}.avro.AvroSerDe",
    ),
    "RCFILE": (
        f"{_QL}.RCFileInputFormat",
        f"{_QL}.RCFileOutputFormat",
        f"{_SERDE}.columnar.LazyBinaryColumnarSerDe",
    ),
}


@dataclass
class Storage:
    """What a CREATE TABLE says of files; the defaults are Hive's."""

    input_format: str = _TEXT_INPUT
    output_format: str = ""
    serde: str | None = None
    default_serde: str = LAZY_SIMPLE
    parameters: dict[str, str] = field(default_factory=dict)

    def glue(self) -> dict[str, Any]:
        """Return the part of Glue's storage descriptor."""
        default_output = OPENX_OUTPUT if self.serde == OPENX_JSON else TEXT_OUTPUT
        return {
            "InputFormat": self.input_format,
            "OutputFormat": self.output_format or default_output,
            "SerdeInfo": {
                "SerializationLibrary": self.serde or self.default_serde,
                "Parameters": {"serialization.format": "1", **self.parameters},
            },
        }


def row_format(parser: Parser, storage: Storage) -> None:
    """Read what follows ROW FORMAT."""
    if parser.expect_one_of("DELIMITED", "SERDE") == "SERDE":
        storage.serde = parser.string()
        if parser.accept("WITH"):
            parser.expect("SERDEPROPERTIES")
            storage.parameters.update(string_properties(parser))
        return
    storage.serde = LAZY_SIMPLE
    _delimiters(parser, storage.parameters)


def _delimiters(parser: Parser, parameters: dict[str, str]) -> None:
    """Read the clauses of ROW FORMAT DELIMITED, in Hive's order."""
    if parser.accept("FIELDS"):
        parser.expect("TERMINATED", "BY")
        parameters["field.delim"] = parameters["serialization.format"] = parser.string()
        if parser.accept("ESCAPED"):
            parser.expect("BY")
            parameters["escape.delim"] = parser.string()
    if parser.accept("COLLECTION"):
        parser.expect("ITEMS", "TERMINATED", "BY")
        # Hive's own spelling, which Trino reads too.
        parameters["colelction.delim"] = parser.string()
    if parser.accept("MAP"):
        parser.expect("KEYS", "TERMINATED", "BY")
        parameters["mapkey.delim"] = parser.string()
    if parser.accept("LINES"):
        parser.expect("TERMINATED", "BY")
        parameters["line.delim"] = _line_end(parser.string())
    if parser.accept("NULL"):
        parser.expect("DEFINED", "AS")
        parameters["serialization.null.format"] = parser.string()


def _line_end(text: str) -> str:
    if text != "\n":
        raise InvalidRequest("LINES TERMINATED BY only supports newline '\\n' right now")
    return text


def stored_as(parser: Parser, storage: Storage) -> None:
    """Read what follows STORED AS."""
    if parser.accept("INPUTFORMAT"):
        storage.input_format = parser.string()
        parser.expect("OUTPUTFORMAT")
        storage.output_format = parser.string()
        return
    name = parser.expect_one_of("INPUTFORMAT", *_FORMATS)
    storage.input_format, storage.output_format, storage.default_serde = _FORMATS[name]
