"""How a row says to join from afar: a link, a number to dial in to, passcodes."""

import re
from collections.abc import Mapping

from bot.domain.directory.links import LONGEST, safe_link
from bot.domain.directory.offering import Online
from bot.feeds.personal import Cleared, cleared, room_in
from bot.feeds.text import plain, several

_CELLS = ("join_url", "online", "join_notes", "join_phone")


def without_rooms(row: Mapping[str, object]) -> tuple[Mapping[str, object], str]:
    """The row without links to an online room where a name, a place or a web page belongs; and the first."""
    room = ""
    for cell in ("name", "page", "venue", "address", "city"):
        said = row.get(cell)
        if type(said) is str and "/" in said and (link := room_in(said)):
            row, room = {**row, cell: said.replace(link, "").strip()}, room or link
    return row, room


def online_of(row: Mapping[str, object], notes: Cleared) -> tuple[Online | None, str]:
    """How to join, and what was dropped. A phone to dial in to a meeting is no person's phone.

    A link to a room or a meeting's number in the notes counts where the row has nothing better.
    """
    if not notes.room and not notes.meeting_id and row.keys().isdisjoint(_CELLS):
        return None, ""
    typed = plain(row.get("join_url"), LONGEST + 1)
    if not typed and "." in plain(
        row.get("online"), LONGEST + 1
    ):  # a column "online" holds a tick or the link itself
        typed = plain(row.get("online"), LONGEST + 1)
    if not typed:
        typed = notes.room or cleared(several(row.get("join_notes"), 300)).room
    dial = plain(row.get("join_phone"), 60)
    if not typed and not dial:
        return (Online() if notes.meeting_id else None), ""
    url = safe_link(typed)
    phone = re.sub(r"[^\d+,#*() -]", "", dial).strip()
    dropped = "an unsafe link to join was dropped" if typed and not url else ""
    return (Online(url, phone) if url or len(phone) >= 7 else None), dropped


def with_code(online: Online | None, row: Mapping[str, object], found: str) -> Online:
    """The same with every passcode that the row holds; `found` are those that stood in its notes."""
    noted = cleared(several([row.get("join_notes"), row.get("phone_notes")], 300)).passcode
    given = plain(row.get("passcode"), 40)
    codes = dict.fromkeys(filter(None, (given, *noted.split(", "), *found.split(", "))))
    return (online or Online())._replace(passcode=", ".join(codes)[:120])
