"""The pages of the desk, in the order in which they stand at the top of each, for those who may open them."""

from dataclasses import dataclass
from typing import Final

from bot.web.access import COUNTS, LEADS, READERS, RUNS, Roles


@dataclass(frozen=True, slots=True)
class Room:
    """A page with a name of its own at the top of all."""

    name: str
    path: str
    to: Roles


ROOMS: Final = (
    Room("Today", "/", LEADS),
    Room("Conversations", "/conversations", READERS),
    Room("Danger", "/dangers", LEADS),
    Room("Groups", "/groups", LEADS),
    Room("Rota", "/rota", LEADS),
    Room("Team", "/team", RUNS),
    Room("Check-ins", "/check-ins", LEADS),
    Room("Words", "/flows", LEADS),
    Room("Measures", "/measures", COUNTS),
    Room("Log", "/audit", COUNTS),
)


def rooms_for(roles: Roles) -> tuple[Room, ...]:
    """Those that somebody with these roles may open."""
    return tuple(room for room in ROOMS if room.to & roles)


def room_at(path: str) -> Room | None:
    """The room that a path belongs to, or None."""
    return next((room for room in ROOMS if path == room.path or path.startswith(room.path + "/")), None)
