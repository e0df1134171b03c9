"""Notes of staff for staff: kept beside the talk, read by whoever has the person, and never sent to them.

What is said here goes to the member of staff whose turn it is and to nobody else: this file neither posts
nor tells, and `Note` is no text until it is opened for staff.
"""

from bot.app.staffing.staff_names import called
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.ids import PersonId
from bot.domain.oncall.handoff import Ask
from bot.domain.oncall.note import Note
from bot.domain.spans import in_words
from bot.store.conversing import people
from bot.store.oncall import coach_notes

MOST = 5


class NotStaff(RuntimeError):
    """Notes were asked for in the turn of somebody who does not work here."""


async def keep(turn: Turn, ask: Ask, note: Note) -> None:
    """Keep the note of the turn's member of staff about the person they are with."""
    _only_staff(turn)
    if await people.unlock(turn.tx, ask.person):
        coach_notes.add(turn.tx, ask.person, ask.id, turn.person.id, note, turn.now)
        turn.say("note_kept", alias=alias(ask.person))


async def show(turn: Turn, who: PersonId) -> None:
    """The newest notes about a person, to the turn's member of staff."""
    _only_staff(turn)
    lines = await listed(turn, who) if await people.unlock(turn.tx, who) else []
    if lines:
        turn.say("notes_are", alias=alias(who), list="\n".join(lines))
    else:
        turn.say("notes_none", alias=alias(who))


async def listed(turn: Turn, who: PersonId) -> list[str]:
    """The newest notes in lines, for a member of staff to read; the person's key must be unlocked."""
    return [
        turn.messages.text(
            "note_line",
            ago=in_words(turn.messages, turn.now - one.at),
            name=await called(turn.tx, one.author) if one.author is not None else "",
            text=one.note.for_staff(),
        )
        for one in (await coach_notes.of_person(turn.tx, who))[:MOST]
    ]


def _only_staff(turn: Turn) -> None:
    if not turn.person.is_staff:
        raise NotStaff
