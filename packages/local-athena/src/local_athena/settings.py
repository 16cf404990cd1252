"""What a project wants of its local Athena: buckets, variables beside those of AWS, advice."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import LocalAthenaError

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class SettingsError(LocalAthenaError):
    """Settings that cannot be read or make no sense."""


@dataclass(frozen=True)
class Settings:
    """Buckets that are there, empty, from the start; variables of the environment given.

    `next` are the commands that `up` tells a person to go on with.
    """

    buckets: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    next: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise SettingsError for a name that S3 or a shell would not take, or what is no text."""
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
        for command in self.next:
            if not isinstance(command, str):
                raise SettingsError(f"The next command {command!r} is not a text in quotes")

    def with_options(self, buckets: Iterable[str], assignments: Iterable[str]) -> Settings:
        """Add what the command line names: buckets, and NAME=VALUE, which win over a file's."""
        pairs = [assignment.partition("=") for assignment in assignments]
        for name, equals, _ in pairs:
            if not equals:
                raise SettingsError(f"--set {name}: write NAME=VALUE")
        added = {name: value for name, _, value in pairs}
        return replace(
            self,
            buckets=tuple(dict.fromkeys((*self.buckets, *buckets))),
            variables={**self.variables, **added},
        )


def read(file: Path | str) -> Settings:
    """Read a TOML file: `buckets` and `next`, lists of texts, and `[variables]`, NAME = "VALUE".

    Raises SettingsError, which names the file.
    """
    try:
        found = tomllib.loads(Path(file).read_text(encoding="utf-8"))
        if unknown := found.keys() - {"buckets", "variables", "next"}:
            raise SettingsError(f"{', '.join(sorted(unknown))}: not buckets, variables or next")
        buckets, commands = found.get("buckets", []), found.get("next", [])
        variables = found.get("variables", {})
        if not all(isinstance(texts, list) for texts in (buckets, commands)):
            raise SettingsError("buckets and next must be lists")
        if not isinstance(variables, dict):
            raise SettingsError("variables must be a table")
        return Settings(tuple(buckets), variables, tuple(commands))
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from error
    except (ValueError, SettingsError) as error:
        raise SettingsError(f"{file}: {error}") from error
