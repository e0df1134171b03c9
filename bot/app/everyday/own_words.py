"""A person's own words: why, their plans, their people. Seen, changed, deleted, given back when they help."""

from collections.abc import Mapping
from dataclasses import replace

from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.turn import Turn
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answers, cut
from bot.store.conversing import answers

NAMES = ("reason", "if_then", "slip_plan", "night_people", "what_helped")
"""Under which names the conversations keep them."""
_MOMENTS: Mapping[str, tuple[str, ...]] = {
    "urge": ("reason", "if_then", "night_people"),
    "hard_day": ("if_then", "what_helped", "night_people", "reason"),
    "slip": ("slip_plan", "night_people", "reason"),
}
"""What helps at which moment, what fits best first."""
MOST = 3
"""So many of them are given back at once."""
LONGEST = 300
"""UTF-16 units of each that are shown."""


def calls() -> Mapping[str, CallHandler]:
    """What flows may look up."""
    return {"my_words": _for_now, "my_own_words": _all, "my_own_word": _one, "my_step": _my_step}


def dos() -> Mapping[str, DoHandler]:
    """What flows may have done."""
    return {"forget_own_word": _forget}


async def _for_now(turn: Turn, talk: Talk, args: Answers) -> Returned:
    """What the person wrote for a moment like this one."""
    found = await _lines(turn, talk, _MOMENTS.get(str(args["moment"]), ()))
    return Returned("some", {"own_lines": "\n".join(found[:MOST])}) if found else Returned("none")


async def _all(turn: Turn, talk: Talk, _: Answers) -> Returned:
    """All of them; `today` while they are not kept."""
    found = await _lines(turn, talk, NAMES)
    if not found:
        return Returned("none")
    return Returned("some" if turn.person.remembers else "today", {"own_text": "\n".join(found)})


async def _one(turn: Turn, talk: Talk, args: Answers) -> Returned:
    words = (await _known(turn, talk)).get(str(args["name"]))
    return Returned("some", {"own_word": cut(words, 1000)}) if words else Returned("none")


async def _my_step(turn: Turn, talk: Talk, _: Answers) -> Returned:
    """The step they meant to do."""
    words = (await _known(turn, talk)).get("next_step", "")
    return Returned("some" if words else "none", {"step_words": cut(words, 700)})


async def _forget(turn: Turn, talk: Talk, args: Answers) -> None:
    """One of them is gone, kept or not."""
    name = str(args["name"])
    if name not in NAMES:
        return
    answers.drop(turn.tx, turn.person.id, name)
    talk.unkept.pop(name, None)
    if talk.session is not None:
        left = {other: value for other, value in talk.session.answers.items() if other != name}
        talk.session = replace(talk.session, answers=left)


async def _lines(turn: Turn, talk: Talk, names: tuple[str, ...]) -> list[str]:
    """Each under its question, those there are."""
    known, words = await _known(turn, talk), turn.messages.text
    return [
        words("details_line", question=words(f"detail_{name}"), answer=cut(known[name], LONGEST))
        for name in names
        if name in known
    ]


async def _known(turn: Turn, talk: Talk) -> Mapping[str, str]:
    """Kept, waiting to be kept, and of this conversation, the newest last."""
    kept = await answers.all_of(turn.tx, turn.person.id) if turn.person.remembers else {}
    known = {**kept, **talk.unkept, **(talk.session.answers if talk.session else {})}
    return {name: said.strip() for name, said in known.items() if isinstance(said, str) and said.strip()}
