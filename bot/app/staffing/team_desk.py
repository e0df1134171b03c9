"""The people on the team, for whoever coordinates: who may do what, when each was last here, suspension."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from bot.app.staffing.staff_names import called
from bot.app.staffing.team import PERMISSIONS, Team
from bot.app.turn import Turn
from bot.domain.ids import PersonId
from bot.domain.messages import Messages
from bot.domain.oncall import training
from bot.domain.person import Person
from bot.store.conversing import people
from bot.store.engine.transaction import Transaction
from bot.store.staffing import signins, team
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works here, or is suspended `since` then. `roles` are those they have, or come back to.

    `seen` is when they last wrote to the bot or opened a page, None for never; `left` what somebody new has
    still to do.
    """

    person: PersonId
    name: str
    roles: frozenset[str]
    seen: datetime | None
    reachable: bool
    since: datetime | None = None
    left: tuple[str, ...] = ()


class TeamDesk:
    """Reads the team and changes it, as a turn of whoever is signed in."""

    def __init__(self, store: Store, messages: Messages, changes: Team) -> None:
        self._store = store
        self._messages = messages
        self._changes = changes

    async def look(self) -> list[Member]:
        """Everybody, by name; who is suspended comes last."""
        async with self._store.reading() as tx:
            away = {one.person: one for one in await team.suspended(tx)}
            opened = {one.person: one.seen for one in reversed(await signins.sessions(tx))}
            found = []
            for who in {*await people.with_grants(tx), *away}:
                person = await people.by_id(tx, who)
                if person is not None:
                    found.append(await _member(tx, person, away.get(who), opened.get(who)))
        return sorted(found, key=lambda one: (one.since is not None, one.name.casefold(), one.person))

    async def suspend(self, by: Person, who: PersonId, now: datetime) -> bool:
        """Everything is taken from them for now; False for oneself, and for who does not work here."""
        async with self._store.transaction() as tx:
            return await self._changes.suspend(self._turn(tx, by, now), who)

    async def lift(self, by: Person, who: PersonId, now: datetime) -> bool:
        """They get back what they had; False when they were not suspended."""
        async with self._store.transaction() as tx:
            return await self._changes.lift(self._turn(tx, by, now), who)

    async def permit(self, by: Person, who: PersonId, permission: str, now: datetime, *, given: bool) -> bool:
        """Give a coach a permission or take it away; False for what is none, and for who is no coach."""
        async with self._store.transaction() as tx:
            person = await people.by_id(tx, who)
            if permission not in PERMISSIONS or person is None or "coach" not in person.roles:
                return False
            change = self._changes.give if given else self._changes.take
            return await change(self._turn(tx, by, now), who, permission)

    def _turn(self, tx: Transaction, by: Person, now: datetime) -> Turn:
        return Turn(tx, now, by, f"desk:{secrets.token_hex(8)}", self._messages)


async def _member(
    tx: Transaction, person: Person, away: team.Suspended | None, opened: datetime | None
) -> Member:
    wrote = person.seen_at if person.seen_at is not None and person.seen_at > person.created_at else None
    left: tuple[str, ...] = ()
    if "trainee" in person.roles:
        left = tuple(training.left(await team.ticked(tx, person.id)))
    return Member(
        person.id,
        await called(tx, person.id),
        person.roles if away is None else frozenset(away.roles),
        max((at for at in (wrote, opened) if at is not None), default=None),
        person.reachable,
        None if away is None else away.since,
        left,
    )
