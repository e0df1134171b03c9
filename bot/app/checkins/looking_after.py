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
        named = sorted({*in_vain, *missed_day, *(one.person for one in (*quiet, *hard))})
        answers = await looking_after.answers_of(tx, named)
        talked = await looking_after.talked(tx, recent)
        reached = await looking_after.of_people(tx, named)
        responses = await looking_after.responses(tx, now - RESPONSE_OVER)
    words = []
    for who, one in sorted(reached.items()):
        standing = Standing(
            answers.get(who, ()),
            one.unanswered,
            one.seen,
            talked.get(who),
            in_vain.get(who),
            missed_day.get(who),
        )
        if found := reason(standing, now):
            words.append(Word(who, *found, one.reachable))
    words.sort(key=lambda one: (_PRESSING[one.why], -one.since.timestamp()))
    return Desk(words, due, in_all, missed, quiet, hard, responses)
