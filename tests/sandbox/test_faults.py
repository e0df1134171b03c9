"""Misfortune by script: the same each time, and the ledger knows what really happened."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError

from bot.clock import MovableClock
from bot.sandbox import Fault, Phone, Sandbox


async def attempts(bot: Bot, chat: int, count: int) -> list[str]:
    """What the client makes of each of `count` sends."""
    heard = []
    for n in range(count):
        try:
            await bot.send_message(chat, str(n))
            heard.append("ok")
        except (TelegramError, AttributeError) as error:  # the latter: the client reads `result: null`
            heard.append(type(error).__name__)
    return heard


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [
        (Fault("status", status=502, description="Bad Gateway"), False),
        (Fault("status", status=502, description="Bad Gateway", when="after"), True),
        (Fault("reset"), False),
        (Fault("reset", when="after"), True),
        (Fault("garbage"), False),
        (Fault("garbage", when="after"), True),
        (Fault("null"), True),
    ],
    ids=lambda value: f"{value.action} {value.when}" if isinstance(value, Fault) else "",
)
async def test_a_fault_strikes_once_before_or_after(
    bot: Bot, sandbox: Sandbox, ana: Phone, fault: Fault, arrived: bool
) -> None:
    """The client fails either way; only phone and ledger know whether the message was sent."""
    sandbox.faults.set([Fault(**{**{f: getattr(fault, f) for f in fault.__slots__}, "nth": (2,)})])
    outcome = await attempts(bot, ana.id, 3)
    assert (outcome[0], outcome[2]) == ("ok", "ok")
    assert outcome[1] != "ok"
    assert ana.heard() == (["0", "1", "2"] if arrived else ["0", "2"])
    assert len(list(sandbox.ledger.sent(ana.id))) == (3 if arrived else 2)


async def test_one_chat_is_told_to_wait(bot: Bot, sandbox: Sandbox, ana: Phone) -> None:
    dan = sandbox.phone(12, "Dan")
    dan.starts()
    sandbox.faults.set([Fault("status", chat=ana.id, status=429, retry_after=7, times=1)])
    with pytest.raises(RetryAfter):
        await bot.send_message(ana.id, "no")
    assert await attempts(bot, dan.id, 1) == ["ok"]
    assert await attempts(bot, ana.id, 1) == ["ok"]


async def test_a_hang_lasts_until_the_caller_leaves(bot: Bot, sandbox: Sandbox, ana: Phone) -> None:
    """Before doing, nothing was sent; after doing, it was, and nobody was told."""
    sandbox.faults.set([Fault("hang", nth=(1,)), Fault("hang", nth=(1,), when="after")])
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(ana.id, "hello", read_timeout=0.05)
    assert ana.heard() == ["hello"]
    while len(sandbox.ledger.of("answered", "sendMessage")) < 2:
        await asyncio.sleep(0)
    assert [entry.body["fate"] for entry in sandbox.ledger.of("answered", "sendMessage")] == ["hung", "hung"]


async def test_a_delay_is_of_the_clock(bot: Bot, sandbox: Sandbox, ana: Phone, clock: MovableClock) -> None:
    sandbox.faults.set([Fault("delay", seconds=20)])
    sending = asyncio.create_task(bot.send_message(ana.id, "late", read_timeout=30))
    while not ana.chat.messages:
        await asyncio.sleep(0)
    while not sending.done():
        clock.move(timedelta(seconds=1))
        await asyncio.sleep(0)
    assert ana.heard() == ["late"]


async def test_the_same_seed_brings_the_same_misfortune(bot: Bot, sandbox: Sandbox, ana: Phone) -> None:
    runs = []
    for _ in range(2):
        sandbox.faults.set([Fault("status", status=500, chance=0.4)], seed=3)
        runs.append(await attempts(bot, ana.id, 20))
    assert runs[0] == runs[1]
    assert {"ok", "NetworkError"} <= set(runs[0])


async def test_the_ledger_can_be_a_file(tmp_path: Path, clock: MovableClock) -> None:
    """One JSON line an entry, complete at every moment."""
    path = tmp_path / "ledger.jsonl"
    sandbox = Sandbox(clock=clock, ledger=path)
    await sandbox.start()
    sandbox.phone(11, "Ana").starts()
    kinds = [json.loads(line)["kind"] for line in path.read_text().splitlines()]
    assert kinds == ["queued"]
    await sandbox.stop()


async def test_another_process_can_write_the_script(bot: Bot, sandbox: Sandbox, ana: Phone) -> None:
    """Over HTTP: faults, the clock, people's doings, the ledger; a mistake is answered with its reason."""
    async with aiohttp.ClientSession(f"{sandbox.base_url}/sandbox/") as control:

        async def ask(verb: str, what: str, **body: object) -> tuple[int, dict[str, object]]:
            async with control.request(verb, what, json=body if verb == "POST" else None) as answer:
                return answer.status, await answer.json()

        await ask("POST", "users", id=44, first_name="Dan")
        await ask("POST", "act", user=44, does="says", text="hello")
        await ask("POST", "faults", rules=[{"action": "status", "method": "sendMessage", "nth": 1}], seed=1)
        assert await attempts(bot, 44, 2) == ["NetworkError", "ok"]
        _status, chat = await ask("GET", "chat?user=44")
        assert [message["text"] for message in chat["messages"]] == ["hello", "1"]  # type: ignore[attr-defined]
        before = sandbox.clock.now()
        await ask("POST", "clock", move=60)
        assert sandbox.clock.now() - before == timedelta(seconds=60)
        _, ledger = await ask("GET", "ledger?after=0")
        assert ledger["entries"]
        assert (await ask("POST", "act", user=44, does="flies"))[0] == 400
        assert (await ask("POST", "faults", rules=[{"action": "status", "colour": 1}]))[0] == 400
    assert ana.heard() == []
