"""Who works here: added by the operator, or invited and then confirmed by a coordinator."""

from collections.abc import Mapping
from datetime import datetime

import structlog

from bot.app.conversing.handlers import Handler
from bot.app.conversing.receiving import CHANNEL
from bot.app.conversing.talk import Talk
from bot.app.oncall.handoffs import Handoffs
from bot.app.oncall.mentoring import Mentoring
from bot.app.staffing.team import note
from bot.app.turn import Turn
from bot.domain.ids import ChatId, PersonId
from bot.store.conversing import people
from bot.store.engine.transaction import Transaction
from bot.store.keeping.vault import SERVICE
from bot.store.staffing import audit, invites

log = structlog.get_logger()

JOIN = "join_"
ROLES = (
    "coach",
    "trainee",
    "coordinator",
    "safety_lead",
    "auditor",
    "backup",
    "danger_trained",
    "young_people",
    "may_meet",
)


class Staff:
    """Joining, by a link from the operator."""

    def presses(self) -> Mapping[str, Handler]:
        """A coordinator's answer to somebody who opened an invitation."""
        return {"invite": self._decided}

    async def joins(self, turn: Turn, payload: str) -> bool:
        """Whether `/start` came with an invitation; then it has been answered."""
        if not payload.startswith(JOIN):
            return False
        opened = await invites.use(turn.tx, payload.removeprefix(JOIN), turn.person.id, turn.now)
        if opened is None:
            turn.say("invite_spent")
            return True
        coordinators = [who for who, _ in await people.with_role(turn.tx, "coordinator")]
        if not coordinators:
            await self._welcome(turn, turn, opened)
            return True
        turn.say("invite_waits")
        buttons = turn.messages.buttons("invite_confirm")
        for who in coordinators:
            await turn.tell(
                who,
                "invite_confirm",
                [[(b.label, f"invite:{opened.id}:{b.id}") for b in buttons]],
                key=f"{turn.cause}:confirm:{who}",
                role=turn.messages.text(f"role_{opened.role}"),
            )
        return True

    async def _decided(self, turn: Turn, _: Talk, which: str) -> None:
        if "coordinator" not in turn.person.roles:
            turn.say("button_not_yours")
            return
        number, __, answer = which.partition(":")
        opened = await invites.decide(turn.tx, int(number), turn.now)
        new = None if opened is None else await people.by_id(turn.tx, opened.person)
        if opened is not None:
            await note(turn.tx, turn.person.id, "invite_decided", opened.person, answer, turn.now)
        if opened is None or new is None:
            turn.say("stale_button")
            return
        if answer != "yes":
            turn.say("invite_refused")
            return
        await self._welcome(turn, turn.beside(new, "welcome"), opened)
        turn.say("invite_done")

    async def _welcome(self, by: Turn, new: Turn, opened: invites.Invite) -> None:
        """A coach begins with the list of what comes first; asked for is who has done it."""
        role = "trainee" if opened.role == "coach" else opened.role
        people.give(new.tx, new.person.id, role, new.now, by.person.id)
        await note(new.tx, by.person.id, "role_given", new.person.id, role, new.now)
        name = "invite_accepted_trainee" if role == "trainee" else "invite_accepted"
        new.say(name, role=new.messages.text(f"role_{opened.role}"))
        log.info("staff_joined", person=new.person.id, role=opened.role)


async def invite(tx: Transaction, role: str, now: datetime) -> str:
    """The operator invites somebody: what comes behind `JOIN` in the link that lets one person join."""
    token = invites.make(tx, role, now)
    await audit.add(tx, SERVICE, "invited", role, now)
    return token


async def remove(turn: Turn, roles: tuple[str, ...], handoffs: Handoffs, pairs: Mentoring) -> list[str]:
    """End these grants of the turn's person and say which they had; who is no coach any more has no talks."""
    had = [role for role in roles if await people.take_away(turn.tx, turn.person.id, role, turn.now)]
    for role in had:
        await note(turn.tx, SERVICE, "role_taken", turn.person.id, role, turn.now)
    if "coach" in had:
        await handoffs.pass_all_on(turn)
        await pairs.leaves(turn, turn.person.id)
    if had:
        log.info("staff_removed", person=turn.person.id, roles=",".join(had))
    return had


async def add(
    tx: Transaction,
    chat: ChatId,
    roles: tuple[str, ...],
    name: str,
    now: datetime,
    zone: str,
    country: str = "",
) -> PersonId:
    """The operator makes the account with this Telegram id staff; doing it again changes only the name.

    `country` and `zone` are the service's: a coach in need is given the numbers of where they are.
    """
    person = await people.arrive(tx, CHANNEL, chat, now, language="en", country=country, zone=zone)
    for role in roles:
        if role not in person.roles:
            people.give(tx, person.id, role, now, None)
            await note(tx, SERVICE, "role_given", person.id, role, now)
    await people.set_name(tx, person.id, name)
    return person.id
