"""Where the lakehouse is: the variables and defaults of profiles.example.yml."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Landing root, DuckDB file, prefix of the schemas and dbt's target folder."""

    landing: str
    database: Path
    schema: str
    target: Path

    @classmethod
    def from_environment(cls) -> Settings:
        """Read the variables; an empty one counts as unset."""
        return cls(
            landing=os.environ.get("STEDI_LANDING") or "data/landing",
            database=Path(os.environ.get("STEDI_DUCKDB") or "data/stedi.duckdb"),
            schema=os.environ.get("STEDI_SCHEMA") or "stedi",
            target=Path(os.environ.get("DBT_TARGET_PATH") or "target"),
        )

    def artifact(self, name: str) -> dict:
        """Return what dbt's newest run wrote, e.g. manifest. Raises FileNotFoundError."""
        return json.loads((self.target / f"{name}.json").read_text(encoding="utf-8"))
