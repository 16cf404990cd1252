"""Rows are written by one thread, so that Trino counts partitions as Athena does: 100 at most.

AWS, "Use CTAS and INSERT INTO to work around the 100 partition limit". Trino counts the open
writers of one thread, so a statement that spreads over several threads writes a multiple of that;
with one thread its own limits of 100 (`hive.max-partitions-per-writers`,
`iceberg.max-partitions-per-writer`, in etc/catalog) are Athena's, and so are the names of its
errors: HIVE_TOO_MANY_OPEN_PARTITIONS, ICEBERG_TOO_MANY_OPEN_PARTITIONS (dbt-athena looks for them).
"""

ONE_WRITER = (("task_max_writer_count", "1"), ("task_min_writer_count", "1"))
