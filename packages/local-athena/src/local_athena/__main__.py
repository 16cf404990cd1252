"""`python -m local_athena`, which works where a console script's path does not."""

import sys

from .cli import main

sys.exit(main())
