"""What a coach writes just before or after a talk, as if in it: they are asked whose words they are."""

from datetime import timedelta

from bot.app.conversing.talk import Talk
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.channel.outgoing import SendClass
from bot.domain.oncall.handoff import Ask
from bot.store.oncall import handoffs

PRESS = "left_over"
JUST_OVER = timedelta(minutes=10)
"""Longer after a talk, what a coach writes is taken for their own."""
_ASKED = "left_over"


class LeftOver:
    """Lines that belong to no talk any more. `place` knows the numbers to ring."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def ask(self, turn: Turn, talk: Talk, words: str, *, danger: bool) -> bool:
        """Whether the words came just after a talk of the turn's coach, or while one waits that they were
        alerted to: they hear that nobody got them.

        Coaches use the service too: never where they are in the middle of something of their own, have a
        danger or a request open, or have said since that talk that they write about themselves. With `danger`
        in the words the numbers are said as well.
        """
        person, session = turn.person, talk.session
        if person.open_danger is not None or person.in_handoff or (session is not None and not session.over):
            return False
        waits = await _waits(turn)
        ask = waits or await _just_over(turn)
        if ask is None or talk.softly.get(_ASKED) == ask.id:
            return False
        talk.unsent = words
        name = "danger_left_over" if danger else "talk_left_over"
        if waits:
            name = "danger_not_begun" if danger else "talk_not_begun"
        ways = {"me": f"{PRESS}:{ask.id}", "accept": f"handoff_accept:{ask.id}"}
        rows = [[(b.label, ways[b.id]) for b in turn.messages.buttons(name)]]
        lines = self._place.numbers(person, turn.now) if danger else {}
        send_class = SendClass.DANGER if danger else SendClass.REPLY
        turn.say(name, rows, send_class=send_class, alias=alias(ask.person), **lines)
        return True

    async def sent(self, turn: Turn) -> bool:
        """Whether the turn's coach sent a picture just after a talk: they hear that nobody got it."""
        if turn.person.open_danger is not None or turn.person.in_handoff or await _just_over(turn) is None:
            return False
        turn.say("talk_over_there")
        return True


async def _waits(turn: Turn) -> Ask | None:
    """Who waits longest of those the turn's coach was alerted to."""
    waiting = await handoffs.alerted_to(turn.tx, turn.person.id)
    return waiting[0].handoff.ask if waiting else None


async def _just_over(turn: Turn) -> Ask | None:
    return await handoffs.last_left(turn.tx, turn.person.id, turn.now - JUST_OVER)


def own_words(talk: Talk, which: str) -> str:
    """The coach says that they wrote about themselves: the words, which are theirs from now on."""
    talk.softly = {**talk.softly, _ASKED: int(which)}
    words, talk.unsent = talk.unsent, ""
    return words
