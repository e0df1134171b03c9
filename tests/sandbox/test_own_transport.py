"""The bot's own transport against the stand-in: JSON bodies, uploads, and cuts told apart."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.sandbox import Fault, Phone, Sandbox
from bot.telegram.transport import AiohttpRequest, Unknown


@pytest.fixture
async def own(sandbox: Sandbox) -> AsyncIterator[Bot]:
    made = Bot(
        sandbox.token,
        base_url=f"{sandbox.base_url}/bot",
        base_file_url=f"{sandbox.base_url}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(pool=1),
    )
    async with made:
        yield made


async def test_words_and_files_arrive(own: Bot, ana: Phone) -> None:
    """Text in any script, and a document with its name."""
    await own.send_message(ana.id, "Grüße 🙂 \u202eabc")
    await own.send_document(ana.id, b"BEGIN:VCALENDAR", filename="tonight.ics", caption="Tonight")
    assert ana.heard() == ["Grüße 🙂 \u202eabc", "Tonight"]
    assert (ana.file(ana.last).name, ana.file(ana.last).content) == ("tonight.ics", b"BEGIN:VCALENDAR")
    (start,) = await own.get_updates()
    assert start.effective_message is not None
    assert start.effective_message.text == "/start"


async def test_a_cut_after_doing_is_unknown(own: Bot, sandbox: Sandbox, ana: Phone) -> None:
    """The transport cannot know; the ledger does."""
    sandbox.faults.set([Fault("reset", "sendMessage", nth=(1,), when="after")])
    with pytest.raises(Unknown):
        await own.send_message(ana.id, "hello")
    assert [entry.chat for entry in sandbox.ledger.sent()] == [ana.id]
    assert [entry.body["fate"] for entry in sandbox.ledger.of("answered", "sendMessage")] == ["reset"]
