"""What turns are wired to: commands and presses by name, and who else is asked before the conversation."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.app.conversing.talk import Talk
from bot.app.turn import Turn
from bot.domain.channel.incoming import Incoming
from bot.domain.danger.hearing import Hearing

Handler = Callable[[Turn, Talk, str], Awaitable[None]]


class Relay(Protocol):
    """Carries a talk between a person and a coach."""

    async def from_staff(self, turn: Turn, incoming: Incoming) -> bool:
        """Whether this was a coach's line in a talk, and is on its way."""

    async def from_person(self, turn: Turn, talk: Talk, incoming: Incoming) -> bool:
        """Whether this person is in a talk with a coach, and the line is on its way."""

    async def live(self, turn: Turn) -> bool:
        """Whether the person is in a talk with a coach at this moment."""

    async def left_over(self, turn: Turn, talk: Talk, words: str, *, danger: bool) -> bool:
        """Whether a coach wrote this just after a talk, and has been asked whose words they are."""

    async def warn(self, turn: Turn, heard: Hearing) -> None:
        """Tell the coach in a live talk what was heard in the person's words."""


class Places(Protocol):
    """Offers to send on to staff what somebody could be found by, while danger is open."""

    async def noticed(self, turn: Turn, talk: Talk, words: str) -> None:
        """Offer it, where the words hold a number or an address."""

    async def typed(self, turn: Turn, talk: Talk, words: str) -> bool:
        """Whether these plain words answered such an offer."""


class Narrowing(Protocol):
    """Reads the search that words mean at a list of groups ("tomorrow"); "" for none."""

    def __call__(self, text: str, *, place: bool = True) -> str:
        """With `place` the name of one counts by itself."""
        ...


@dataclass(frozen=True, slots=True)
class Handlers:
    """What commands and presses outside a flow do, by their names."""

    commands: Mapping[str, Handler]
    staff_commands: Mapping[str, Handler]
    presses: Mapping[str, Handler]
    staff_words: Callable[[Turn, str], Awaitable[bool]]
    """Whether what a member of staff wrote was about their work here, and has been answered."""
    convenes: Callable[[Turn, Talk, str], Awaitable[bool]]
    """Whether words are those of whoever runs the group of a poster, and have been answered."""
    sought: Callable[[str], bool]
    """Whether words look for a group or a service ("meetings near Leeds tonight")."""
    narrowing: Narrowing
    staying: Callable[[str], str]
    """The place that words say the person is at now ("im in new york now"); "" for none."""
    how_it_went: Callable[[Turn, Talk, str], Awaitable[bool]]
    """Whether words answered the question how it went at a group."""
    where: Callable[[str], str]
    """What the place is called that words name and nothing else ("leeds tonight"); "" for none."""
    gone: Callable[[Turn], Awaitable[None]]
    """The person blocked the bot: they cannot be reached any more."""
    returned: Callable[[Turn], Awaitable[None]]
    """The person writes again after check-ins they had let go by."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where people are while nobody knows: the service's own country and zone."""

    language: str
    country: str
    zone: str
