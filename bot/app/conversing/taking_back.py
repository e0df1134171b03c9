"""Somebody's words leave the chat of one of the staff once they are no longer needed there."""

from bot.app.turn import Turn
from bot.domain.channel.outgoing import Remove, SendClass
from bot.domain.ids import PersonId
from bot.store.conversing import message_map, people

_DELETE_AT_ONCE = 100
"""What Telegram takes in one call (Bot API, deleteMessages)."""


async def take_back(turn: Turn, link: str, staff: PersonId) -> None:
    """Delete what reached `staff` under a link, as far back as Telegram allows: 48 hours."""
    if not await people.unlock(turn.tx, staff):
        return
    sent = await message_map.of_link(turn.tx, link)
    for start in range(0, len(sent), _DELETE_AT_ONCE):
        some = sent[start : start + _DELETE_AT_ONCE]
        body = Remove(tuple(message for _, message in some))
        turn.post(body, to=staff, chat=some[0][0], send_class=SendClass.REPLACEABLE)
