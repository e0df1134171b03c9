"""Everyday needs: one now, the others put aside and offered later; what nobody knows of becomes a task."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.app.conversing.deeds import code, unmet
from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answer, Answers
from bot.domain.directory.listing import area_text
from bot.domain.everyday.daily import EVERY_TASK, NEEDS, SOUGHT, Need
from bot.store.conversing import answers
from bot.store.desk import tasks

LATER = "later_needs"
"""Under which name the flow keeps what was ticked and not taken yet."""
_WITHIN = timedelta(days=2)
"""By when staff look into what somebody asked for."""


class Daily:
    """Needs for conversations."""

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {"needs_parked": self.parked, "daily_need": self.need}

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"take_need": self.take, "ask_to_look": self.ask_to_look}

    async def parked(self, turn: Turn, talk: Talk, _: Answers) -> Returned:
        """What was ticked and not taken yet, as buttons and in words: `one`, `some` or `none`."""
        waiting = await _waiting(turn, talk)
        named = [turn.messages.text(f"daily_{one}") for one in waiting]
        values: Answers = {
            "parked": [{"id": one, "label": name} for one, name in zip(waiting, named, strict=True)],
            "parked_text": ", ".join(named).lower(),
            "daily": waiting[0] if len(waiting) == 1 else "",
        }
        return Returned(("none", "one", "some")[min(len(waiting), 2)], values)

    async def need(self, turn: Turn, _: Talk, args: Answers) -> Returned:
        """What is known of a need: how the directory calls it, which lines are for it, which text."""
        named = str(args["need"])
        found = NEEDS.get(named, Need("", "advice"))
        words = turn.messages.text(f"daily_{named}").lower() if named in NEEDS else ""
        values = {
            "need": found.directory,
            "daily_topic": found.topic,
            "daily_text": f"daily_{named}",
            "daily_words": words,
        }
        return Returned("near" if found.directory else "elsewhere", values)

    async def take(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """This one is being looked at; the others stay put aside."""
        left = [one for one in await _waiting(turn, talk) if one != args["need"]]
        if talk.session is not None:
            talk.session = replace(talk.session, answers={**talk.session.answers, LATER: left})
        if turn.person.remembers:
            answers.put(turn.tx, turn.person.id, LATER, left, turn.now)
        else:
            talk.unkept[LATER] = left

    async def ask_to_look(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """Ask staff to look into it: a task, word to the coordinators once, and the need is counted.

        They hear what it is about and roughly where, and nothing else the person said.
        """
        asked = SOUGHT.get(str(args["need"]), str(args["need"]))
        what = asked if asked in EVERY_TASK else "service"
        known = talk.session.answers if talk.session else {}
        turn.record(unmet(f"daily_{what}", known))
        area = area_text(code(known.get("area")) or "")
        said = turn.messages.text(f"task_{what}")
        note = turn.messages.text("task_near", what=said, area=area) if area else said
        which = await tasks.add(
            turn.tx, turn.person.id, f"daily_{what}", turn.now + _WITHIN, turn.now, note=note
        )
        if which is not None:
            await turn.tell_coordinators(
                "coordinator_task", key=f"task:{which}", alias=alias(turn.person.id), what=note
            )


async def _waiting(turn: Turn, talk: Talk) -> list[str]:
    """What is put aside, in the order of the flow."""
    now = talk.session.answers if talk.session else {}
    kept = await answers.all_of(turn.tx, turn.person.id) if turn.person.remembers else {}
    found: Answer = next((each[LATER] for each in (now, talk.unkept, kept) if LATER in each), None)
    ticked = (found,) if isinstance(found, str) else found if isinstance(found, list | tuple) else ()
    return [one for one in NEEDS if one in ticked]
