"""What survives a restart of the stand-in, and its life as a process of its own."""

import asyncio
import signal
import sys
from pathlib import Path

import aiohttp
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.clock import MovableClock
from bot.sandbox import Press, Sandbox
from tests.sandbox.conftest import THREE_AT_NIGHT, client


async def test_conversations_survive_a_restart(tmp_path: Path) -> None:
    """Messages, buttons, files, what waits for the bot, and the counting of ids."""
    path = tmp_path / "demo" / "state.json"
    first = Sandbox(clock=MovableClock(THREE_AT_NIGHT), state=path)
    await first.start()
    ana = first.phone(11, "Ana")
    ana.starts()
    async with client(first) as bot:
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="g")]])
        sent = await bot.send_message(ana.id, "Well?", reply_markup=markup)
        await bot.send_document(ana.id, b"BEGIN", filename="a.ics")
    ana.presses("Go")
    await first.stop()

    again = Sandbox(clock=MovableClock(THREE_AT_NIGHT), state=path)
    await again.start()
    ana = again.phone(11)
    assert [message.text for message in ana.messages] == ["/start", "Well?", ""]
    assert ana.file(ana.last).content == b"BEGIN"
    async with client(again) as bot:
        updates = await bot.get_updates()
        assert [update.callback_query is not None for update in updates] == [False, True]
        later = await bot.send_message(ana.id, "Next")
        assert later.message_id > sent.message_id + 1
    press = ana.presses("Go")
    assert isinstance(press, Press)
    assert again.world.updates.next_id == updates[-1].update_id + 2
    await again.stop()


async def test_it_runs_as_a_process_of_its_own(tmp_path: Path) -> None:
    """It prints its address, answers, and keeps its state when it is told to stop."""
    state = tmp_path / "state.json"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox", "--state", str(state), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    address = (await process.stdout.readline()).decode().strip()
    async with aiohttp.ClientSession() as session:
        url = f"{address}/sandbox/users"
        async with session.post(url, json={"id": 11, "first_name": "Ana"}) as answer:
            assert answer.status == 200
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    assert "Ana" in state.read_text()
    process._transport.close()  # type: ignore[attr-defined]
