"""`foothold` in a process of its own, forked from one that has imported everything: it costs no import."""

import multiprocessing
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["bot.cli.menu"])
_LONGEST_S = 60


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it wrote."""

    code: int | None
    out: str
    err: str


def foothold(*arguments: object, said: str = "", **settings: str) -> Ended:
    """Run a command with no settings but these; `said` is what somebody types."""
    with tempfile.TemporaryDirectory() as folder:
        inp, out, err = (Path(folder) / name for name in ("in", "out", "err"))
        inp.write_text(said)
        process = _FORKS.Process(
            target=_command, args=([str(word) for word in arguments], settings, str(inp), str(out), str(err))
        )
        process.start()
        process.join(_LONGEST_S)
        if process.is_alive():
            process.kill()
            process.join()
        return Ended(process.exitcode, out.read_text(), err.read_text())


def _command(arguments: list[str], settings: dict[str, str], inp: str, out: str, err: str) -> None:
    from bot.cli.menu import app

    os.umask(0o022)  # as on most machines
    for descriptor, path in enumerate((inp, out, err)):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), descriptor)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - multiprocessing had put an empty one there
    for name in [name for name in os.environ if name.startswith("FOOTHOLD_")]:
        del os.environ[name]
    os.environ.update(settings)
    app(arguments)
