#!/usr/bin/env python3
"""Copies a landing root to S3, where a build on Athena reads it; --help explains the options."""

import sys

from landing_upload.cli import main

if __name__ == "__main__":
    sys.exit(main())
