"""What the SQL says of itself and what the YAML says of it is the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.support.lakehouse import PROJECT

MODELS = sorted((PROJECT / "models").rglob("*.sql"))


def described_grain(model: Path) -> str:
    """The first sentence of a model's description."""
    yml = model.parent / f"_{model.parent.name}__models.yml"
    models = yaml.safe_load(yml.read_text())["models"]
    description = next(entry["description"] for entry in models if entry["name"] == model.stem)
    return description.split(".")[0].lower()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_first_line_and_first_sentence_say_the_same_grain(model: Path) -> None:
    first_line = model.read_text().split("\n")[0]
    assert first_line.lower() == f"-- {described_grain(model)}"
