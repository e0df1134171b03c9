"""Delivery of updates to the bot's webhook: in order per chat, presses apart, again until they are taken."""

import asyncio
import json
from typing import Final

import aiohttp

from bot.sandbox.faults import Faults
from bot.sandbox.things import Webhook
from bot.sandbox.updates import Update
from bot.sandbox.world import World

_CAP: Final = 60.0
_ANSWER_WITHIN: Final = 60.0


class Hook:
    """Posts what waits, while a webhook is set."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._lanes: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None
        self._places = asyncio.Semaphore(40)
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Begin to deliver."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop; what was not taken stays in the queue."""
        tasks = [task for task in (self._task, *self._lanes.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lanes.clear()
        if self._session is not None:
            await self._session.close()

    async def _run(self) -> None:
        updates = self._world.updates
        while True:
            heard = updates.listen()
            updates.expire(self._world.clock.now())
            if self._world.webhook.url:
                for update in updates.waiting:
                    self._open(update.lane)
            await heard

    def _open(self, lane: tuple[str, int]) -> None:
        if lane not in self._lanes:
            task = asyncio.create_task(self._deliver(lane))
            self._lanes[lane] = task
            task.add_done_callback(lambda _: self._lanes.pop(lane, None))

    def _next(self, lane: tuple[str, int]) -> Update | None:
        self._world.updates.expire(self._world.clock.now())
        return next((update for update in self._world.updates.waiting if update.lane == lane), None)

    async def _deliver(self, lane: tuple[str, int]) -> None:
        failures = 0
        while (hook := self._world.webhook).url and (update := self._next(lane)) is not None:
            async with self._places:
                taken, wait = await self._attempt(hook, update)
            if taken:
                failures = 0
                self._world.updates.take(update, self._world.clock.now())
                continue
            await self._world.clock.sleep(wait if wait is not None else _pause(failures))
            failures += 1

    async def _attempt(self, hook: Webhook, update: Update) -> tuple[bool, float | None]:
        """Whether it was taken, and how long the bot asked to be left alone (seconds)."""
        struck = self._faults.strike("webhook", update.lane[1])
        times = 2 if any(fault.action == "duplicate" for fault in struck) else 1
        status, wait, why = 0, None, ""
        for _ in range(times):
            try:
                async with asyncio.timeout(_ANSWER_WITHIN):
                    status, wait = await self._post(hook, update)
                why = f"Wrong response from the webhook: {status}"
            except (aiohttp.ClientError, OSError):
                status, why = 0, "Connection refused"
            except TimeoutError:
                status, why = 0, "Read timeout expired"
        now = self._world.clock.now()
        taken = 200 <= status < 300
        self._world.ledger.add(
            now, "hooked", update.kind, update.lane[1], update_id=update.update_id, status=status
        )
        if not taken:
            hook.last_error_at, hook.last_error = now, why
        return taken, wait

    async def _post(self, hook: Webhook, update: Update) -> tuple[int, float | None]:
        assert self._session is not None
        headers = {"Content-Type": "application/json"}
        if hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
        body = json.dumps(update.json()).encode()
        async with self._session.post(hook.url, data=body, headers=headers, allow_redirects=False) as answer:
            await answer.read()
            asked = answer.headers.get("Retry-After", "")
            return answer.status, float(asked) if asked.isdigit() else None


def _pause(failures: int) -> float:
    """Seconds before the next attempt: none, then 2, 4, 8 … up to a minute."""
    return 0.0 if failures == 0 else min(_CAP, 2.0**failures)
