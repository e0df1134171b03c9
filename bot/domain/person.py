"""A person with an account, as one turn sees them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import ChatId, DangerId, PersonId


class Age(StrEnum):
    """The answer to "Are you 18 or over?"."""

    UNKNOWN = "unknown"
    ADULT = "adult"
    MINOR = "minor"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Person:
    """Who this is, where their messages go, and what is open around them.

    `country` is GB, IE or US, "EU" or "*" where they said to be elsewhere (`standing_in`), or "" while
    unknown; `nation` such as GB-SCT; `zone` an IANA name. `pushes` is whether the bot may write first.
    `roles` are the grants in force at this moment.
    """

    id: PersonId
    chat: ChatId
    created_at: datetime
    seen_at: datetime | None = None
    """When they wrote last, before this; None: never."""
    language: str = "en"
    country: str = ""
    nation: str = ""
    zone: str = ""
    zone_confirmed: bool = False
    age: Age = Age.UNKNOWN
    pushes: bool = True
    hidden: bool = False
    """They hid the chat and have not written since: nothing at all is sent."""
    reachable: bool = True
    remembers: bool | None = None
    """Whether answers may be kept: None while nobody has asked."""
    open_danger: DangerId | None = None
    in_handoff: bool = True
    """False when nobody was asked for and nobody is with them; True may have become untrue since."""
    unanswered: int = 0
    """How many check-ins in a row they have let go by until now."""
    roles: frozenset[str] = frozenset()

    @property
    def is_staff(self) -> bool:
        """Whether this account works for the service in any role."""
        return bool(self.roles)
