"""Reads the type of a result column, as Trino spells it."""

import re
from dataclasses import dataclass

_NAMED_FIELD = re.compile(r'("(?:[^"]|"")*"|[a-z_][a-z0-9_@:$]*) (.+)', re.DOTALL)


@dataclass(frozen=True)
class Type:
    """A type: its name without parameters, and what is in its parentheses."""

    name: str
    arguments: tuple[str, ...] = ()

    def fields(self) -> list[tuple[str | None, "Type"]]:
        """Answer name (None if it has none) and type of each field of a row."""
        fields = []
        for argument in self.arguments:
            named = _NAMED_FIELD.fullmatch(argument)
            name, type_ = named.groups() if named else (None, argument)
            if name and name.startswith('"'):
                name = name[1:-1].replace('""', '"')
            fields.append((name, parse(type_)))
        return fields


def parse(text: str) -> Type:
    """Read e.g. "decimal(3, 2)", "timestamp(3) with time zone", "map(varchar, row(a bigint))"."""
    start, end = text.find("("), text.rfind(")")
    if start < 0:
        return Type(text.lower())
    return Type((text[:start] + text[end + 1 :]).lower(), tuple(_split(text[start + 1 : end])))


def _split(arguments: str) -> list[str]:
    """Split at the commas that are neither in parentheses nor in a quoted name."""
    parts, depth, quoted, start = [], 0, False, 0
    for position, character in enumerate(arguments):
        if character == '"':
            quoted = not quoted
        elif not quoted:
            depth += (character == "(") - (character == ")")
            if character == "," and depth == 0:
                parts.append(arguments[start:position].strip())
                start = position + 1
    return [*parts, arguments[start:].strip()]
