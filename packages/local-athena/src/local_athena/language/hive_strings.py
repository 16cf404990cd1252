r"""The strings of Hive's DDL: white space, and escapes such as \n, \t, \001 and \u0041."""

import re

# Athena makes one blank of two or more characters of white space, in literals too, before its Hive
# reads a statement; a single tab or line end stays (both measured on AWS). Escapes are not touched.
_WHITE_SPACE = re.compile(r"[ \t\n\v\f\r]{2,}")

_LETTERS = {
    "0": "\0",
    "b": "\b",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "Z": "\x1a",
    "%": r"\%",
    "_": r"\_",
}


def unescape(text: str) -> str:
    """Return what Hive stores for a string (BaseSemanticAnalyzer.unescapeSQLString)."""
    text = _WHITE_SPACE.sub(" ", text)
    result, index = [], 0
    while index < len(text):
        if text[index] != "\\" or index + 1 == len(text):
            result.append(text[index])
            index += 1
            continue
        character, length = _escape(text, index + 1)
        result.append(character)
        index += 1 + length
    return "".join(result)


def _escape(text: str, start: int) -> tuple[str, int]:
    """Return the character that an escape means and its length after the backslash."""
    octal, unicode = text[start : start + 3], text[start + 1 : start + 5]
    if len(octal) == 3 and octal[0] in "01" and set(octal) <= set("01234567"):
        return chr(int(octal, 8)), 3
    if text[start] == "u" and len(unicode) == 4 and _is_hexadecimal(unicode):
        return chr(int(unicode, 16)), 5
    return _LETTERS.get(text[start], text[start]), 1


def _is_hexadecimal(text: str) -> bool:
    return all(character in "0123456789abcdefABCDEF" for character in text)
