"""Runs a local Athena with this project's buckets and settings; see local_athena/cli.py.

python scripts/run_local_athena.py up
python scripts/run_local_athena.py exec -- COMMAND   (the buckets are empty: upload first)
"""

from __future__ import annotations

import sys

from local_athena import cli

BUCKETS = ("stedi-landing", "stedi-lake", "stedi-results", "stedi-secret")
VARIABLES = {
    "STEDI_LANDING": "s3://stedi-landing/stedi",
    "STEDI_SECRET": "s3://stedi-secret/stedi",
    "STEDI_ATHENA_DATA": "s3://stedi-lake/stedi/",
    "STEDI_ATHENA_RESULTS": "s3://stedi-results/athena/",
    "STEDI_WORK_GROUP": "primary",
}

if __name__ == "__main__":
    sys.exit(cli.main(buckets=BUCKETS, variables=VARIABLES))
