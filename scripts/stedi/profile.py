"""Where profiles.yml, which dbt reads, and the variables, which the scripts read, differ."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import jinja2
import yaml

from .command import PROJECT

# A setting of the target athena -> the variable for it, its default.
VARIABLES = {
    "region_name": ("AWS_REGION", ""),
    "aws_profile_name": ("AWS_PROFILE", ""),
    "work_group": ("STEDI_WORK_GROUP", "primary"),
    "schema": ("STEDI_SCHEMA", "stedi"),
    "s3_staging_dir": ("STEDI_ATHENA_RESULTS", ""),
    "s3_data_dir": ("STEDI_ATHENA_DATA", ""),
}


def differences() -> Iterator[str]:
    """Yield a text for each setting of the target athena that is not what its variable says.

    Unset variables without a default count only for the AWS profile, which need not be set. A
    file that cannot be read is left to dbt.
    """
    folder = Path(os.environ.get("DBT_PROFILES_DIR") or PROJECT)
    variables = {"env_var": lambda name, default=None: os.environ.get(name, default)}
    with suppress(OSError, LookupError, TypeError, yaml.YAMLError, jinja2.TemplateError):
        text = (folder / "profiles.yml").read_text(encoding="utf-8")
        profile = yaml.safe_load(text)["stedi"]["outputs"]["athena"]
        for key, (variable, default) in VARIABLES.items():
            here = os.environ.get(variable) or default
            there = jinja2.Template(str(profile.get(key, here))).render(variables)
            if there != here and (here or variable == "AWS_PROFILE"):
                yield (
                    f"{variable} is {here or 'not set'}, but {key} in profiles.yml is {there}: "
                    "make them alike, as scripts read the one and dbt the other"
                )
