"""Of the coaches whom a step would reach, those whom the person agreed to: nobody else is ever alerted."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from bot.app.conversing.talk import Talk
from bot.app.turn import Turn, Wanted
from bot.domain.conversation.words import Answer
from bot.domain.ids import HandoffId, PersonId
from bot.domain.oncall import fit
from bot.domain.oncall.duty import Standing, available, may_take
from bot.domain.oncall.escalation import Action
from bot.domain.oncall.fit import Agreed, Wish
from bot.domain.oncall.handoff import Ask
from bot.domain.person import Person
from bot.store.conversing import answers
from bot.store.engine.transaction import Transaction
from bot.store.oncall import fits

PRESS = "fit"


async def narrowed(
    tx: Transaction, which: HandoffId, coaches: Collection[PersonId], action: Action | None = None
) -> frozenset[PersonId]:
    """Those of `coaches` who may be asked; at a handoff's first step only who comes closest to the wishes."""
    wanted = await fits.wanted(tx, which)
    if wanted.agreed is Agreed.ANYONE:
        return frozenset(coaches)
    traits = await fits.profiles(tx)
    return fit.among(wanted, coaches, traits, closest_first=action is Action.SHIFT)


async def reachable(
    tx: Transaction, team: Iterable[Standing], person: Person, wishes: tuple[Wish, ...]
) -> fit.Best | None:
    """How close anybody who could be asked now comes to the wishes; None when nobody at all could be."""
    traits = await fits.profiles(tx)
    there = [
        traits.get(one.person, {})
        for one in team
        if available(one) and may_take(one, person.age) and one.person != person.id
    ]
    return fit.best(wishes, there) if there else None


async def known(turn: Turn, talk: Talk) -> Mapping[str, Answer]:
    """What the person said in this conversation, and before it what they let us keep."""
    kept = await answers.all_of(turn.tx, turn.person.id) if turn.person.remembers else {}
    return {**kept, **talk.unkept, **(talk.session.answers if talk.session else {})}


async def take_wishes(turn: Turn, talk: Talk) -> fit.Wanted:
    """Whom the person asked for in this conversation, for one handoff: the next time they are asked anew."""
    if talk.session is None or not talk.session.answers.get("wishes"):
        return fits.ANYONE
    here = dict(talk.session.answers)
    wishes = fit.wishes_of({**await known(turn, talk), **here})
    agreed = str(here.get("agreed") or Agreed.FIT.value)
    left = {name: value for name, value in here.items() if name not in ("wishes", "agreed")}
    talk.session = replace(talk.session, answers=left)
    return fit.Wanted(wishes, Agreed(agreed)) if wishes else fits.ANYONE


async def asks_anyone(turn: Turn, ask: Ask) -> Wanted:
    """The button that lets the wishes go; none where there are none, or they were let go."""
    wanted = await fits.wanted(turn.tx, ask.id)
    if wanted.agreed is Agreed.ANYONE:
        return []
    return [[(turn.messages.text("fit_anyone"), f"{PRESS}:anyone:{ask.id}")]]
