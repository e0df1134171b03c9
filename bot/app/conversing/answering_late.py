"""Which of the words that waited while nobody could read them are answered, now that all are read at once."""

from collections.abc import Callable, Sequence

from bot.app.conversing.receiving import CHANNEL
from bot.app.conversing.typed import ASKS_FOR, STOPS
from bot.domain.channel.incoming import Incoming, Said
from bot.domain.conversation.matching import asks_for_a_person, plain, unaccented
from bot.domain.ids import PersonId
from bot.domain.messages import Messages
from bot.domain.oncall import handoff
from bot.store.conversing import people
from bot.store.conversing.inbox import Waiting
from bot.store.engine.transaction import Transaction
from bot.store.oncall import handoffs

Late = Sequence[tuple[Waiting, Incoming]]
_WISHES = ("talk", "stop", "hide", "forget")
"""What somebody who wrote it counts on, whatever they wrote after it."""


async def to_answer(
    tx: Transaction, late: Late, messages: Messages, urgency: Callable[[Incoming], int]
) -> Late:
    """Every line of a talk, for somebody waits for it; else each wish once, and the most urgent danger.

    The newest words where there is neither. `late`: words of one chat, oldest first; `urgency` is 0 without
    danger.
    """
    person = await people.by_chat(tx, CHANNEL, late[0][1].chat)
    if person is not None and await _in_talk(tx, person.id):
        return late
    spoken = messages if person is None else messages.spoken_in(person.language)
    wished = {wish: pair for pair in late if (wish := _wish(pair[1], spoken))}
    urgent = max(late, key=lambda pair: (urgency(pair[1]), pair[1].message_id or 0))
    if urgency(urgent[1]) or not wished:
        wished["danger"] = urgent
    return [pair for pair in late if pair in wished.values()]


def _wish(incoming: Incoming, messages: Messages) -> str:
    content = incoming.content
    if not isinstance(content, Said) or content.edited:
        return ""
    typed = plain(content.text)
    if asks_for_a_person(content.text):
        return "talk"
    named = "stop" if typed in STOPS else ASKS_FOR.get(typed) or messages.speech.meant(unaccented(typed))
    return named if named in _WISHES else ""


async def _in_talk(tx: Transaction, who: PersonId) -> bool:
    opened = await handoffs.open_of(tx, who)
    has_coach = opened is not None and handoff.holder_of(opened.handoff) is not None
    return has_coach or bool(await handoffs.held_by(tx, who))
