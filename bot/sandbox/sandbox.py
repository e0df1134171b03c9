"""The stand-in put together: one address, any number of bots, phones to drive it by."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.clock import MovableClock
from bot.sandbox import state
from bot.sandbox.answering import BotApi
from bot.sandbox.clock import Clock
from bot.sandbox.control import Control, Move
from bot.sandbox.faults import Faults
from bot.sandbox.lean import LeanServer
from bot.sandbox.ledger import Ledger
from bot.sandbox.methods import Json
from bot.sandbox.page import Page
from bot.sandbox.phone import Phone
from bot.sandbox.server import application
from bot.sandbox.things import Limits, User
from bot.sandbox.webhook import Hook
from bot.sandbox.world import TOKEN, World

_SAVE_AFTER = 0.05


class Sandbox:
    """A Telegram of one's own on this machine.

    clock: anything with `now()` and `sleep()`; the real one with an offset unless given. limits: how fast the
    bot may send. ledger: a file to append the ledger to. state: a file that keeps everything between runs.
    lean: the fast server, without the page. page: the page of phones at `/`, and who has one. username: the
    bot's, for links to it. on_move: called, with by how much,
    instead of moving the clock when somebody asks for it.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        limits: Limits | None = None,
        token: str = TOKEN,
        ledger: Path | None = None,
        keep_ledger: bool = True,
        state: Path | None = None,
        lean: bool = False,
        page: Page | None = None,
        username: str = "sandbox_bot",
        on_move: Move | None = None,
        seed: int = 0,
    ) -> None:
        self.clock: Clock = clock or MovableClock()
        self.limits = limits or Limits()
        self.ledger = Ledger(ledger, keep=keep_ledger)
        self.faults = Faults(seed)
        self.apis: dict[str, BotApi] = {}
        self._hooks: list[Hook] = []
        self._seed = seed
        self._state = state
        self._on_move = on_move
        self._lean = LeanServer(self) if lean else None
        self._runner: web.AppRunner | None = None
        self._saving: asyncio.TimerHandle | None = None
        self.page = page
        self.host = ""
        self.base_url = ""
        """`http://127.0.0.1:port`, once started: what `telegram.base_url` is set to."""
        self._move_to_saved()
        self.world = self.add_bot(token)
        self.world.profile.username = username
        for person in page.people if page else ():
            self.world.add_user(person.user)

    @property
    def token(self) -> str:
        """The token of the first bot."""
        return self.world.token

    @property
    def control(self) -> Control:
        """What `/sandbox/` answers with, for the first bot."""
        return Control(self.apis[self.token], self.ledger, self.faults, self.clock, self.move)

    def add_bot(self, token: str) -> World:
        """Another bot at the same address, with people and messages of its own."""
        world = World(self.clock, self.ledger, self.limits, token=token, seed=self._seed)
        self.apis[token] = BotApi(world, self.faults, self.clock)
        self._hooks.append(Hook(world, self.faults))
        saved = state.read(self._state) if self._state else None
        if saved and token in saved["bots"]:
            state.load(world, saved["bots"][token])
        return world

    def _move_to_saved(self) -> None:
        saved = state.read(self._state) if self._state else None
        if saved and isinstance(self.clock, MovableClock):
            self.clock.move(max(timedelta(seconds=saved["offset"]) - self.clock.offset, timedelta()))

    def phone(self, user_id: int, first_name: str = "", **more: Any) -> Phone:
        """The phone of a person, who is made if need be (`last_name`, `username`, `language_code`)."""
        known = self.world.users.get(user_id)
        return Phone(self.world, known or User(user_id, first_name or f"Person {user_id}", **more))

    async def move(self, by: timedelta) -> None:
        """Move the clock on, or have `on_move` do it."""
        if self._on_move is not None:
            await self._on_move(by)
            return
        if not isinstance(self.clock, MovableClock):
            raise ValueError("this clock cannot be moved")
        self.clock.move(by)

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Listen; with port 0 on any free one. Raises `OSError` if the port is taken."""
        if self._lean is not None:
            port = await self._lean.start(host, port)
        else:
            self._runner = web.AppRunner(
                application(self), handler_cancellation=True, shutdown_timeout=0.05, access_log=None
            )
            await self._runner.setup()
            site = web.TCPSite(self._runner, host, port)
            await site.start()
            port = self._runner.addresses[0][1]
        self.host, self.base_url = host, f"http://{host}:{port}"
        for hook in self._hooks:
            await hook.start()
        if self._state is not None:
            self.ledger.on_add = self._save_soon

    async def stop(self) -> None:
        """Stop listening, cut what is under way, save."""
        for hook in self._hooks:
            await hook.stop()
        if self._lean is not None:
            await self._lean.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._saving is not None:
            self._saving.cancel()
        self.save()
        self.ledger.close()

    def save(self) -> None:
        """Write the state file, if there is one."""
        self._saving = None
        if self._state is None:
            return
        bots: Json = {token: state.dump(api.world) for token, api in self.apis.items()}
        offset = self.clock.offset.total_seconds() if isinstance(self.clock, MovableClock) else 0.0
        state.write(self._state, {"offset": offset, "bots": bots})

    def _save_soon(self) -> None:
        if self._saving is None:
            self._saving = asyncio.get_running_loop().call_later(_SAVE_AFTER, self.save)
