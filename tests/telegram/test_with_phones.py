"""Our client and a Telegram that behaves like the real one: what people do arrives, what is sent is seen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.domain.channel.delivery import (
    AsGoodAsDone,
    Delivered,
    Migrated,
    Misconfigured,
    NotSentYet,
    Outcome,
    Parked,
    TooLong,
    Undeliverable,
    UnknownOutcome,
)
from bot.domain.channel.incoming import (
    Blocked,
    Commanded,
    Content,
    Pressed,
    Said,
    SentMedia,
    SharedPlace,
)
from bot.domain.channel.outgoing import Button, Copy, File, Redraw, Remove, Text, Venue
from bot.domain.ids import ChatId, MessageId
from bot.sandbox import Fault, Phone, Sandbox
from bot.telegram.client import Introduction, Telegram
from bot.telegram.reading import read_update
from bot.telegram.transport import Timeouts
from tests.sandbox.conftest import THREE_AT_NIGHT

QUICK = Timeouts(pool=1, connect=1, write=1, read=0.3)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(THREE_AT_NIGHT)


@pytest.fixture(params=["aiohttp", "lean"])
async def sandbox(request: pytest.FixtureRequest, clock: MovableClock) -> AsyncIterator[Sandbox]:
    made = Sandbox(clock=clock, lean=request.param == "lean")
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def ana(sandbox: Sandbox) -> Phone:
    phone = sandbox.phone(11, "Ana")
    phone.starts()
    return phone


@asynccontextmanager
async def opened(sandbox: Sandbox, token: str = "") -> AsyncIterator[Telegram]:
    async with Telegram(token or sandbox.token, f"{sandbox.base_url}/bot", timeouts=QUICK) as telegram:
        yield telegram


async def read(telegram: Telegram, clock: MovableClock) -> list[Content]:
    """What everybody did since the last poll."""
    got = await telegram.get_updates(None, timeout=0)
    if got:
        await telegram.get_updates(got[-1].id + 1, timeout=0, limit=1)
    return [read_update(update.raw, clock.now()).content for update in got]


async def test_what_a_person_does_arrives(sandbox: Sandbox, ana: Phone, clock: MovableClock) -> None:
    """Words, commands, presses, places, media, edits, blocks: in their order, each as what it is."""
    async with opened(sandbox) as telegram:
        said = ana.says("I can't sleep")
        ana.edits(said, "I can't sleep at all")
        ana.forwards("you should stop")
        ana.shares_location(53.79648, -1.54785)
        ana.sends_voice()
        ana.sends_photo("my street")
        ana.sends("sticker")
        ana.sends("poll")
        ana.blocks_bot()
        ana.unblocks_bot()
        assert await read(telegram, clock) == [
            Commanded("start"),
            Said("I can't sleep"),
            Said("I can't sleep at all", edited=True),
            Said("you should stop", forwarded=True),
            SharedPlace(53.8, -1.55),
            SentMedia("voice", "voice"),
            SentMedia("photo", "photo", "my street"),
            SentMedia("sticker", "sticker"),
            SentMedia("other", "poll"),
            Blocked(),
            Blocked(again=True),
        ]


async def test_a_press_and_its_answer(sandbox: Sandbox, ana: Phone, clock: MovableClock) -> None:
    """The button's data comes back, and it stops turning; after 150 seconds that is as good as done."""
    async with opened(sandbox) as telegram:
        rows = ((Button("Yes", "b:1"),),)
        sent = await telegram.send(Text("Ready?", rows), ChatId(ana.id))
        assert isinstance(sent, Delivered)
        press = ana.presses_data(ana.last, "b:1")
        assert (await read(telegram, clock))[-1] == Pressed("b:1", sent.message_id)
        assert await telegram.answer_press(press.id) == Delivered()
        assert press.answered
        late = ana.presses_data(ana.last, "b:1")
        clock.move(timedelta(seconds=200))
        assert await telegram.answer_press(late.id) == AsGoodAsDone("query too old")


