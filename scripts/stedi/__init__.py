"""What several scripts need.

A script imports this package before any other library: while it loads those, a Ctrl-C ends it at
once and without a traceback. `command.run` then answers signals.
"""

import signal
import sys
from pathlib import Path

_script = getattr(sys.modules["__main__"], "__file__", None)
_is_ours = _script and Path(_script).resolve().parent == Path(__file__).resolve().parents[1]
# One that is ignored, as with nohup, stays so.
if _is_ours and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
