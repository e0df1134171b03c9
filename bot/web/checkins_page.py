"""The page about check-ins: where a word from a person would help; who is due, missed, quiet, struggling."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from bot.app.checkins import looking_after
from bot.app.checkins.looking_after import Word
from bot.app.ports import Clock
from bot.app.staffing.looked import looked
from bot.domain.alias import alias
from bot.domain.checkins.looking_after import Reason
from bot.domain.ids import PersonId
from bot.store.checkins.looking_after import About
from bot.store.checkins.looking_after import Response as Answered
from bot.store.desk import waiting
from bot.store.store import Store
from bot.web.access import LEADS, Door
from bot.web.pages import Pages
from bot.web.times import Shown, ago, clock, count
from bot.web.wording import Wording

PATH = "/check-ins"
WORDS_SHOWN, LIST_SHOWN = 30, 12
SMALL = 5
"""Counts of fewer people are not shown: they could be known (product design, "What coordinators see")."""

REASONS: Mapping[Reason, str] = {
    Reason.NOBODY_CAME: "Asked for a person, and nobody came",
    Reason.HARD_DAYS: "Two hard days in a row",
    Reason.USED: "Used or drank, and said so",
    Reason.STRUGGLING: "Struggling",
    Reason.MISSED: "Missed an appointment",
    Reason.FELL_SILENT: "Silent since a hard day",
    Reason.QUIET: "Quiet for a week or more",
}
_WHY_MISSED: Mapping[str, str] = {
    "late": "the service was down",
    "quiet": "it would have been at night",
    "blocked": "they can't be reached",
    "unsafe": "somebody near may read it",
}
_PLANS: Mapping[str, str] = {
    "once": "Once", "lighter": "Now and then", "standard": "Often at first, then less", "daily": "Every day",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One person on a list."""

    alias: str
    address: str
    when: Shown
    said: str
    pressing: bool = False


_NONE: Mapping[str, str] = {
    "due": "Nobody is asked today. Questions come only to people who said when and how often.",
    "hard": "Nobody said so this week. Two hard days in a row, and they are offered a coach at once.",
    "quiet": "Nobody with a plan has gone quiet. After two unanswered the bot asks less.",
    "missed": "Every question that was due has left.",
}
"""What is read where a list is empty."""


@dataclass(frozen=True, slots=True)
class Row:
    """How one kind of plan was answered. A share is empty where too few people stand behind it."""

    plan: str
    people: str
    sent: str
    share: int | None
    hard: int | None


class CheckInsPage:
    """Shows it to whoever is signed in."""

    def __init__(
        self,
        store: Store,
        clock_: Clock,
        wording: Wording,
        pages: Pages,
        zone: ZoneInfo,
    ) -> None:
        self._store = store
        self._clock = clock_
        self._wording = wording
        self._pages = pages
        self._zone = zone

    def routes(self) -> list[Door]:
        """The page."""
        return [Door(PATH, self.show, to=LEADS)]

    async def show(self, request: Request) -> Response:
        """Everything as it is at this moment."""
        now = self._clock.now()
        desk = await looking_after.look(self._store, now, self._zone)
        shown = desk.words[:WORDS_SHOWN]
        lists = (desk.due, desk.hard, desk.quiet, desk.missed)
        whose = [one.person for each in lists for one in each[:LIST_SHOWN]] + [one.person for one in shown]
        await looked(self._store, request.state.person.id, whose, "check_ins", now)
        async with self._store.reading() as tx:
            newest = await waiting.newest_numbers(tx, list(dict.fromkeys(whose)))

        def lines(found: Sequence[About], said: Callable[[str], str]) -> list[Line]:
            some = [(one, _address(one.person, newest)) for one in found[:LIST_SHOWN]]
            return [
                Line(alias(one.person), address, ago(one.at, now, self._zone), said(one.word))
                for one, address in some
            ]

        return self._pages.page(
            request,
            "checkins",
            words=[self._word(one, newest, now) for one in shown],
            more_words=len(desk.words) - len(shown),
            tallies=_tallies(desk),
            lists=[
                (
                    "due",
                    "Due today",
                    [self._due(one, newest) for one in desk.due[:LIST_SHOWN]],
                    desk.due_in_all,
                ),
                ("hard", "Struggling this week", lines(desk.hard, self._wording.start), len(desk.hard)),
                ("quiet", "Quiet", lines(desk.quiet, _wrote), len(desk.quiet)),
                ("missed", "Missed this week", lines(desk.missed, _missed), len(desk.missed)),
            ],
            nobody=_NONE,
            rows=[_row(one) for one in desk.responses],
        )

    def _word(self, one: Word, newest: Mapping[PersonId, int], now: datetime) -> Line:
        said = REASONS[one.why] if one.reachable else f"{REASONS[one.why]}. They can't be written to now"
        pressing = one.why in (Reason.NOBODY_CAME, Reason.HARD_DAYS)
        address = _address(one.person, newest)
        return Line(alias(one.person), address, ago(one.since, now, self._zone), said, pressing)

    def _due(self, one: About, newest: Mapping[PersonId, int]) -> Line:
        address, plan = _address(one.person, newest), _PLANS.get(one.word, one.word)
        return Line(alias(one.person), address, clock(one.at, self._zone), plan)


def _address(who: PersonId, newest: Mapping[PersonId, int]) -> str:
    """Their newest conversation; "" once its events are gone."""
    number = newest.get(who)
    return f"/conversations/{who}/{number}" if number else ""


def _tallies(desk: looking_after.Desk) -> list[tuple[str, int]]:
    return [
        ("due today", desk.due_in_all),
        ("struggling this week", len(desk.hard)),
        ("quiet", len(desk.quiet)),
        ("missed this week", len(desk.missed)),
    ]


def _wrote(_: str) -> str:
    return "Last wrote"


def _missed(why: str) -> str:
    return f"Not sent: {_WHY_MISSED.get(why, why)}"


def _row(one: Answered) -> Row:
    few = one.people < SMALL
    return Row(
        _PLANS.get(one.cadence, one.cadence),
        f"under {SMALL}" if few else str(one.people),
        "" if few else count(one.sent, "question"),
        None if few else round(100 * one.answered / one.sent),
        None if few or not one.answered else round(100 * one.hard / one.answered),
    )
