"""The path of families and friends: where somebody was in it, and whom check-ins are about."""

from collections.abc import Mapping

from bot.app.conversing.talk import CallHandler, Talk
from bot.app.turn import Turn
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answers
from bot.store.conversing import answers

PARTS = ("high", "talking", "naloxone", "stopping", "myself", "children", "money")
"""The parts of the flow `family` that are remembered, under the names it keeps them by."""
_AT, _FOR, FAMILY = "family_at", "checkin_for", "family"


def calls() -> Mapping[str, CallHandler]:
    """What flows may look up."""
    return {"family_before": _before}


async def asked_for_family(turn: Turn) -> bool:
    """Whether the person's check-ins are those of somebody worried about someone else."""
    if not turn.person.remembers:
        return False
    return (await answers.all_of(turn.tx, turn.person.id)).get(_FOR) == FAMILY


async def _before(turn: Turn, talk: Talk, _: Answers) -> Returned:
    """The part they read last, if they let it be kept."""
    kept = await answers.all_of(turn.tx, turn.person.id) if turn.person.remembers else {}
    part = {**kept, **talk.unkept}.get(_AT)
    if part not in PARTS:
        return Returned("none", {"family_part": ""})
    return Returned("some", {"family_part": turn.messages.text(f"family_part_{part}")})
