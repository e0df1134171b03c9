"""What each coach has carried, and who could cover: for coordinators, and as a file to be paid from."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.app.rules import Place
from bot.app.staffing.staff_names import called
from bot.domain.ids import PersonId
from bot.domain.oncall.limits import Span, total, within
from bot.domain.oncall.load import Counted, Load, Stretch, as_csv, load_of, suggested
from bot.domain.rota.shifts import Gap
from bot.domain.zones import local
from bot.store.engine.transaction import Transaction
from bot.store.rota import rotas, stints

FAIR_OVER = timedelta(days=28)
"""How far back is looked when work is shared out."""


async def loads(tx: Transaction, stretch: Stretch, now: datetime) -> list[Load]:
    """Everybody who is a coach now, or was on shift in these days, by id; what is ahead is not counted."""
    until = min(stretch.span.end, now)
    worked = await stints.between(tx, stretch.span.start, until)
    counted = await stints.counted(tx, stretch.span.start, stretch.span.end)
    coaches = {one.person for one in await rotas.members(tx) if "coach" in one.roles}
    return [
        load_of(who, worked.get(who, ()), stretch, counted.get(who, Counted()))
        for who in sorted({*coaches, *worked})
    ]


async def carried(
    tx: Transaction, talks: Mapping[PersonId, int], since: datetime, until: datetime, now: datetime
) -> list[tuple[int, timedelta]]:
    """What each coach took and how long they were on shift up to now, who took most first; none is named."""
    over = min(until, now)
    worked = await stints.between(tx, since, over)
    hours = {who: total(within(spans, since, over)) for who, spans in worked.items()}
    return sorted(
        ((talks.get(who, 0), hours.get(who, timedelta())) for who in {*talks, *hours}), reverse=True
    )


async def hours_csv(tx: Transaction, stretch: Stretch, now: datetime, *, each: bool = False) -> str:
    """The loads as a file: a line for each coach, or for `each` of their times on shift."""
    found = await loads(tx, stretch, now)
    names = {one.coach: await called(tx, one.coach) for one in found}
    return as_csv(found, names, stretch, each=each)


async def could_cover(
    tx: Transaction, place: Place, gaps: Sequence[Gap], now: datetime
) -> list[list[PersonId]]:
    """For each gap who could take it without passing a limit, those who have carried least first."""
    today = local(now, place.zone).date()
    stretch = Stretch(today - FAIR_OVER, today, place.zone)
    members = {one.person for one in await rotas.members(tx) if "coach" in one.roles}
    carried = {one.coach: one for one in await loads(tx, stretch, now) if one.coach in members}
    worked = await stints.between(tx, now - FAIR_OVER, now)
    rota = await rotas.rota(tx, place.zone, now)
    return [suggested(gap, rota, carried, worked, place.rules.limits) for gap in gaps]


async def worked_of(tx: Transaction, who: PersonId, now: datetime) -> Sequence[Span]:
    """When a coach was on shift in the last weeks."""
    return (await stints.between(tx, now - FAIR_OVER, now)).get(who, ())