async def test_what_is_sent_is_seen(sandbox: Sandbox, ana: Phone) -> None:
    """Every body, in one chat."""
    here = ChatId(ana.id)
    async with opened(sandbox) as telegram:
        first = await telegram.send(Text("<b>Hello</b> https://example.org"), here)
        assert isinstance(first, Delivered)
        assert first.message_id is not None
        assert ana.last.text == "<b>Hello</b> https://example.org"
        await telegram.send(Redraw(first.message_id, ((Button("Yes", "b:1"),),), "Hello"), here)
        assert (ana.last.text, ana.buttons) == ("Hello", ["Yes"])
        await telegram.send(Redraw(first.message_id), here)
        assert ana.buttons == []
        assert await telegram.send(Redraw(first.message_id), here) == AsGoodAsDone("not modified")
        await telegram.send(
            Text("Where?", ((Button("Skip", "b:2"),),), ask_location="Share my location"), here
        )
        assert ana.buttons == ["Share my location", "Skip"]
        await telegram.send(Venue(53.8, -1.55, "St Mary's Hall", "1 High Street"), here)
        await telegram.send(File("group.ics", b"BEGIN:VCALENDAR", "Add it"), here)
        assert ana.file(ana.last).content == b"BEGIN:VCALENDAR"
        await telegram.send(Remove((first.message_id,)), here)
        assert "Hello" not in [message.text for message in ana.messages]


async def test_a_relayed_message_says_not_whose_it_was(sandbox: Sandbox, ana: Phone) -> None:
    """Ana's voice note is copied to Ben, protected, and not as a forward."""
    ben = sandbox.phone(12, "Ben")
    ben.starts()
    voice = ana.sends_voice()
    async with opened(sandbox) as telegram:
        sent = await telegram.send(Copy(ChatId(ana.id), MessageId(voice.id)), ChatId(ben.id))
    assert sent == Delivered(MessageId(ben.last.id))
    assert ben.last.protected
    assert "forward_origin" not in ben.last.body


@pytest.mark.parametrize(
    ("fault", "outcome", "arrived"),
    [
        (Fault("status", status=429, retry_after=7), Parked(timedelta(seconds=7)), False),
        (Fault("status", status=400, description="x", migrate_to_chat_id=-5), Migrated(ChatId(-5)), False),
        (Fault("status", status=404, description="Not Found"), Misconfigured("InvalidToken"), False),
        (Fault("status", status=502, when="after"), UnknownOutcome("Unknown"), True),
        (Fault("reset", when="before"), UnknownOutcome("Unknown"), False),
        (Fault("reset", when="after"), UnknownOutcome("Unknown"), True),
        (Fault("garbage", when="after"), UnknownOutcome("Unknown"), True),
        (Fault("null"), UnknownOutcome("SaidOk", said_ok=True), True),
        (Fault("hang", when="after"), UnknownOutcome("Unknown"), True),
        (Fault("hang", when="before"), UnknownOutcome("Unknown"), False),
    ],
)
async def test_a_send_that_goes_wrong(
    sandbox: Sandbox, ana: Phone, fault: Fault, outcome: Outcome, arrived: bool
) -> None:
    """Unknown is what may have arrived: in these runs it sometimes had, and sometimes not."""
    async with opened(sandbox) as telegram:
        await telegram.send(Text("before"), ChatId(ana.id))
        sandbox.faults.set([fault])
        assert await telegram.send(Text("now"), ChatId(ana.id)) == outcome
    assert ana.heard() == ["before", *(["now"] if arrived else [])]


async def test_nobody_there(sandbox: Sandbox, ana: Phone) -> None:
    """Blocked, deactivated, never seen; a wrong token; a server that is gone."""
    async with opened(sandbox) as telegram:
        assert await telegram.send(Text("x" * 4097), ChatId(ana.id)) == TooLong()
        ana.blocks_bot()
        assert await telegram.send(Text("x"), ChatId(ana.id)) == Undeliverable("blocked")
        ana.unblocks_bot()
        ana.deactivates()
        assert await telegram.send(Text("x"), ChatId(ana.id)) == Undeliverable("deactivated")
        assert await telegram.send(Text("x"), ChatId(99)) == Undeliverable("chat not found")
    async with opened(sandbox, token="1:wrong") as stranger:
        assert isinstance(await stranger.send(Text("x"), ChatId(ana.id)), Misconfigured)
    async with Telegram(sandbox.token, "http://127.0.0.1:1/bot") as nowhere:
        assert isinstance(await nowhere.send(Text("x"), ChatId(ana.id)), NotSentYet)


async def test_the_bot_introduces_itself(sandbox: Sandbox) -> None:
    """Also to a server that can only be told, and may be told again."""
    told = {"": Introduction("Foothold", "About", "Description", [("help", "Help now")])}
    async with opened(sandbox) as telegram:
        assert await telegram.introduce(told) == Delivered()
        assert await telegram.introduce(told) == Delivered()
        assert (await telegram.me()).username
        assert await telegram.delete_webhook() == Delivered()
