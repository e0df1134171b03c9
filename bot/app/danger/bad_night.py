""" "My plan for a bad night": four lines of the person's own, kept locked, given back when needed."""

from collections.abc import Mapping
from dataclasses import replace

from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.turn import Turn
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answers, cut
from bot.store.conversing import answers

LINES = ("night_signs", "night_alone", "night_people", "night_safer")
LONGEST = 350
"""UTF-16 units of one line that are given back, so that all four fit with what a card says."""


class BadNight:
    """Gives the plan to flows, and forgets it."""

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {"my_bad_night": self.plan}

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"forget_plan": self.forget}

    async def plan(self, turn: Turn, talk: Talk, _: Answers) -> Returned:
        """The lines there are, each under its question."""
        kept = await answers.all_of(turn.tx, turn.person.id)
        known = {**kept, **talk.unkept, **(talk.session.answers if talk.session else {})}
        lines = [
            turn.messages.text("details_line", question=turn.messages.text(f"detail_{name}"), answer=words)
            for name in LINES
            if isinstance(said := known.get(name), str) and (words := cut(said.strip(), LONGEST))
        ]
        return Returned("some", {"plan_text": "\n".join(lines)}) if lines else Returned("none")

    async def forget(self, turn: Turn, talk: Talk, _: Answers) -> None:
        """The four lines are gone, kept or not."""
        for name in LINES:
            answers.drop(turn.tx, turn.person.id, name)
            talk.unkept.pop(name, None)
        if talk.session is not None:
            left = {name: value for name, value in talk.session.answers.items() if name not in LINES}
            talk.session = replace(talk.session, answers=left)
