"""The page of phones: several people's chats with the bot side by side, and a clock that can be moved."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.sandbox.things import User


@dataclass(frozen=True, slots=True)
class Person:
    """Whose phone it is, and the few words that stand under the name ("coach, on a rota")."""

    user: User
    about: str


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere a person on the page can say they are; degrees."""

    label: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Page:
    """What the page shows.

    zone: in which it tells the time. morning: the wall time that "Tomorrow morning" moves to. places: what
    can be shared as a location. links: further addresses for the head of the page, as (label, address).
    """

    people: tuple[Person, ...]
    title: str = "Foothold"
    subtitle: str = "A demo on this machine. No Telegram account, nothing leaves it."
    zone: str = "Europe/London"
    morning: time = time(10, 0)
    places: tuple[Place, ...] = (Place("City centre", 53.7997, -1.5492),)
    links: tuple[tuple[str, str], ...] = ()


def until_morning(now: datetime, page: Page) -> timedelta:
    """From `now` (aware) to the next morning of another local date in the page's zone."""
    zone = ZoneInfo(page.zone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, page.morning, zone) - now
