"""A poster's code opens the bot with its group or service; whoever runs it says in one tap what is right."""

from collections.abc import Mapping

from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import Talk
from bot.app.directory.chosen import offering_id
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn, Wanted
from bot.domain.channel.outgoing import Redraw, SendClass
from bot.domain.conversation.matching import plain
from bot.domain.directory.convening import said_by_convener
from bot.domain.directory.listing import name_of
from bot.domain.ids import OfferingId
from bot.store.directory import confirmations, offerings
from bot.store.directory.offerings import Listed

PAYLOAD = "g"
PRESS = "poster"
CHANGES = ("time", "place", "ended", "other")


def payload_of(which: OfferingId) -> str:
    """What stands behind `?start=` in a poster's link."""
    return f"{PAYLOAD}{which}"


class Posters:
    """Reads posters' codes and conveners' words."""

    def presses(self) -> Mapping[str, Handler]:
        """Buttons for whoever runs the group."""
        return {PRESS: self._pressed}

    async def scanned(self, turn: Turn, payload: str) -> Listed | None:
        """What a poster's code stands for, after the question to its convener; None for anything else.

        Of one that nobody is sent to its convener is asked all the same; whoever scans it is told.
        """
        which = offering_id(payload.removeprefix(PAYLOAD)) if payload.startswith(PAYLOAD) else None
        listed = None if which is None else await offerings.details(turn.tx, which)
        if which is None:
            return None
        if listed is None or listed.hidden:  # one that is too old may be found right again
            turn.say("group_gone")
        if listed is None:
            return None
        said = "poster_convener_service" if listed.entry.kind == "service" else "poster_convener"
        turn.say(said, self._buttons(turn, said, listed.id), name=name_of(turn.messages, listed.entry))
        return None if listed.hidden else listed

    async def typed(self, turn: Turn, talk: Talk, text: str) -> bool:
        """Whether words, once a poster was scanned, are its convener's, and answered like a button."""
        answers = talk.session.answers if talk.session else {}
        which = offering_id(answers.get("group")) if answers.get("chosen") else None
        said = "" if which is None else self._said(turn, plain(text))
        if said:
            await self._pressed(turn, talk, f"{said}:{which}")
        return bool(said)

    def _said(self, turn: Turn, typed: str) -> str:
        buttons = (*turn.messages.buttons("poster_convener"), *turn.messages.buttons("poster_changed"))
        return next((one.id for one in buttons if plain(one.label) == typed), said_by_convener(typed) or "")

    async def _pressed(self, turn: Turn, talk: Talk, of: str) -> None:
        """A button: `said:offering`."""
        said, _, number = of.partition(":")
        which = offering_id(number)
        listed = None if which is None else await offerings.details(turn.tx, which)
        if which is None or listed is None:
            return turn.say("group_gone")
        if talk.pressed is not None:
            turn.post(Redraw(talk.pressed), send_class=SendClass.REPLACEABLE)
        match said:
            case "changed":
                return turn.say("poster_changed", self._buttons(turn, "poster_changed", which))
            case "right":
                confirmations.add(turn.tx, listed.id, turn.person.id, said, turn.now)
                if listed.hidden:
                    await self._tell(turn, said, name_of(turn.messages, listed.entry))
                return turn.say("poster_thanks_right")
            case _ if said in CHANGES:
                if not await confirmations.is_open(turn.tx, listed.id, turn.person.id, said):
                    confirmations.add(turn.tx, listed.id, turn.person.id, said, turn.now)
                    await self._tell(turn, said, name_of(turn.messages, listed.entry))
                return turn.say("poster_thanks_changed")
            case _:
                return turn.say("stale_button")

    async def _tell(self, turn: Turn, said: str, name: str) -> None:
        await turn.tell_coordinators(
            "poster_for_coordinator",
            key=f"poster:{turn.cause}",
            alias=await called(turn.tx, turn.person.id),
            name=name,
            what=turn.messages.text(f"poster_said_{said}"),
        )

    def _buttons(self, turn: Turn, name: str, which: OfferingId) -> Wanted:
        return [[(one.label, f"{PRESS}:{one.id}:{which}")] for one in turn.messages.buttons(name)]
