from __future__ import annotations

import pytest
from local_athena.language.hive_strings import unescape
from local_athena.language.lexer import Kind, position, tokenize


def texts(text: str, hive: bool = False) -> list[str]:
    return [token.text for token in tokenize(text, hive)][:-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select 1", ["select", "1"]),
        ("a.b.c", ["a", ".", "b", ".", "c"]),
        ("a -- b\nc", ["a", "c"]),
        ("a /* b\n * c */ d", ["a", "d"]),
        ("a /**/ b", ["a", "b"]),
        ("'-- a' /* ' */ '/* b */'", ["'-- a'", "'/* b */'"]),
        ("'it''s' 'a'", ["'it''s'", "'a'"]),
        ('"a""b" c', ['"a""b"', "c"]),
        ("`a``b` c", ["`a``b`", "c"]),
        (r"'a\' b", [r"'a\'", "b"]),
        ("1 1.5 .5 1. 1e5 1.5E-3 1e+2", ["1", "1.5", ".5", "1.", "1e5", "1.5E-3", "1e+2"]),
        ("t.5", ["t", ".", "5"]),
        ("a[1].b", ["a", "[", "1", "]", ".", "b"]),
        ("array<map<string,int>>", ["array", "<", "map", "<", "string", ",", "int", ">", ">"]),
        ("naïve_ñ _a1", ["naïve_ñ", "_a1"]),
        ("a<>b||c->d", ["a", "<", ">", "b", "|", "|", "c", "-", ">", "d"]),
        ("'open", ["'", "open"]),
        ("/* open", ["/", "*", "open"]),
    ],
)
def test_text_is_cut_into(text, expected):
    assert texts(text) == expected


def test_backslash_keeps_a_quote_in_the_ddl_of_hive_only():
    assert texts(r"'it\'s' 'b'", hive=True) == [r"'it\'s'", "'b'"]
    assert texts(r'"\"" "b"', hive=True) == [r'"\""', '"b"']
    assert texts(r"'it''s'", hive=True) == ["'it''s'"]


def test_tokens_know_their_kind_and_value():
    tokens = tokenize("""select "a""b" `c` 'd''e' 1.5 ;""")
    assert [(token.kind, token.value) for token in tokens] == [
        (Kind.WORD, "select"),
        (Kind.QUOTED, 'a"b'),
        (Kind.BACKQUOTED, "c"),
        (Kind.STRING, "d'e"),
        (Kind.NUMBER, "1.5"),
        (Kind.SYMBOL, ";"),
        (Kind.END, "<EOF>"),
    ]
    assert tokens[0].word == "SELECT"
    assert tokens[1].word == ""


def test_tokens_know_where_they_are():
    text = "a /* x */ 'b' -- c"
    assert [text[token.start : token.end] for token in tokenize(text)] == ["a", "'b'", ""]


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [("abc", 0, "1:1"), ("abc", 2, "1:3"), ("a\nbc", 3, "2:2"), ("'é😀' x", 5, "1:7")],
)
def test_position_counts_lines_and_utf16_units(text, offset, expected):
    assert position(text, offset) == expected


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\n", "\n"),
        (r"\t\r\b\Z\0", "\t\r\b\x1a\0"),
        (r"\001", "\x01"),
        (r"\054", ","),
        (r"\201", "201"),
        (r"\0012", "\x012"),
        (r"A\u00e9", "Aé"),
        (r"\uXYZ1", "uXYZ1"),
        (r"\\n", r"\n"),
        (r"\'\"", "'\""),
        (r"\d", "d"),
        (r"\%\_", r"\%\_"),
        ("|", "|"),
        ("\\", "\\"),
        (" a\tb\nc ", " a\tb\nc "),  # one character of white space stays, more become a blank
        ("  a \t b\r\n\n c\n\n", " a b c "),
        (r"a  \n\n\t\tb", "a \n\n\t\tb"),
        ("", ""),
    ],
)
def test_escape_of_hive_means(written, meant):
    assert unescape(written) == meant
