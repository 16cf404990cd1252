#!/usr/bin/env python3
"""Exports the research zone as Parquet, with its fingerprint and data card; see --help."""

import sys

from research_export.cli import main

if __name__ == "__main__":
    sys.exit(main())
