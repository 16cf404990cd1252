"""The README's tables name what the code has, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from local_athena.athena_api import AthenaApi
from local_athena.moto_patches import PATCHES
from local_athena.sql import translate
from moto.glue.responses import GlueResponse

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
NO_OPERATIONS = {"call_action", "glue_backend", "error", "parameters"}


def camel(names: set[str]) -> set[str]:
    """Operations by the names of moto's methods."""
    return {"".join(map(str.capitalize, name.split("_"))) for name in names - NO_OPERATIONS}


def works() -> set[str]:
    return set(AthenaApi(None, glue=None, s3=None, concurrent_queries=1)._operations)


def changed() -> set[str]:
    replaced = [attribute for patch in PATCHES for attribute in patch._builders]
    return camel({name for owner, name, _ in replaced if owner is GlueResponse})


@pytest.mark.parametrize(
    ("api", "operations"),
    [("Athena: [a-z ]+", works), ("Glue: changed here", changed)],
)
def test_api_operations(api: str, operations) -> None:
    rows = re.findall(rf"^\| {api} \|(.*)\|$", README, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == operations()


def test_every_first_word_of_a_statement_is_named() -> None:
    section = README.split("## Statements")[1].split("\n## ")[0]
    named = set(re.findall(r"[A-Z]+", "\n".join(re.findall(r"^\| ([^|]*) \|", section, re.M))))
    words = {*translate._QUERIES, *translate._IN_DATABASE, *translate._REFUSED}
    assert words - {"DESC"} <= named
