#!/usr/bin/env python3
"""Draws where the landing lines went, as one HTML page without network; see --help."""

import sys

from accounting_page.cli import main

if __name__ == "__main__":
    sys.exit(main())
