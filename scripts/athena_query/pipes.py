"""Output whose reader goes away before its end, as with `| head`."""

from __future__ import annotations

import os
from typing import TextIO

EXIT_CODE = 141  # as a shell reports a command that a closed pipe has ended


def mute(*streams: TextIO) -> None:
    """Lead streams nowhere, so that Python does not complain when it flushes them at its end."""
    for stream in streams:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
