"""Roles and permissions, the list for whoever is new, suspension; each change is written down."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import Talk
from bot.app.oncall.handoffs import Handoffs
from bot.app.oncall.mentoring import Mentoring
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn
from bot.domain.ids import PersonId
from bot.domain.oncall import training
from bot.domain.rota.shifts import GONE, Leave
from bot.store.conversing import people
from bot.store.engine.transaction import Transaction
from bot.store.keeping.vault import SERVICE
from bot.store.rota import rota_changes
from bot.store.staffing import audit, team

log = structlog.get_logger()

PRESS = "training"
ROLES = ("coach", "trainee", "coordinator", "safety_lead")
PERMISSIONS = ("danger_trained", "young_people", "may_meet", "backup")


class Team:
    """What coordinators and the operator do about staff. `pairs` are told of a coach who leaves."""

    def __init__(self, on_call: Handoffs, pairs: Mentoring) -> None:
        self._on_call = on_call
        self._pairs = pairs

    def presses(self) -> Mapping[str, Handler]:
        """The ticks of the list."""
        return {PRESS: self._pressed}

    async def give(self, turn: Turn, who: PersonId, role: str) -> bool:
        """The turn's coordinator gives a role or a permission; False for one there is not."""
        if role not in (*ROLES, *PERMISSIONS) or await people.by_id(turn.tx, who) is None:
            return False
        people.give(turn.tx, who, role, turn.now, turn.person.id)
        if role == "coach":
            await rota_changes.comes_back(turn.tx, who, turn.now)
        await note(turn.tx, turn.person.id, "role_given", who, role, turn.now)
        return True

    async def take(self, turn: Turn, who: PersonId, role: str) -> bool:
        """The turn's coordinator takes one away; a coach's talks go to the others at once."""
        if not await people.take_away(turn.tx, who, role, turn.now):
            return False
        await note(turn.tx, turn.person.id, "role_taken", who, role, turn.now)
        if role == "coach":
            await self._gone(turn, who)
        return True

    async def suspend(self, turn: Turn, who: PersonId) -> bool:
        """Every role ends now, talks go to the others, shifts become gaps: all in this transaction.

        Whatever they send next is not staff's any more. False for who does not work here, or oneself.
        """
        person = await people.by_id(turn.tx, who)
        if person is None or not person.roles or who == turn.person.id:
            return False
        roles = tuple(sorted(person.roles))
        team.suspend(turn.tx, who, roles, turn.now)
        for role in roles:
            await people.take_away(turn.tx, who, role, turn.now)
        await note(turn.tx, turn.person.id, "suspended", who, "", turn.now)
        if "coach" in roles:
            await self._gone(turn, who)
        await turn.tell(who, "suspended", key=f"suspended:{who}:{turn.cause}")
        name = await called(turn.tx, who)
        await turn.tell_coordinators("coordinator_suspended", key=f"{turn.cause}:suspended", name=name)
        log.info("staff_suspended", person=who)
        return True

    async def lift(self, turn: Turn, who: PersonId) -> bool:
        """They work here again, with the roles and shifts they had; False when they were not suspended."""
        held = next((one for one in await team.suspended(turn.tx) if one.person == who), None)
        if held is None or who == turn.person.id or not await team.lift(turn.tx, who, turn.now):
            return False
        for role in held.roles:
            people.give(turn.tx, who, role, turn.now, turn.person.id)
        await rota_changes.comes_back(turn.tx, who, turn.now)
        await note(turn.tx, turn.person.id, "suspension_lifted", who, "", turn.now)
        await turn.tell(who, "suspension_lifted", key=f"lifted:{who}:{turn.cause}")
        log.info("suspension_lifted", person=who)
        return True

    async def tick(self, turn: Turn, who: PersonId, item: str) -> bool:
        """One thing of the list is done; with the last, a trainee is a coach. False where it may not be."""
        person = await people.by_id(turn.tx, who)
        own = item in training.OWN and who == turn.person.id
        seen = item in training.ITEMS and "coordinator" in turn.person.roles and who != turn.person.id
        if person is None or "trainee" not in person.roles or not (own or seen):
            return False
        if not await team.tick(turn.tx, who, item, turn.person.id, turn.now):
            return True
        await note(turn.tx, turn.person.id, "training_ticked", who, item, turn.now)
        done = await team.ticked(turn.tx, who)
        if not training.left(done):
            await self._trained(turn, who)
        elif item in training.OWN and done >= frozenset(training.OWN):
            await self._ask_coordinators(turn, who)
        return True

    async def _trained(self, turn: Turn, who: PersonId) -> None:
        await people.take_away(turn.tx, who, "trainee", turn.now)
        people.give(turn.tx, who, "coach", turn.now, turn.person.id)
        await note(turn.tx, turn.person.id, "role_given", who, "coach", turn.now)
        await turn.tell(who, "training_done", key=f"trained:{who}")
        log.info("coach_trained", person=who)

    async def _ask_coordinators(self, turn: Turn, who: PersonId) -> None:
        name = await called(turn.tx, who)
        words = turn.messages.text
        done = await team.ticked(turn.tx, who)
        rows = [[(words(f"training_{item}"), f"{PRESS}:{item}:{who}")] for item in training.left(done)]
        await turn.tell_coordinators("training_read", rows, key=f"training:{who}", name=name)

    async def _pressed(self, turn: Turn, talk: Talk, of: str) -> None:
        """`item:person`."""
        item, _, number = of.partition(":")
        if not number.isdecimal() or not await self.tick(turn, PersonId(int(number)), item):
            turn.say("button_not_yours")
            return
        turn.say("training_ticked", item=turn.messages.text(f"training_{item}"))

    async def _gone(self, turn: Turn, who: PersonId) -> None:
        """Who is no coach any more has no talk and no shift: the hours are gaps from now."""
        person = await people.by_id(turn.tx, who)
        if person is not None:
            await self._on_call.pass_all_on(turn.beside(replace(person, roles=frozenset()), "gone"))
        await self._pairs.leaves(turn, who)
        await rota_changes.add_change(turn.tx, Leave(who, turn.now, turn.now + GONE), turn.now)


async def note(
    tx: Transaction, by: PersonId, action: audit.Action, who: PersonId, what: str, now: datetime
) -> None:
    """Write down who changed what about whom; the operator at the server is person 0."""
    await audit.add(tx, by or SERVICE, action, f"person:{who} {what}".strip(), now)
