"""Updates posted to the bot: in order per chat, again until taken, with the secret."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from aiohttp import web
from telegram import Bot

from bot.clock import MovableClock
from bot.sandbox import Phone, Sandbox


class Receiver:
    """A bot's end of a webhook, which answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str | None]] = []
        self.answers: list[web.Response] = []
        self._something = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        update = json.loads(await request.read())
        message = update.get("message") or update["callback_query"]
        said = f"{message['from']['first_name']}: {message.get('text') or message.get('data')}"
        self.got.append((said, request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
        self._something.set()
        return self.answers.pop(0) if self.answers else web.Response()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                self._something.clear()
                await self._something.wait()


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    made = Receiver()
    app = web.Application()
    app.router.add_post("/hook", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield made, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


async def test_what_waited_is_delivered_with_the_secret(
    bot: Bot, ana: Phone, receiver: tuple[Receiver, str]
) -> None:
    """What came before the webhook was set is delivered too, in order."""
    hook, url = receiver
    for n in range(3):
        ana.says(str(n))
    await bot.set_webhook(url, secret_token="s3cret")
    await hook.until(lambda: len(hook.got) == 4)
    assert hook.got == [(f"Ana: {text}", "s3cret") for text in ("/start", "0", "1", "2")]


async def test_a_failure_is_tried_again_and_holds_up_only_its_chat(
    bot: Bot, sandbox: Sandbox, ana: Phone, receiver: tuple[Receiver, str], clock: MovableClock
) -> None:
    """At once, then after two seconds, or when Retry-After says; presses go by another queue."""
    hook, url = receiver
    sent = await bot.send_message(ana.id, "Well?")
    hook.answers = [web.Response(status=500), web.Response(status=503, headers={"Retry-After": "9"})]
    await bot.set_webhook(url)
    await hook.until(lambda: len(hook.got) == 2)
    dan = sandbox.phone(12, "Dan")
    dan.says("me too")
    ana.says("still there?")
    ana.presses_data(ana.chat.messages[sent.message_id], "yes")
    await hook.until(lambda: len(hook.got) == 4)
    assert [said for said, _ in hook.got] == ["Ana: /start"] * 2 + ["Dan: me too", "Ana: yes"]
    assert (await bot.get_webhook_info()).last_error_message == "Wrong response from the webhook: 503"
    while len(sandbox.ledger.of("hooked")) < 4:
        await asyncio.sleep(0)
    clock.move(timedelta(seconds=9))
    await hook.until(lambda: len(hook.got) == 6)
    assert [said for said, _ in hook.got[4:]] == ["Ana: /start", "Ana: still there?"]
