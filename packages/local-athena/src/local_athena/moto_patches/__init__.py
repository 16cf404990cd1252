"""What moto needs so that Trino, dbt-athena and Terraform work on it: one file a patch.

Each file says what moto does, what breaks, and what AWS does. moto is changed in place, for the
whole process, and restored by `undo_all`.
"""

from importlib import import_module
from pkgutil import iter_modules

# In the order of their files' names.
PATCHES = tuple(
    import_module(f"{__name__}.{file.name}").PATCH
    for file in iter_modules(__path__)
    if file.name != "patching"
)


def apply_all() -> None:
    """Change moto."""
    for patch in PATCHES:
        patch.apply()


def undo_all() -> None:
    """Make moto what it was."""
    for patch in reversed(PATCHES):  # two may have replaced one attribute
        patch.undo()
