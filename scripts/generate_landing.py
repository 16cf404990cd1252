#!/usr/bin/env python3
"""Generates landing data for the STEDI lakehouse; --help explains the options."""

import sys

from landing_generator.cli import main

if __name__ == "__main__":
    sys.exit(main())
