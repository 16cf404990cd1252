"""What a project wants of its local Athena: buckets, and variables beside those of AWS."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import LocalAthenaError

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class SettingsError(LocalAthenaError):
    """Settings that cannot be read or make no sense."""


@dataclass(frozen=True)
class Settings:
    """Buckets that are there, empty, from the start; variables of the environment given."""

    buckets: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise SettingsError for a name that S3 or a shell would not take."""
        for bucket in self.buckets:
            if not _BUCKET.fullmatch(str(bucket)):
                raise SettingsError(
                    f"{bucket!r} is not a bucket name: 3 to 63 lower-case letters, digits, '.', '-'"
                )
        for name, value in self.variables.items():
            if not _VARIABLE.fullmatch(name):
                raise SettingsError(f"{name!r} is not the name of a variable: letters, digits, '_'")
            if not isinstance(value, str):
                raise SettingsError(f"The variable {name} is {value!r}: write a text in quotes")

    def with_options(self, buckets: Iterable[str], assignments: Iterable[str]) -> Settings:
        """Add what the command line names: buckets, and NAME=VALUE, which win over a file's."""
        pairs = [assignment.partition("=") for assignment in assignments]
        for name, equals, _ in pairs:
            if not equals:
                raise SettingsError(f"--set {name}: write NAME=VALUE")
        added = {name: value for name, _, value in pairs}
        return Settings(
            tuple(dict.fromkeys((*self.buckets, *buckets))), {**self.variables, **added}
        )


def read(file: Path | str) -> Settings:
    """Read a TOML file: `buckets`, a list of names, and `[variables]`, NAME = "VALUE".

    Raises SettingsError, which names the file.
    """
    try:
        found = tomllib.loads(Path(file).read_text(encoding="utf-8"))
        if unknown := found.keys() - {"buckets", "variables"}:
            raise SettingsError(f"{', '.join(sorted(unknown))} is neither buckets nor variables")
        buckets, variables = found.get("buckets", []), found.get("variables", {})
        if not isinstance(buckets, list) or not isinstance(variables, dict):
            raise SettingsError("buckets must be a list, variables a table")
        return Settings(tuple(buckets), variables)
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from error
    except (ValueError, SettingsError) as error:
        raise SettingsError(f"{file}: {error}") from error
