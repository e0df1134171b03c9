"""How updates are kept, given, confirmed and lost."""

import asyncio
import itertools
from datetime import timedelta

import pytest
from telegram import Bot, Update
from telegram.error import Conflict

from bot.clock import MovableClock
from bot.sandbox import Fault, Phone, Sandbox
from bot.sandbox.around import inject
from tests.sandbox.conftest import client


def texts(updates: tuple[Update, ...]) -> list[str | None]:
    return [update.effective_message.text if update.effective_message else None for update in updates]


async def test_an_update_comes_until_the_offset_passes_it(bot: Bot, ana: Phone) -> None:
    """What was given but not confirmed is given again; what was confirmed is gone for good."""
    ana.says("one")
    ana.says("two")
    first = await bot.get_updates(limit=2)
    assert texts(first) == ["/start", "one"]
    assert texts(await bot.get_updates()) == ["/start", "one", "two"]
    assert texts(await bot.get_updates(offset=first[-1].update_id + 1)) == ["two"]
    assert texts(await bot.get_updates()) == ["two"]
    assert [b.update_id - a.update_id for a, b in itertools.pairwise(first)] == [1]


async def test_a_negative_offset_forgets_all_but_the_last(bot: Bot, ana: Phone) -> None:
    for n in range(5):
        ana.says(str(n))
    assert texts(await bot.get_updates(offset=-2)) == ["3", "4"]
    assert texts(await bot.get_updates()) == ["3", "4"]


async def test_an_offset_far_ahead_confirms_nothing(bot: Bot, ana: Phone) -> None:
    """After ids restarted lower, an old offset must not swallow the queue: it is given from its head."""
    del ana
    (start,) = await bot.get_updates()
    assert texts(await bot.get_updates(offset=start.update_id + 1_000_000)) == ["/start"]


async def test_a_long_poll_ends_with_the_first_update(bot: Bot, ana: Phone) -> None:
    """It waits while nothing comes, and answers at once when something does."""
    (start,) = await bot.get_updates()
    poll = asyncio.create_task(bot.get_updates(offset=start.update_id + 1, timeout=30))
    while not ana.world.ledger.of("confirmed"):
        await asyncio.sleep(0)
    ana.says("here")
    assert texts(await poll) == ["here"]


async def test_a_long_poll_ends_when_its_time_is_up(bot: Bot, sandbox: Sandbox, clock: MovableClock) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await waiting(sandbox)
    clock.move(timedelta(seconds=30))
    assert await poll == ()


async def waiting(sandbox: Sandbox) -> None:
    """Until a long poll has arrived and waits."""
    polls = sandbox.apis[sandbox.token].polls
    while polls._waiting is None:
        await asyncio.sleep(0)
    await asyncio.sleep(0)  # its sleep on the clock begins a step later


async def test_a_second_reader_ends_the_first(bot: Bot, sandbox: Sandbox, ana: Phone) -> None:
    """The older of two polls gets a 409, and so does a poll when a webhook is set."""
    (start,) = await bot.get_updates()
    async with client(sandbox) as other:
        older = asyncio.create_task(bot.get_updates(offset=start.update_id + 1, timeout=30))
        await waiting(sandbox)
        newer = asyncio.create_task(other.get_updates(offset=start.update_id + 1, timeout=30))
        with pytest.raises(Conflict, match="other getUpdates"):
            await older
        await waiting(sandbox)
        await bot.set_webhook("http://127.0.0.1:9/hook")
        with pytest.raises(Conflict, match="setWebhook"):
            await newer
        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates()


async def test_messages_are_kept_a_day_and_presses_150_seconds(
    bot: Bot, ana: Phone, clock: MovableClock
) -> None:
    sent = await bot.send_message(ana.id, "Well?")
    ana.presses_data(ana.chat.messages[sent.message_id], "y")
    clock.move(timedelta(seconds=149))
    assert len(await bot.get_updates()) == 2
    clock.move(timedelta(seconds=1))
    assert texts(await bot.get_updates()) == ["/start"]
    clock.move(timedelta(hours=24))
    assert await bot.get_updates() == ()
    assert len(ana.world.ledger.of("expired")) == 2


async def test_after_a_quiet_week_ids_start_anywhere(bot: Bot, ana: Phone, clock: MovableClock) -> None:
    (before,) = await bot.get_updates()
    clock.move(timedelta(days=7, seconds=1))
    ana.says("back again")
    (after,) = await bot.get_updates()
    assert after.update_id != before.update_id + 1


async def test_only_what_was_asked_for_is_queued(bot: Bot, ana: Phone) -> None:
    """allowed_updates holds for what comes after the call, and until it is changed."""
    await bot.get_updates(allowed_updates=["callback_query"])
    ana.says("unheard")
    assert texts(await bot.get_updates()) == ["/start"]
    await bot.get_updates(allowed_updates=[])
    ana.says("heard")
    assert texts(await bot.get_updates()) == ["/start", "heard"]


async def test_edits_forwards_and_odd_things_come_through(bot: Bot, ana: Phone) -> None:
    """The client can read every kind of thing a person may send."""
    from bot.sandbox.content import KINDS

    ana.edits(ana.says("im ok"), "im not ok")
    ana.forwards("somebody else's words")
    for kind in KINDS:
        ana.sends(kind)
    updates = await bot.get_updates()
    assert updates[2].edited_message is not None
    assert updates[2].edited_message.text == "im not ok"
    assert updates[3].message is not None
    assert updates[3].message.forward_origin is not None
    assert len(updates) == 4 + len(KINDS)


async def test_updates_can_be_wrong_or_unheard_of(sandbox: Sandbox, bot: Bot) -> None:
    inject(sandbox.world, "telepathy", {"thought": "?"})
    (update,) = await bot.get_updates()
    assert update.effective_message is None


async def test_what_is_given_can_be_doubled_shuffled_and_given_again(
    bot: Bot, sandbox: Sandbox, ana: Phone
) -> None:
    """Update ids tell: nothing is made up, nothing is lost."""
    for n in range(6):
        ana.says(str(n))
    ids = [update.update_id for update in await bot.get_updates()]
    sandbox.faults.set([Fault("duplicate", "getUpdates")])
    assert [update.update_id for update in await bot.get_updates()] == [i for i in ids for _ in (1, 2)]
    sandbox.faults.set([Fault("shuffle", "getUpdates")], seed=7)
    mixed = [update.update_id for update in await bot.get_updates()]
    assert (sorted(mixed), mixed != ids) == (ids, True)
    sandbox.faults.clear()
    await bot.get_updates(offset=ids[3])
    sandbox.faults.set([Fault("again", "getUpdates")])
    assert [update.update_id for update in await bot.get_updates()] == ids
