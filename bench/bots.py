"""The bots that are measured: how each is started, and how people talk with it."""

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.plan import Manner
from bot.settings.kinds import encode_key

TOKEN: Final = "10000000:" + "BENCH" * 7
"""In the form of a real one, which it is not."""

_CONFIG: Final = """
[telegram]
base_url = "http://127.0.0.1:{port}/bot"
poll_timeout_s = 5

[database]
url = "sqlite:///{database}"
backup_dir = "{folder}/backups"

[sender]
per_second = 0
per_chat_per_second = 0
concurrency = {concurrency}

[dashboard]
port = {dashboard}

[log]
level = "warning"
"""


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot under test; `command` and `environment` are made for one run in a folder of its own."""

    name: str
    manner: Manner
    module: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def command(self, port: int, folder: Path) -> list[str]:
        """The command line that makes it poll a stand-in on this port."""
        if self.module == "foothold":
            return [*self.arguments, "--config", str(configured(folder, port)), "run"]
        return [sys.executable, "-m", self.module, *_filled(self.arguments, port, folder)]


def _filled(arguments: tuple[str, ...], port: int, folder: Path) -> list[str]:
    return [argument.format(port=port, folder=folder) for argument in arguments]


def configured(folder: Path, port: int) -> Path:
    """A configuration file for Foothold, its rate limit lifted: Telegram's own would hide the rest."""
    path = folder / "config.toml"
    path.write_text(
        _CONFIG.format(
            port=port, folder=folder, database=folder / "foothold.db", concurrency=32, dashboard=_free_port()
        )
    )
    return path


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


_INTAKE: Final = Manner(
    cycle=21,
    typed=(
        ("Roughly where are you", "LS2"),
        ("Write your own", "If I feel it tonight, then I ring my sister"),
        ("Why that number", "my daughter asked me to"),
    ),
    prefer=(
        "I want things to change",
        "A plan for tonight",
        "Don't keep it",
        "Not now",
        "A few questions",
        "Thinking about changing",
        "Alcohol",
        "None of these",
        "A group",
        "Evenings",
    ),
    answers_have_buttons=True,
)

NULL: Final = Bot("a bot that does nothing", Manner(), "bench.null_bot", ("127.0.0.1", "{port}"))
PLAIN: Final = Bot(
    "plain",
    Manner(cycle=8, typed=(("Roughly where are you", "LS2"),)),
    "bench.plain_bot",
    ("http://127.0.0.1:{port}/bot", "{folder}/plain.db", "reply"),
)
PLAIN_INLINE: Final = Bot(
    "plain, inline buttons",
    PLAIN.manner,
    "bench.plain_bot",
    ("http://127.0.0.1:{port}/bot", "{folder}/plain.db", "inline"),
)


def foothold(command: str) -> Bot:
    """This project, started by `command` (such as `.venv/bin/foothold`)."""
    secrets = {"FOOTHOLD_TELEGRAM__TOKEN": TOKEN, "FOOTHOLD_MASTER_KEY": encode_key(os.urandom(32))}
    return Bot("foothold", _INTAKE, "foothold", tuple(command.split()), secrets)
