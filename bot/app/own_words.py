"""A person's own words, given back at the right moment: the plan for a hard day, the step they chose."""

from collections.abc import Mapping

from bot.app.conversations import CallHandler, Talk
from bot.app.turn import Turn
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answers
from bot.store import answers

_FOR_A_HARD_DAY = ("if_then", "what_helped", "reason")
"""Under which names the conversations keep them; the first that there is fits best."""


def calls() -> Mapping[str, CallHandler]:
    """What flows may look up."""
    return {"my_plan": _my_plan, "my_step": _my_step}


async def _my_plan(turn: Turn, talk: Talk, _: Answers) -> Returned:
    """What the person wrote down for a hard day: their plan, what helped before, or why they do this."""
    kept = await _kept(turn, talk)
    return _first(kept, _FOR_A_HARD_DAY, "plan_words")


async def _my_step(turn: Turn, talk: Talk, _: Answers) -> Returned:
    """The step they meant to do."""
    return _first(await _kept(turn, talk), ("next_step",), "step_words")


async def _kept(turn: Turn, talk: Talk) -> Mapping[str, object]:
    kept = await answers.all_of(turn.tx, turn.person.id) if turn.person.remembers else {}
    return {**kept, **talk.unkept}


def _first(kept: Mapping[str, object], names: tuple[str, ...], value: str) -> Returned:
    words = next((said for name in names if isinstance(said := kept.get(name), str) and said.strip()), "")
    return Returned("some", {value: words}) if words else Returned("none", {value: ""})
