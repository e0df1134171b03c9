"""Today: everything that waits for whoever runs the service, and the one tap that does something about it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from bot.app.danger.paging import Paging
from bot.app.desk.conversation_desk import ConversationDesk
from bot.app.directory.desk import UNCHECKED, DirectoryDesk, stale
from bot.app.directory.outings import Outings
from bot.app.oncall.handoffs import Handoffs
from bot.app.rules import Place
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn
from bot.domain.desk.today import Deed, Sort, Waits, in_order
from bot.domain.ids import DangerId, HandoffId, OfferingId, PersonId
from bot.domain.messages import Messages
from bot.domain.oncall import handoff as rules
from bot.domain.oncall.escalation import Action
from bot.domain.oncall.handoff import Active, Claimed
from bot.domain.person import Person
from bot.domain.zones import local, moment
from bot.store.conversing import people
from bot.store.danger import dangers
from bot.store.desk import tasks, waiting
from bot.store.directory import outings, sources
from bot.store.engine.columns import from_ms
from bot.store.engine.transaction import Row, Transaction
from bot.store.oncall import escalations, handoffs
from bot.store.rota import rotas
from bot.store.staffing import audit
from bot.store.store import Store

RECENTLY = timedelta(days=3)
MORNING = time(9)
_ALERTS = (Action.SHIFT, Action.BACKUP, Action.EVERYONE, Action.COORDINATORS, Action.AGAIN)
RESTS_ON = frozenset(
    {"danger", "handoff", "outing", "task", "outline", "review", "report", "confirmation", "source",
     "shift", "rotation", "rota_change", "staged", "edition", "generation"}
)  # fmt: skip
"""Tables whose changes may change the page; it is looked at anew each minute anyway."""


@dataclass(frozen=True, slots=True)
class Day:
    """What waits, and what staff and entries are called. `rota`: whether there is one at all."""

    waits: tuple[Waits, ...]
    names: Mapping[PersonId, str]
    rota: bool = True


class Today:
    """Gathers what waits and carries out what is tapped, as a turn of whoever taps."""

    def __init__(
        self,
        store: Store,
        messages: Messages,
        place: Place,
        on_call: Handoffs,
        paging: Paging,
        outings: Outings,
        directory: DirectoryDesk,
        conversations: ConversationDesk,
    ) -> None:
        self._store = store
        self._messages = messages
        self._place = place
        self._on_call = on_call
        self._paging = paging
        self._outings = outings
        self._directory = directory
        self._conversations = conversations

    def mark(self) -> tuple[int, ...]:
        """Changes whenever a table that the page rests on does."""
        return tuple(self._store.changes.get(table, 0) for table in sorted(RESTS_ON))

    async def look(self, reader: Person, now: datetime) -> Day:
        """Everything that waits at `now`, the most pressing first."""
        overview = await self._directory.overview(now)
        async with self._store.reading() as tx:
            gaps = await self._gaps(tx, now)
            found = [
                *await self._dangers(tx),
                *await self._handoffs(tx, reader, now),
                *(gaps or ()),
                *await self._outings_asked(tx, now),
                *[
                    Waits(Sort.TASK, one.id, one.due, ((Deed.DONE, None),), one.person, word=one.kind,
                          name=one.note, staff=one.owner, late=one.due < now)
                    for one in await tasks.still_open(tx)
                ],
                *[
                    Waits(Sort.UNANSWERED, number, at, ((Deed.REVIEWED, who),), who, number)
                    for who, number, at in await waiting.in_vain(tx, now - RECENTLY)
                ],
            ]  # fmt: skip
            found += [
                Waits(Sort.ENTRY, int(one.offering), one.since, ((Deed.RIGHT, None),), word=one.why,
                      name=one.name, offering=one.offering, late=late)
                for one, late in overview.review
                if late or one.why != UNCHECKED
            ]  # fmt: skip
            found += [
                Waits(Sort.SOURCE, one.id, one.last_success or one.last_attempt or now,
                      ((Deed.FETCH, None),) if one.url else (),
                      word="never" if not one.last_success else "stale" if stale(one, now) else "problem",
                      name=one.name)
                for one in overview.sources
                if one.last_problem or stale(one, now)
            ]  # fmt: skip
            found = await _placed(tx, found)
            asked = {to for one in found for deed, to in one.deeds if deed is Deed.ASK}
            staff = {who for who in (*asked, *(one.staff for one in found)) if who is not None}
            names = {who: await called(tx, who) for who in staff}
        return Day(tuple(in_order(found)), names, gaps is not None)

    async def do(self, by: Person, deed: Deed, which: int, to: PersonId | None, now: datetime) -> bool:
        """Carry out one tap; False when it is over, or was never there."""
        match deed:
            case Deed.DONE:
                return await self._conversations.task_done(by, which, now) is not None
            case Deed.RIGHT:
                return await self._directory.checked(by.id, OfferingId(which), now)
            case Deed.REVIEWED:
                return to is not None and await self._conversations.reviewed(by, to, which, now)
            case _:
                pass
        async with self._store.transaction() as tx:
            person = await people.by_id(tx, by.id)
            if person is None:
                return False
            turn = Turn(tx, now, person, f"desk:{secrets.token_hex(8)}", self._messages)
            done = await self._do(turn, deed, which, to)
            if done:
                await audit.add(tx, by.id, "did_today", f"{deed.value}:{which}", now)
        return done

    async def _do(self, turn: Turn, deed: Deed, which: int, to: PersonId | None) -> bool:
        match deed:
            case Deed.TAKE:
                return await self._take(turn, which, to)
            case Deed.OVER:
                return await self._over(turn, DangerId(which))
            case Deed.NEXT:
                return await self._next(turn, HandoffId(which))
            case Deed.OTHERS:
                return await self._others(turn, HandoffId(which))
            case Deed.ASK:
                return to is not None and await self._outings.ask_staff(turn, which, to)
            case Deed.CANNOT:
                return await self._outings.cannot(turn, which)
            case Deed.FETCH:
                sources.due_again(turn.tx, which, turn.now)
                return True
            case _:
                return False

    async def _take(self, turn: Turn, which: int, person: PersonId | None) -> bool:
        """A danger by its number, or the request of a person: the talk goes on in the chat with the bot."""
        if person is None:
            return await self._paging.acknowledge(turn, DangerId(which))
        return await self._on_call.accept(turn, HandoffId(which))

    async def _over(self, turn: Turn, which: DangerId) -> bool:
        row = await dangers.get(turn.tx, which)
        person = None if row is None else await people.by_id(turn.tx, PersonId(row["person_id"]))
        if person is None or not await dangers.close(turn.tx, which, "by_staff", turn.now, turn.person.id):
            return False
        await self._paging.closed_by_staff(turn, person, which)
        return True

    async def _next(self, turn: Turn, which: HandoffId) -> bool:
        stored = await handoffs.get(turn.tx, which)
        person = None if stored is None else await people.by_id(turn.tx, stored.handoff.ask.person)
        left, _ = await escalations.left(turn.tx, "handoff", which)
        step = next((one for one in left if one.action in _ALERTS), None)
        if person is None or step is None:
            return False
        soon = replace(step, due=turn.now)
        escalations.move(turn.tx, "handoff", which, soon)
        await self._on_call.escalation.run(turn.beside(person, "next"), which, soon)
        return True

    async def _others(self, turn: Turn, which: HandoffId) -> bool:
        stored = await handoffs.get(turn.tx, which)
        coach = None if stored is None else rules.holder_of(stored.handoff)
        person = None if stored is None else await people.by_id(turn.tx, stored.handoff.ask.person)
        if coach is None or person is None:
            return False
        theirs = turn.beside(person, "others")
        result = await self._on_call.go(theirs, which, lambda state: rules.pass_on(state, coach))
        return not isinstance(result, rules.Refusal)

    async def _dangers(self, tx: Transaction) -> list[Waits]:
        return [await self._danger(tx, row) for row in await waiting.open_dangers(tx)]

    async def _danger(self, tx: Transaction, row: Row) -> Waits:
        """Open until somebody closes it: whoever answered is with the person, or was."""
        who, since = PersonId(row["person_id"]), from_ms(row["opened_at"])
        kind, level = row["kind"], row["level"]
        if row["acknowledged_by"] is None:
            deeds = ((Deed.TAKE, None),)
            return Waits(Sort.DANGER, row["id"], since, deeds, who, word=kind, level=level)
        by = PersonId(row["acknowledged_by"])
        opened, last = await handoffs.open_of(tx, who), await handoffs.last_talk(tx, who, since)
        return Waits(
            Sort.DANGER,
            row["id"],
            since,
            ((Deed.OVER, None),),
            who,
            word=kind,
            level=level,
            staff=by,
            there=opened is not None and rules.holder_of(opened.handoff) == by,
            ended=last.closed_at if last is not None and last.coach == by else None,
        )

    async def _handoffs(self, tx: Transaction, reader: Person, now: datetime) -> list[Waits]:
        """Those nobody has, and those whose coach is silent."""
        found = []
        for stored in await handoffs.still_open(tx, 200):
            ask = stored.handoff.ask
            match stored.handoff:
                case (
                    Claimed(coach=coach, claimed_at=since)
                    | Active(coach=coach, waiting_since=datetime() as since)
                ):
                    if now - since >= self._place.rules.patience.nudge:
                        deeds = ((Deed.OTHERS, ask.person),)
                        found.append(Waits(Sort.SILENT, int(ask.id), since, deeds, ask.person, staff=coach))
                case rules.Requested() | rules.Alerting():
                    take = ((Deed.TAKE, ask.person),) if "coach" in reader.roles else ()
                    deeds = (*take, (Deed.NEXT, ask.person))
                    found.append(
                        Waits(Sort.WAITING, int(ask.id), ask.asked_at, deeds, ask.person, word=ask.topic)
                    )
                case _:
                    pass
        return found

    async def _gaps(self, tx: Transaction, now: datetime) -> list[Waits] | None:
        """When nobody is there, from now until tomorrow morning; None while there is no rota at all."""
        zone = self._place.zone
        rota = await rotas.rota(tx, zone, now)
        if not rota.turns(now - timedelta(days=7), now + timedelta(days=14)):
            return None
        until = moment(local(now, zone).date() + timedelta(days=1), MORNING, zone)
        return [
            Waits(Sort.GAP, number, gap.start, until=gap.end)
            for number, gap in enumerate(rota.gaps(now, until))
        ]

    async def _outings_asked(self, tx: Transaction, now: datetime) -> list[Waits]:
        """Those nobody has taken, until the group begins: then there is nothing to arrange any more."""
        meeters = [who for who, _ in await people.with_role(tx, "may_meet")]
        return [
            Waits(
                Sort.OUTING,
                one.id,
                one.starts,
                (*((Deed.ASK, who) for who in meeters if who != one.person), (Deed.CANNOT, None)),
                one.person,
                word=one.kind,
                offering=one.offering,
            )
            for one in await outings.open_now(tx)
            if one.state == "asked" and one.starts > now
        ]


async def _placed(tx: Transaction, found: Sequence[Waits]) -> list[Waits]:
    """Each with the conversation in which it is read."""
    whose = sorted({one.person for one in found if one.person is not None and not one.conversation})
    newest = await waiting.newest_numbers(tx, whose)
    return [
        one if one.person is None or one.conversation
        else replace(one, conversation=newest.get(one.person, 0))
        for one in found
    ]  # fmt: skip
