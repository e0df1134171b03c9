"""For coordinators: who is due, missed, quiet, struggling; where a word from a person would help today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.checkins.cadence import DAY
from bot.domain.checkins.looking_after import RECENTLY, Reason, Standing, reason
from bot.domain.ids import PersonId
from bot.domain.zones import local, moment
from bot.store.checkins import looking_after
from bot.store.checkins.looking_after import About, Response
from bot.store.conversing import events, people
from bot.store.engine.transaction import Transaction
from bot.store.store import Store

MOST = 200
RESPONSE_OVER = timedelta(days=28)
_PRESSING = {which: place for place, which in enumerate(Reason)}


@dataclass(frozen=True, slots=True)
class Word:
    """Somebody to whom a word from a person would help, why, and since when."""

    person: PersonId
    why: Reason
    since: datetime
    reachable: bool
    """Whether they can be written to: not once they have blocked the bot, stopped it, or hidden the chat."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the page shows. `due_in_all` counts those whom `due` may leave out."""

    words: Sequence[Word]
    due: Sequence[About]
    due_in_all: int
    missed: Sequence[About]
    quiet: Sequence[About]
    hard: Sequence[About]
    responses: Sequence[Response]


async def look(store: Store, now: datetime, zone: ZoneInfo) -> Desk:
    """The state of all check-ins at `now`; `zone` says where its day ends."""
    recent = now - RECENTLY
    tomorrow = moment(local(now, zone).date() + DAY, time(0), zone)
    async with store.reading() as tx:
        due, in_all = await looking_after.due(tx, tomorrow, MOST)
        missed = await looking_after.missed(tx, recent, MOST)
        quiet = await looking_after.quiet(tx, MOST)
        hard = await looking_after.hard(tx, recent, MOST)
        in_vain = {one.person: one.at for one in await looking_after.in_vain(tx, recent, MOST)}
        missed_day = {one.person: one.at for one in await looking_after.missed_a_day(tx, recent, MOST)}
        named = {*in_vain, *missed_day, *(one.person for one in (*quiet, *hard))}
        words = [
            word
            for who in sorted(named)
            if (word := await _word(tx, who, now, in_vain.get(who), missed_day.get(who))) is not None
        ]
        responses = await looking_after.responses(tx, now - RESPONSE_OVER)
    words.sort(key=lambda one: (_PRESSING[one.why], -one.since.timestamp()))
    return Desk(words, due, in_all, missed, quiet, hard, responses)


async def _word(
    tx: Transaction, who: PersonId, now: datetime, in_vain: datetime | None, missed: datetime | None
) -> Word | None:
    seen, unanswered = await looking_after.standing_of(tx, who)
    standing = Standing(
        await looking_after.answers_of(tx, who),
        unanswered,
        seen,
        await events.last_of_kind(tx, who, "handoff_accepted"),
        in_vain,
        missed,
    )
    found = reason(standing, now)
    if found is None:
        return None
    person = await people.by_id(tx, who)
    return None if person is None else Word(who, *found, person.reachable and person.pushes)
