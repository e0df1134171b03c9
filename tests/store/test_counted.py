"""Counts are kept by day: counting as the days go by comes to the same as counting all at once."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.app.desk.measures import Measures
from bot.clock import MovableClock
from bot.domain import events as happened
from bot.domain.events import Code, Event
from bot.domain.ids import HandoffId, OfferingId, PersonId
from bot.domain.measures.period import Kind, Period
from bot.store.conversing import events, people
from bot.store.desk.counted import Counts, sums
from bot.store.keeping.erasing import Erasing
from bot.store.store import Store
from tests import shipped
from tests.store.test_directory import arrives, bring, group, ids

LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 9, 28, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
OCTOBER = Period.holding("month", date(2026, 10, 1))


YEAR = Period.holding("year", date(2026, 1, 1))


async def of_2026(store: Store, kind: Kind) -> dict[str, Counts]:
    """What was counted in each month, or week, of the year."""
    async with store.reading() as tx:
        return await sums(tx, *(Period.holding(kind, day) for day in (YEAR.first, YEAR.after - DAY)))


def counting(store: Store, at: datetime = START) -> tuple[Measures, MovableClock]:
    """Measures on a clock of their own."""
    clock = MovableClock(at)
    return Measures(store, clock, LONDON), clock


async def live(store: Store, who: PersonId, at: datetime, *what: Event) -> None:
    """Something happens to somebody."""
    async with store.transaction() as tx:
        for one in what:
            events.record(tx, who, one, at)


def a_visit(by: random.Random, call: int, group_id: OfferingId) -> list[Event]:
    """What somebody might do on a visit."""
    more: list[list[Event]] = [
        [happened.UrgeStarted(), happened.UrgeEnded(3, felt=Code("lower"))],
        [happened.HandoffAsked(HandoffId(call), Code("urge"), "today")],
        [happened.Shown(group_id, 1), happened.Planned(group_id)],
        [happened.UnmetNeed(Code("no_group_near"), Code("ls9"), (), Code("tue_night"))],
    ]
    return [happened.Arrived(Code("words")), *by.choice(more)]


async def six_weeks(store: Store, *, daily: bool = False) -> Measures:
    """Twelve people come and go for six weeks, across a change of the clocks; counted daily or at the end."""
    by = random.Random(7)
    await bring(store, group("a"))
    which = OfferingId((await ids(store))["Group a"])
    measures, clock = counting(store)
    everybody = [await arrives(store, n) for n in range(1, 13)]
    for day in range(42):
        for who in by.sample(everybody, 4):
            at = START + day * DAY + timedelta(minutes=by.randrange(900))
            await live(store, who, at, *a_visit(by, day * 100 + who, which))
        clock.move(DAY)
        if daily or day == 41:
            await measures.tick()
    return measures


async def test_counting_as_the_days_go_by_comes_to_a_recount(store: Store) -> None:
    """The table that pages read is the one that could be made anew from the events."""
    measures = await six_weeks(store, daily=True)
    by_month, by_week = await of_2026(store, "month"), await of_2026(store, "week")
    assert await measures.recount() == 43
    assert (await of_2026(store, "month"), await of_2026(store, "week")) == (by_month, by_week)
    assert sum(by_month["2026-10"]["reach"].values()) == 31 * 4
    assert [sum(week["reach"].values()) for week in by_week.values()] == [28] * 6


async def test_a_month_that_is_over_has_numbers_and_one_that_is_not_has_fives(store: Store) -> None:
    """October is exact once it has settled; November so far is in fives, and so is every week."""
    measures = await six_weeks(store)
    october = await measures.board(OCTOBER)
    assert october.settled
    assert october.figure("reach").now.total.said == str(31 * 4)
    assert october.figure("people").now.total.said == "12"
    november = await measures.board(OCTOBER.next)
    assert not november.settled
    assert november.figure("reach").now.total.said == "30+"
    assert november.figure("reach").before.total.said == str(31 * 4)
    week = await measures.board(Period.holding("week", date(2026, 10, 12)))
    assert week.figure("reach").now.total.said == "25+"


async def test_a_quarter_adds_up_what_its_months_show(store: Store) -> None:
    """Three days in September and October are exact; the quarter under way says that there may be more."""
    measures = await six_weeks(store)
    quarter = await measures.board(Period.holding("quarter", date(2026, 10, 1)))
    assert quarter.figure("reach").now.total.said == f"{31 * 4 + 30}+"
    assert quarter.figure("reach").before.total.said == "12"


async def test_any_days_add_up_what_their_weeks_or_months_show(store: Store) -> None:
    """Days from here to there are whole weeks in fives, or whole months; who came is told of neither."""
    measures = await six_weeks(store)
    board = await measures.board(Period.from_to(date(2026, 10, 6), date(2026, 10, 19)))
    assert board.period.title == "5 October to 25 October 2026"
    assert board.figure("reach").now.total.said == "75+"
    assert next(one.chart.id for _, figures in board.sections for one in figures) == "reach"
    months = await measures.board(Period.from_to(date(2026, 9, 1), date(2026, 10, 31)))
    assert months.figure("reach").now.total.said == str(31 * 4 + 12)
    assert months.where.over.title == "July to December 2026"


async def test_what_was_not_found_is_mapped_by_the_quarter(store: Store) -> None:
    """A month shows its quarter's map, and the worst of all four things at once only in fives."""
    measures = await six_weeks(store)
    board = await measures.board(OCTOBER)
    assert board.where.over == Period.holding("quarter", date(2026, 10, 1))
    (gap,) = board.worst
    assert (gap.area, gap.time, gap.what, gap.barrier) == ("ls9", "week_night", "no_group_near", "none_said")
    assert gap.times.at_least


async def test_nothing_counted_is_nothing_yet(store: Store) -> None:
    """Before anybody has written every table is empty, which is not a table of noughts."""
    measures, _ = counting(store)
    assert await measures.tick() == 0
    board = await measures.board(OCTOBER)
    assert board.counted is None
    assert all(figure.now.empty for _, figures in board.sections for figure in figures)


async def test_staff_are_not_counted(store: Store) -> None:
    """A coach who tries the bot is no person reached."""
    measures, _ = counting(store)
    ben = await arrives(store, 1)
    async with store.transaction() as tx:
        people.give(tx, ben, "coach", START, None)
    await live(store, ben, START, happened.Arrived(Code("words")))
    await measures.tick()
    assert await of_2026(store, "month") == {}


async def test_a_count_outlives_the_person_and_leads_to_nobody(store: Store) -> None:
    """After /forget the number stays, a settled day is not counted again, and no row holds an id."""
    measures, clock = counting(store)
    ana = await arrives(store, 1)
    await live(store, ana, START, happened.Arrived(Code("words")))
    await measures.tick()
    clock.move(5 * DAY)
    await measures.tick()
    async with store.transaction() as tx:
        await Erasing(shipped.content().data_map).erase(tx, ana, clock.now())
    clock.move(DAY)
    await measures.tick()
    assert (await of_2026(store, "month"))["2026-09"]["reach"] == {("mon", "h09"): 1}
