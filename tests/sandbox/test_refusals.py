"""Telegram's refusals, in its own words."""

from datetime import timedelta

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter

from bot.clock import MovableClock
from bot.sandbox import Limits, Phone, Sandbox
from tests.sandbox.conftest import client


async def test_text_is_counted_in_utf16(bot: Bot, ana: Phone) -> None:
    """4096 units are taken, 4097 are not; an emoji counts as two."""
    await bot.send_message(ana.id, "🙂" * 2048)
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(ana.id, "🙂" * 2048 + ".")
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(ana.id, " \n ")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(ana.id, b"x", caption="a" * 1025)


async def test_buttons_carry_at_most_64_bytes(bot: Bot, ana: Phone) -> None:
    """Bytes, not letters: 32 times é fits, one more does not."""

    def keyboard(data: str) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data=data)]])

    await bot.send_message(ana.id, "ok", reply_markup=keyboard("é" * 32))
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(ana.id, "no", reply_markup=keyboard("é" * 33))
    link = InlineKeyboardButton("Open", url="http://localhost:8080/")
    with pytest.raises(BadRequest, match="wrong http url"):
        await bot.send_message(ana.id, "no", reply_markup=InlineKeyboardMarkup([[link]]))


@pytest.mark.parametrize(
    ("mode", "text", "why"),
    [
        ("HTML", "1 < 2", "Unsupported start tag"),
        ("HTML", "<b>bold", "find end tag"),
        ("MarkdownV2", "Hello.", "reserved"),
        ("MarkdownV2", "*bold", "find end of Bold"),
    ],
)
async def test_broken_markup_is_named(bot: Bot, ana: Phone, mode: str, text: str, why: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i)can't parse entities: .*{why}"):
        await bot.send_message(ana.id, text, parse_mode=mode)


async def test_markup_becomes_entities(bot: Bot, ana: Phone) -> None:
    sent = await bot.send_message(
        ana.id, "🙂 <b>bold</b> &amp; <a href='https://example.org'>link</a>", "HTML"
    )
    assert sent.text == "🙂 bold & link"
    assert [sent.parse_entity(entity) for entity in sent.entities] == ["bold", "link"]


async def test_nobody_is_written_to_who_does_not_want_it(bot: Bot, ana: Phone, sandbox: Sandbox) -> None:
    """Unknown, not started, blocked, deactivated: each has its own words; coming back opens the chat."""
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(404, "hello")
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(sandbox.phone(33, "Cora").id, "hello")
    ana.blocks_bot()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ana.id, "hello")
    ana.unblocks_bot()
    await bot.send_message(ana.id, "hello again")
    statuses = [u.my_chat_member.new_chat_member.status for u in await bot.get_updates() if u.my_chat_member]
    assert statuses == ["kicked", "member"]
    ana.deactivates()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(ana.id, "hello")


async def test_an_old_press_cannot_be_answered(bot: Bot, ana: Phone, clock: MovableClock) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="g")]])
    await bot.send_message(ana.id, "Well?", reply_markup=markup)
    ana.presses("Go")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    with pytest.raises(BadRequest, match="Message_too_long"):
        await query.answer("a" * 201)
    clock.move(timedelta(seconds=151))
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer()


async def test_after_two_days_nothing_can_be_deleted(bot: Bot, ana: Phone, clock: MovableClock) -> None:
    sent = await bot.send_message(ana.id, "Stays")
    clock.move(timedelta(hours=48, seconds=1))
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(ana.id, sent.message_id)


async def test_a_wrong_token_is_refused(sandbox: Sandbox) -> None:
    """401 for one that is not known, 404 for what is no token: the client calls both an invalid token."""
    for token in ("7000000002:somebody-else", "nonsense"):
        async with client(sandbox, token) as stranger:
            with pytest.raises(InvalidToken):
                await stranger.get_me()


async def test_unknown_parameters_and_methods_are_refused(sandbox: Sandbox, ana: Phone) -> None:
    """By form, by query and by JSON alike."""
    address = f"{sandbox.base_url}/bot{sandbox.token}"
    wrong = {"chat_id": str(ana.id), "text": "hi", "colour": "red"}
    async with aiohttp.ClientSession() as session:
        for call in (
            session.post(f"{address}/sendMessage", data=wrong),
            session.get(f"{address}/sendmessage", params=wrong),
            session.post(f"{address}/sendMessage", json=wrong),
        ):
            async with call as answer:
                body = await answer.json()
                assert (answer.status, body["ok"], "colour" in body["description"]) == (400, False, True)
        async with session.post(f"{address}/sendMessage", json={"text": "hi"}) as answer:
            assert (await answer.json())["description"] == "Bad Request: chat_id is empty"
        async with session.post(f"{address}/sendPigeon") as answer:
            assert answer.status == 404
    assert ana.heard() == []


async def test_the_chat_moves_with_its_group(bot: Bot, sandbox: Sandbox) -> None:
    group = sandbox.world.add_group(-5, "Tea")
    group.migrated_to = -1005
    with pytest.raises(Exception, match="-1005"):
        await bot.send_message(-5, "hello")


async def test_too_fast_is_told_how_long_to_wait(clock: MovableClock) -> None:
    """A chat takes a short burst, then one a second; the others are not held up by it."""
    sandbox = Sandbox(clock=clock, limits=Limits(enforced=True, burst=3))
    await sandbox.start()
    ana, dan = sandbox.phone(11, "Ana"), sandbox.phone(12, "Dan")
    ana.starts()
    dan.starts()
    async with client(sandbox) as bot:
        for n in range(3):
            await bot.send_message(ana.id, str(n))
        with pytest.raises(RetryAfter) as refused:
            await bot.send_message(ana.id, "3")
        await bot.send_message(dan.id, "hello")
        wait = refused.value.retry_after
        assert isinstance(wait, timedelta)
        clock.move(wait)
        await bot.send_message(ana.id, "3")
    assert ana.heard() == ["0", "1", "2", "3"]
    await sandbox.stop()
