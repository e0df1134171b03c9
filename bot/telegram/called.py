"""The webhook: Telegram is told where to call, and is seen to go on calling there and to get through."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.app.ports import Clock
from bot.domain.channel.delivery import AsGoodAsDone, Delivered
from bot.telegram.client import CallFailed, Hook, Telegram
from bot.telegram.ingest import NO_ANSWER

log = structlog.get_logger()

LOOK_S: Final = 60.0
AGAIN_S: Final = 30.0
_LATELY: Final = timedelta(minutes=2)
"""Telegram tries again within a minute or two: an error that is older is over, or nothing waits."""
_NOT_REACHED: Final = "NotReached"


class Called:
    """Has Telegram call until stopped; whoever takes the webhook away does not have it for long."""

    def __init__(self, telegram: Telegram, clock: Clock, url: str, secret: str) -> None:
        self._telegram = telegram
        self._clock = clock
        self._url = url
        self._secret = secret
        self._doubt = asyncio.Event()
        self.asked = asyncio.Event()
        """Set with the first look, whatever comes of it."""
        self.last_ok: datetime | None = None
        """When it was last seen that Telegram answers, and gets through to us."""
        self.trouble = ""
        """What the last look came to, for doctor; empty while all is well."""

    @property
    def unanswered(self) -> bool:
        """Whether Telegram gives this program no answer that can be read, to anything."""
        return self.trouble in NO_ANSWER

    def look_now(self) -> None:
        """A send was not answered: does Telegram answer anything? Nothing to do while it is known not to."""
        if not self.trouble:
            self._doubt.set()

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while True:
            self.asked.set()
            self._doubt.clear()
            was, self.trouble = self.trouble, await self._look()
            if not self.trouble:
                self.last_ok = self._clock.now()
            elif self.trouble != was:
                log.error("webhook_trouble", trouble=self.trouble)
            await self._pause(AGAIN_S if self.trouble else LOOK_S)

    async def _look(self) -> str:
        """What is wrong, in a word; "" when nothing is."""
        try:
            hook = await self._telegram.hook()
        except CallFailed as failed:
            return type(failed.outcome).__name__
        known, fails = self.last_ok is not None, self._fails(hook)
        if known and hook.url == self._url and not fails:
            return ""
        if known and hook.url != self._url:
            log.error("webhook_was_taken")
        outcome = await self._telegram.set_webhook(self._url, self._secret)  # the secret may be another's
        if not isinstance(outcome, Delivered | AsGoodAsDone):
            return type(outcome).__name__
        return _NOT_REACHED if known and fails else ""

    def _fails(self, hook: Hook) -> bool:
        """Whether something waits at Telegram because its calls do not get through."""
        failed = hook.failed_at
        return bool(hook.waiting) and failed is not None and self._clock.now() - failed < _LATELY

    async def _pause(self, seconds: float) -> None:
        sleepers = [
            asyncio.ensure_future(self._clock.sleep(seconds)),
            asyncio.ensure_future(self._doubt.wait()),
        ]
        try:
            await asyncio.wait(sleepers, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for sleeper in sleepers:
                sleeper.cancel()
