"""The log of what was heard: words only where they were given, and the marks of a review, on both engines."""

from datetime import UTC, datetime

from bot.domain.danger.hearing import Hearing
from bot.domain.ids import ChatId
from bot.domain.person import Person
from bot.store.conversing import people
from bot.store.danger import danger_log, dangers
from bot.store.engine.transaction import Transaction
from bot.store.store import Store

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SUICIDE = Hearing("suicide", "emergency", "alarm", "self", "suicide.plan")
HARM = Hearing("self_harm", "urgent", "alarm", "self", "self_harm.cut")


async def arrives(tx: Transaction, chat: int) -> Person:
    return await people.arrive(
        tx, "telegram", ChatId(chat), NOW, language="en", country="GB", zone="Europe/London"
    )


async def test_the_log_by_kind_and_by_what_waits_for_review(store: Store) -> None:
    """Newest first; a mark takes a row off the list of those that wait."""
    async with store.transaction() as tx:
        ana, kim = await arrives(tx, 1), await arrives(tx, 2)
        which = await dangers.add(
            tx, ana.id, kind="suicide", level="emergency", tier="alarm", about="self", rule="r", now=NOW
        )
        await danger_log.add(tx, ana.id, SUICIDE, danger=which, shown="suicide", said="tonight", now=NOW)
        await danger_log.add(tx, ana.id, HARM, danger=None, shown="soft", said="", now=NOW)
        everything = await danger_log.newest(tx, kind="", reviewed=True, after=0, most=10)
        assert [(one.kind, one.said, one.shown) for one in everything] == [
            ("self_harm", "", "soft"),
            ("suicide", "tonight", "suicide"),
        ]
        danger_log.review(tx, everything[1].id, "right", "", kim.id, NOW)
        assert [
            one.kind for one in await danger_log.newest(tx, kind="", reviewed=False, after=0, most=9)
        ] == ["self_harm"]
        assert await danger_log.newest(tx, kind="suicide", reviewed=False, after=0, most=9) == []
        assert await danger_log.counts(tx) == {("self_harm", False): 1, ("suicide", True): 1}
        marked = await danger_log.get(tx, everything[1].id)
        assert marked is not None
        assert (marked.verdict, marked.reviewed_by, marked.danger) == ("right", kim.id, which)


async def test_only_reviewed_words_of_who_agreed_may_leave(store: Store) -> None:
    """Ana agreed to be remembered; of Bea's words, kept because life was at risk, nothing leaves."""
    async with store.transaction() as tx:
        ana, bea, kim = [await arrives(tx, chat) for chat in (1, 2, 3)]
        people.set_remembers(tx, ana.id, True)
        for who in (ana, bea):
            await danger_log.add(tx, who.id, SUICIDE, danger=None, shown="suicide", said="words", now=NOW)
            await danger_log.add(tx, who.id, HARM, danger=None, shown="self_harm", said="more", now=NOW)
        assert await danger_log.reviewed(tx) == []
        for one in await danger_log.newest(tx, kind="suicide", reviewed=True, after=0, most=9):
            danger_log.review(tx, one.id, "other_kind", "self_harm", kim.id, NOW)
        assert [(one.person, one.said, one.should_be) for one in await danger_log.reviewed(tx)] == [
            (ana.id, "words", "self_harm")
        ]
