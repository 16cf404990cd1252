"""A local Amazon Athena: S3, Glue and STS by moto, the Athena API over a real Trino.

`lifecycle.LocalAthena` runs one, `cli` is its command line.
"""


class LocalAthenaError(Exception):
    """What the user reads: what is wrong, and what to do about it."""
