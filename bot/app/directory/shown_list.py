"""A list of what was found, as people read it: in words, and as buttons."""

from collections.abc import Sequence

from bot.app.directory.beside_groups import NOTHING, Beside
from bot.app.directory.listings import Suggestions
from bot.app.turn import Turn
from bot.domain.conversation.words import Answers
from bot.domain.directory.listing import Reader, buttons, item, online_item
from bot.domain.events import Code, Helped, Shown
from bot.store.directory.offerings import Listed
from bot.store.engine.columns import to_ms

USUAL = 3
"""So many are shown; where there were as many, there may be more."""
MORE = "more"


def shown_list(
    turn: Turn,
    found: Suggestions,
    reader: Reader,
    middle: str,
    *,
    online_first: bool = False,
    again: Beside = NOTHING,
    other: Beside = NOTHING,
) -> Answers:
    """What was found, in words and as buttons; each is noted as shown, in that order.

    The numbers count the buttons: people type them. `middle`: the town from whose middle is measured, if any.
    """
    order = (*found.online, *found.groups) if online_first else (*found.groups, *found.online)
    listed = [again.listed, *(one.listed for one in order), other.listed]
    every = [one for one in listed if one is not None]
    for rank, one in enumerate(every, start=1):
        turn.record(Shown(one.id, rank))
    if every:
        turn.record(Helped(Code("groups")))
    first = 2 if again.listed else 1
    numbers = {one.listed.id: number for number, one in enumerate(order, start=first)}
    near = [
        item(
            turn.messages,
            numbers[one.listed.id],
            one.listed.entry,
            reader,
            starts=one.starts,
            km=one.km,
        )
        for one in found.groups
    ]
    online = [
        f"{numbers[one.listed.id]}. "
        + online_item(turn.messages, one.listed.entry, reader, starts=one.starts)
        for one in found.online
    ]
    if near and middle:
        near.append(turn.messages.text("group_from_middle", place=middle))
    if _fictional(every):
        (near or online).append(turn.messages.text("group_fictional"))
    keys = buttons(turn.messages, [(one.id, one.entry) for one in every])
    if len(found.groups) >= USUAL and found.groups[0].listed.entry.kind == "group":
        keys.append({"id": MORE, "label": turn.messages.text("group_more")})
    return {
        "groups": keys,
        "starts": [f"{one.listed.id}:{to_ms(one.starts)}" for one in order if one.starts],
        "groups_text": "\n".join(filter(None, (again.text and f"1. {again.text}", *near))),
        "online_text": "\n".join(online),
        "other_route": other.text,
    }


def _fictional(listed: Sequence[Listed]) -> bool:
    return any(one.fictional for one in listed)
