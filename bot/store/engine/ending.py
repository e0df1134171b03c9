"""The end of a process whose database was taken away beneath it: like a kill, after one plain line."""

import os
import sys
from typing import NoReturn

import structlog


def end_at_once(event: str, line: str, **ids: str) -> NoReturn:
    """Say `event` in the log and `line` on standard error, and end with 1: whoever watches begins it again.

    Nothing is closed and nothing written any more; what was committed is there at the next start.
    """
    structlog.get_logger().critical(event, **ids)
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
    os._exit(1)
