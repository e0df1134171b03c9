"""What the stand-in's servers and its page answer with."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from bot.sandbox.answering import BotApi
from bot.sandbox.clock import Clock
from bot.sandbox.control import Control
from bot.sandbox.page import Page
from bot.sandbox.world import World


class Served(Protocol):
    """The sandbox, as those see it who carry requests to it."""

    @property
    def apis(self) -> Mapping[str, BotApi]:
        """The Bot API of each token."""

    @property
    def control(self) -> Control:
        """What `/sandbox/` answers with, for the first bot."""

    @property
    def world(self) -> World:
        """The first bot's people and messages."""

    @property
    def clock(self) -> Clock:
        """What tells the time there."""

    @property
    def page(self) -> Page | None:
        """The page of phones, if there is one."""

    @property
    def host(self) -> str:
        """The address at which it listens."""

    async def move(self, by: timedelta) -> None:
        """Move the clock on."""
