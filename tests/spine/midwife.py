"""A process that has imported everything and brings services to life, so that a restart costs no import.

Lines in: `begin LOG` forks and runs `foothold run` by the environment; `wait PID` waits for its end.
Lines out: the pid; the exit code, negative for a signal.
"""

import gc
import os
import sys
from typing import NoReturn

from bot.cli.menu import app


def _live(log: str) -> NoReturn:
    code = 1
    try:
        to = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(to, 1)
        os.dup2(to, 2)
        app(["run"], standalone_mode=False)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        os._exit(code)


def main() -> None:
    """Serve until the input ends."""
    gc.freeze()  # so that a child's first collection does not copy what it shares with this process
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        if command == "begin":
            answer = os.fork()
            if answer == 0:
                _live(argument)
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(int(argument), 0)[1])
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
