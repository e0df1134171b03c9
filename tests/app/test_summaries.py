"""What Ben reads of Ana when he accepts, and what Eve sees in her list the next day."""

from datetime import timedelta

from bot.domain.alias import alias
from bot.domain.events import Code, Event, FlowStarted, IntakeAnswered, Planned, ReadinessSaid, UnmetNeed
from bot.domain.ids import OfferingId
from bot.store.conversing import answers
from bot.store.desk import outline_search
from bot.store.desk.outline_search import Wanted
from tests.app.night import Night, Phone

TOLD: tuple[Event, ...] = (
    FlowStarted(Code("urge")),
    IntakeAnswered(Code("about"), (Code("alcohol"),)),
    ReadinessSaid(7, reason_kept=True),
    Planned(OfferingId(3)),
    UnmetNeed(Code("no_group_near"), Code("ls2")),
)


async def tells(world: Night, phone: Phone, *told: Event) -> None:
    async with world.as_(phone) as turn:
        for one in told:
            turn.record(one)
        answers.put(turn.tx, phone.id, "reason", "my daughter", turn.now)


async def summary_for_ben(world: Night, share: str) -> str:
    ana, ben = await world.arrives("Ana"), await world.arrives("Ben", "coach")
    await world.comes_on(ben)
    await tells(world, ana, *TOLD)
    await world.asks(ana, share=share)
    await ben.presses("I'll take it")
    return ben.all_of_it()


async def test_everything(night: Night) -> None:
    """Readiness with its words, the plan, what could not be found: on one screen."""
    read = await summary_for_ben(night, "everything")
    for part in (
        "Came with: an urge",
        "About: alcohol",
        "7 of 10",
        "“my daughter”",
        "a group",
        "no group near",
    ):
        assert part in read
    assert "Agreed to share: everything" in read


async def test_nothing(night: Night) -> None:
    """The handoff's course, and that they chose to share nothing: no answer, no reason."""
    read = await summary_for_ben(night, "nothing")
    for part in ("urge\n", "alcohol", "7 of 10", "daughter", "no group near"):
        assert part not in read
    assert "They chose to share nothing yet." in read


async def test_only_today(night: Night) -> None:
    """What Ana said last week stays with the bot; what she said tonight does not."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben", "coach")
    await tells(night, ana, IntakeAnswered(Code("about"), (Code("alcohol"),)))
    await night.passes(days=7)
    await night.comes_on(ben)
    await tells(night, ana, IntakeAnswered(Code("help"), (Code("group"),)))
    await night.asks(ana, share="today")
    await ben.presses("I'll take it")
    assert "help: a group" in ben.all_of_it()
    assert "alcohol" not in ben.all_of_it()


async def test_the_list_has_each_conversation_once_newest_first(night: Night) -> None:
    """Ana twice, a week apart, and Dora between: three rows, with how each stands."""
    ana, dora = await night.arrives("Ana"), await night.arrives("Dora")
    ben = await night.arrives("Ben", "coach")
    await tells(night, ana, *TOLD)
    await night.passes(days=3)
    await night.danger(dora, "suicide", "urgent")
    await night.passes(days=4)
    await night.comes_on(ben)
    await night.asks(ana)
    async with night.store.reading() as tx:
        since, until = night.now - timedelta(days=30), night.now + timedelta(days=1)
        rows = await outline_search.page(tx, Wanted(since, until), 0, 25)
    first, second = alias(ana.id), alias(dora.id)
    seen = [(row.alias, row.outline.number, row.state) for row in rows if row.person != ben.id]
    assert seen == [(first, 2, "waiting"), (second, 1, "open_danger"), (first, 1, "over")]
    assert all(row.outline.last - row.outline.began < timedelta(hours=13) for row in rows)


async def test_a_conversation_as_the_coordinator_sees_it(night: Night) -> None:
    """Own words only when they were shared with a coach; the rest is what the service needs to know."""
    ana, ben = await night.arrives("Ana"), await night.arrives("Ben", "coach")
    await tells(night, ana, *TOLD)
    async with night.store.reading() as tx:
        (row,) = await night.summaries.of_person(tx, ana.id)
    assert (row.summary.readiness, row.summary.reason) == (7, "")
    await night.comes_on(ben)
    await night.asks(ana, share="everything")
    await ben.presses("I'll take it")
    await ben.says("end")
    async with night.store.reading() as tx:
        (row,) = await night.summaries.of_person(tx, ana.id)
    assert (row.summary.reason, row.state) == ("my daughter", "over")
