"""The registered effects of flows (`do:`) that belong to the person and the conversation itself."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from bot.app.conversing.talk import DoHandler, Talk
from bot.app.danger.alarms import Alarms
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.conversation.words import Answers
from bot.domain.events import AgeSaid, Code, ConsentGiven, UnmetNeed, from_json
from bot.domain.person import Age
from bot.store.conversing import answers, people

log = structlog.get_logger()

WORDING = "2026-11"
"""Which wording of the consent questions people have agreed to; new words get a new name here."""


class Deeds:
    """Effects by name, for the conversations' host."""

    def __init__(self, alarms: Alarms) -> None:
        self._alarms = alarms

    def all(self) -> Mapping[str, DoHandler]:
        """The effects this module carries out."""
        return {
            "record": self.record,
            "keep_person": self.keep_person,
            "remember_consent": self.remember_consent,
            "delete_details": self.delete_details,
            "set_age": self.set_age,
            "stop_pushes": self.stop_pushes,
            "set_language": self.set_language,
            "unmet_need": self.unmet_need,
            "tell_of_upset": self.tell_of_upset,
            "danger_confirm": self.danger_confirm,
            "danger_close": self.danger_close,
            "danger_page": self.danger_page,
        }

    async def record(self, turn: Turn, _: Talk, args: Answers) -> None:
        """Note an event that the flow names."""
        try:
            turn.record(from_json({name: value for name, value in args.items() if value is not None}))
        except (ValueError, TypeError):
            log.exception("event_not_recorded", event_name=str(args.get("event")))

    async def keep_person(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """Keep an answer beyond the session, as far as the person allows."""
        name, value = str(args["name"]), args.get("value")
        if turn.person.remembers:
            answers.put(turn.tx, turn.person.id, name, value, turn.now)
        elif value is not None:
            talk.unkept[name] = value

    async def remember_consent(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """ "Remember" keeps what was said so far; anything else lets it go with the session."""
        scope = str(args["scope"])
        allowed = scope == "remember"
        people.set_remembers(turn.tx, turn.person.id, allowed)
        people.consented(turn.tx, turn.person.id, scope, WORDING, turn.now)
        turn.record(ConsentGiven(Code(scope)))
        turn.person = replace(turn.person, remembers=allowed)
        if allowed:
            for name, value in talk.unkept.items():
                answers.put(turn.tx, turn.person.id, name, value, turn.now)
        else:
            people.took_back(turn.tx, turn.person.id, "remember", turn.now)
            answers.drop_all(turn.tx, turn.person.id)
        talk.unkept = {}

    async def delete_details(self, turn: Turn, talk: Talk, _: Answers) -> None:
        """Forget every answer, kept or in the session."""
        answers.drop_all(turn.tx, turn.person.id)
        talk.unkept = {}
        if talk.session is not None:
            talk.session = replace(talk.session, answers={})

    async def set_age(self, turn: Turn, _: Talk, args: Answers) -> None:
        """The answer to "Are you 18 or over?"."""
        try:
            age = Age(str(args["age"]))
        except ValueError:
            age = Age.UNSAID
        people.set_age(turn.tx, turn.person.id, age)
        turn.record(AgeSaid(Code(age.value)))
        turn.person = replace(turn.person, age=age)

    async def stop_pushes(self, turn: Turn, _: Talk, __: Answers) -> None:
        """The bot writes first no more."""
        people.set_pushes(turn.tx, turn.person.id, False)
        turn.person = replace(turn.person, pushes=False)

    async def set_language(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """The language the person chose."""
        language = str(args["language"])
        people.set_language(turn.tx, turn.person.id, language)
        turn.speak(language)
        talk.speech = turn.messages.speech

    async def unmet_need(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """What could not be found is counted: by area, time of day and what was wanted."""
        known: Mapping[str, Any] = talk.session.answers if talk.session else {}
        turn.record(unmet(str(args["kind"]), known))

    async def tell_of_upset(self, turn: Turn, _: Talk, __: Answers) -> None:
        """A talk left somebody worse, and they want the coordinators to know: who, and no word of it."""
        key = f"{turn.cause}:upset"
        await turn.tell_coordinators("coordinator_talk_upset", key=key, alias=alias(turn.person.id))

    async def danger_confirm(self, turn: Turn, _: Talk, args: Answers) -> None:
        """The person said yes to a direct question."""
        await self._alarms.confirm(
            turn,
            kind=str(args.get("kind") or ""),
            level=str(args["level"]),
            who=str(args.get("who") or ""),
            card=str(args.get("card") or ""),
        )

    async def danger_close(self, turn: Turn, talk: Talk, _: Answers) -> None:
        """A clear "no" to the matching question; what was said before it is not joined to what comes."""
        talk.recent = []
        await self._alarms.close(turn, talk, "said_no")

    async def danger_page(self, turn: Turn, _: Talk, __: Answers) -> None:
        """Page for the open danger."""
        await self._alarms.page(turn)


def unmet(kind: str, known: Mapping[str, Any]) -> UnmetNeed:
    """The need as codes: `area` is the district that was looked in, `barriers` the answers to question 7 and
    what was typed of it.

    `band` and `approach` are what the search before it was for.
    """
    area = code(known.get("area"))
    named = known.get("needs") or ()
    every = (*((named,) if isinstance(named, str) else named), *(known.get("barriers") or ()))
    barriers = [code(each) for each in dict.fromkeys(every)]
    return UnmetNeed(
        code(kind) or Code("other"),
        area,
        tuple(each for each in barriers if each is not None),
        code(known.get("band")),
        code(known.get("approach")),
    )


def code(text: object) -> Code | None:
    """`text` as an event's code, or None where it is none: never anybody's own words."""
    try:
        return Code(str(text).lower().replace("-", "_")) if text else None
    except ValueError:
        return None
