"""getUpdates: long polling by one reader at a time."""

import asyncio
from typing import Any, Final

from bot.sandbox.errors import conflict
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.methods import Json
from bot.sandbox.updates import Update
from bot.sandbox.world import World

_LONGEST: Final = 50
_HOOKED: Final = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_OUSTED: Final = "terminated by other getUpdates request; make sure that only one bot instance is running"


class Polls:
    """The one long poll that may wait, and how a newer one ends it."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._waiting: asyncio.Future[str] | None = None

    def interrupt(self, by: str) -> None:
        """End the waiting poll with a 409 that names the call that ended it."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(by)

    async def get_updates(self, given: Json, struck: list[Fault]) -> list[Json]:
        """The updates from `offset` on, waiting up to `timeout` seconds for the first. Raises 409."""
        world = self._world
        if world.webhook.url:
            raise conflict(_HOOKED)
        self.interrupt("getUpdates")
        world.updates.allow(given.get("allowed_updates"))
        offset, limit = given.get("offset", 0), given.get("limit", 100)
        before = list(world.updates.confirmed)
        found = world.updates.read(offset, limit, world.clock.now())
        timeout = min(_LONGEST, given.get("timeout", 0))
        if not found and timeout > 0:
            await self._wait(timeout)
            found = world.updates.read(0, limit, world.clock.now())
        return [update.json() for update in self._given(found, before, struck)]

    async def _wait(self, seconds: float) -> None:
        mine: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting = mine
        heard = self._world.updates.listen()
        late = asyncio.ensure_future(self._world.clock.sleep(seconds))
        try:
            anything: set[asyncio.Future[Any]] = {mine, heard, late}
            await asyncio.wait(anything, return_when=asyncio.FIRST_COMPLETED)
        finally:
            late.cancel()
            heard.cancel()
            if self._waiting is mine:
                self._waiting = None
        if mine.done():
            by = mine.result()
            raise conflict(_OUSTED if by == "getUpdates" else f"terminated by {by} request")

    def _given(self, found: list[Update], before: list[Update], struck: list[Fault]) -> list[Update]:
        now = self._world.clock.now()
        for fault in struck:
            match fault.action:
                case "duplicate":
                    found = [update for update in found for _ in (1, 2)]
                case "again":
                    found = before + found
                case "shuffle":
                    found = self._faults.shuffled(found)
                case _:
                    pass
        for update in found:
            self._world.ledger.add(now, "given", update.kind, update.lane[1], update_id=update.update_id)
        return found
