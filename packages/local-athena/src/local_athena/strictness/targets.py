"""Which tables INSERT, UPDATE, DELETE and MERGE take.

AWS, "DELETE", "UPDATE", "MERGE INTO": Iceberg tables only. Trino deletes whole partitions of a Hive
table as well, and their files on S3; the message is the one it has for single rows. AWS, "INSERT
INTO": "not supported on bucketed tables"; Trino writes to them.
"""

from ..language.error_types import ErrorType
from ..language.errors import AthenaFailure


def check(verb: str, is_iceberg: bool, buckets: int) -> None:
    """Refuse a table by what it is; `buckets` of a Hive table without any are 0."""
    if is_iceberg:
        return
    if verb != "INSERT":
        raise _not_supported("Modifying Hive table rows is only supported for transactional tables")
    if buckets > 0:
        raise _not_supported("INSERT INTO is not supported on bucketed tables")


def _not_supported(message: str) -> AthenaFailure:
    return AthenaFailure(f"NOT_SUPPORTED: {message}", ErrorType.NOT_SUPPORTED)
