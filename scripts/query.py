#!/usr/bin/env python3
"""Runs SQL in Athena and shows the result, the bytes scanned and their price; see --help."""

import sys

from athena_query.cli import main

if __name__ == "__main__":
    sys.exit(main())
