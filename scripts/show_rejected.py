#!/usr/bin/env python3
"""Shows the landing lines that a build has rejected, with file, line number and reasons."""

import sys

from rejected_lines.cli import main

if __name__ == "__main__":
    sys.exit(main())
