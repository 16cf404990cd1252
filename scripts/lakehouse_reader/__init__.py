"""Reads the lakehouse's tables, in DuckDB or Athena, for scripts that show or export them."""


class Problem(Exception):
    """What the user reads: what is wrong, and the remedy."""

    exit_code = 1


class SettingProblem(Problem):
    """An option or variable is missing or wrong."""

    exit_code = 2
