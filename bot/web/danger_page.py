"""The danger log: what was heard, shown and done, and the mark that says whether it was right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.app.danger.danger_log import A_PAGE, DangerLog
from bot.app.ports import Clock
from bot.domain.alias import alias
from bot.domain.danger.hearing import LEVELS, Kind
from bot.domain.ids import PersonId
from bot.domain.keeping.redaction import redacted
from bot.store.danger.danger_log import MISSED, Heard
from bot.web.access import LEADS, Door
from bot.web.list_page import Link
from bot.web.pages import Pages
from bot.web.times import Shown, ago, span
from bot.web.wording import Wording, first_up

PATH = "/dangers"
KINDS: tuple[str, ...] = get_args(Kind)
NONE = "none"
"""The kind of what was not heard."""
_SHOWN: Mapping[str, str] = {"soft": "Asked one question first", "talk": "Told the coach they were with"}
_TOLD: Mapping[str, str] = {
    "missed.coach": "A coach says that this should have rung",
    "missed.coordinator": "A coordinator says that this should have rung",
}
_MISSED: Mapping[str, str] = {
    "other_kind": "Danger: it should have fired",
    "no_danger": "No danger: it was right to be quiet",
}
_MARKS: Mapping[str, str] = {
    "right": "Right: this was danger of this kind",
    "other_kind": "Danger, but of another kind",
    "no_danger": "No danger: it should not have fired",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for in the address. Anything unknown in it means no filter."""

    kind: str = ""
    all: bool = False
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """Read from an address or a form."""
        kind, page = query.get("kind", ""), query.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
        return cls(kind if kind in (*KINDS, NONE) else "", query.get("show") == "all", max(number, 1))

    def address(self, **other: str | int | bool) -> str:
        """The address of the same log with something changed; changing a filter begins at page 1."""
        asked = {"kind": self.kind, "show": "all" if self.all else "", "page": 1} | other
        query = urlencode({name: value for name, value in asked.items() if value not in {"", 1}})
        return f"{PATH}?{query}" if query else PATH


@dataclass(frozen=True, slots=True)
class Entry:
    """One row as it is read."""

    id: int
    alias: str
    at: Shown
    kind: str
    level: str
    level_words: str
    who: str
    shown: str
    rule: str
    said: str
    leaves: str
    done: tuple[str, ...]
    missed: bool
    marks: tuple[tuple[str, str], ...]
    other: str
    verdict: str
    should_be: str
    marked_by: str


class Dangers:
    """The log for whoever is signed in."""

    def __init__(self, log: DangerLog, clock: Clock, wording: Wording, pages: Pages, zone: ZoneInfo) -> None:
        self._log = log
        self._clock = clock
        self._wording = wording
        self._pages = pages
        self._zone = zone

    def routes(self) -> list[Door]:
        """The log, a mark, a miss, and the marked rows as a file."""
        return [
            Door(PATH, self.show, to=LEADS),
            Door(f"{PATH}/export", self.export, to=LEADS),
            Door(PATH + "/missed/{person:int}", self.missed, to=LEADS, methods=["POST"]),
            Door(PATH + "/{heard:int}", self.mark, to=LEADS, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """A page of the log; what waits for a mark, unless all is asked for."""
        asked, now = Asked.of(request.query_params), self._clock.now()
        rows, counts, names = await self._log.page(
            request.state.person.id, asked.kind, reviewed=asked.all, number=asked.page, now=now
        )
        found = sum(
            number
            for (kind, marked), number in counts.items()
            if (not asked.kind or kind == asked.kind) and (asked.all or not marked)
        )
        pages = max(ceil(found / A_PAGE), 1)
        return self._pages.page(
            request,
            "dangers",
            entries=[self._entry(row, names, now) for row in rows],
            found=found,
            any=bool(counts),
            filters=[("Show", self._shows(asked, counts)), ("Kind", self._kinds(asked, counts))]
            if counts
            else [],
            choices=[(kind, first_up(self._wording.kind("kind", kind))) for kind in KINDS],
            levels=[(level, self._wording.kind("level", level)) for level in LEVELS],
            asked=asked,
            page=asked.page,
            pages=pages,
            newer=asked.address(page=asked.page - 1) if asked.page > 1 else "",
            older=asked.address(page=asked.page + 1) if asked.page < pages else "",
        )

    async def mark(self, request: Request) -> Response:
        """Keep a mark, and go on with the same page of the log. Raises 404 for a row or mark there is not."""
        form = await request.form(max_files=0, max_fields=7)
        said = {
            name: str(form.get(name, ""))
            for name in ("verdict", "should_be", "level", "kind", "show", "page")
        }
        kept = await self._log.mark(
            request.state.person.id,
            min(request.path_params["heard"], 2**63 - 1),
            said["verdict"],
            said["should_be"],
            said["level"],
            self._clock.now(),
        )
        if not kept:
            raise HTTPException(404)
        asked = Asked.of(said)
        return RedirectResponse(asked.address(page=asked.page), 303)

    async def missed(self, request: Request) -> Response:
        """Somebody's last words should have rung: on to the log, to be marked. Raises 404 for nobody."""
        kept = await self._log.missed(
            request.state.person.id,
            PersonId(min(request.path_params["person"], 2**63 - 1)),
            self._wording.words("held_back"),
            self._clock.now(),
        )
        if not kept:
            raise HTTPException(404)
        return RedirectResponse(PATH, 303)

    async def export(self, request: Request) -> Response:
        """The marked rows of people who agreed, redacted, as JSON Lines."""
        content = await self._log.export(request.state.person.id, self._clock.now())
        headers = {"Content-Disposition": 'attachment; filename="danger-log.jsonl"'}
        return Response(content, media_type="application/jsonl", headers=headers)

    def _entry(self, row: Heard, names: Mapping[PersonId, str], now: datetime) -> Entry:
        words = self._wording
        return Entry(
            id=row.id,
            alias=alias(row.person),
            at=ago(row.at, now, self._zone),
            kind="Not heard" if row.tier == MISSED else first_up(words.kind("kind", row.kind)),
            level=row.level,
            level_words="" if row.level == "none" else words.kind("level", row.level),
            who=words.kind("who", row.who),
            shown=_TOLD[row.rule]
            if row.tier == MISSED
            else _SHOWN.get(row.shown) or f"Showed the card “{row.shown.replace('_', ' ')}”",
            rule=row.rule,
            said=row.said,
            leaves=redacted(row.said) if row.said and row.remembers else "",
            done=tuple(self._done(row, names)),
            missed=row.tier == MISSED,
            marks=tuple((_MISSED if row.tier == MISSED else _MARKS).items()),
            other=(_MISSED if row.tier == MISSED else _MARKS)["other_kind"],
            verdict=row.verdict or "",
            should_be=row.should_be,
            marked_by="" if row.reviewed_by is None else names.get(row.reviewed_by) or "a coordinator",
        )

    def _done(self, row: Heard, names: Mapping[PersonId, str]) -> Sequence[str]:
        done = ["No page" if row.paged_at is None else "Staff were paged"]
        if row.acknowledged_at is not None and row.acknowledged_by is not None:
            since = row.paged_at or row.at
            who = names.get(row.acknowledged_by) or "a member of staff"
            done.append(f"answered by {who} after {span(int((row.acknowledged_at - since).total_seconds()))}")
        elif row.paged_at is not None:
            done.append("nobody answered" if row.closed_at else "nobody has answered yet")
        if row.closed_at is not None:
            by = "" if row.closed_by is None else f" ({names.get(row.closed_by) or 'a member of staff'})"
            done.append("over: " + self._wording.code(row.closed_how) + by)
        elif row.danger is not None:
            done.append("still open")
        return done

    def _shows(self, asked: Asked, counts: Mapping[tuple[str, bool], int]) -> list[Link]:
        of_kind = {key: n for key, n in counts.items() if not asked.kind or key[0] == asked.kind}
        waiting = sum(number for (_, marked), number in of_kind.items() if not marked)
        return [
            Link("To review", asked.address(show=""), waiting, on=not asked.all),
            Link("All", asked.address(show="all"), sum(of_kind.values()), on=asked.all),
        ]

    def _kinds(self, asked: Asked, counts: Mapping[tuple[str, bool], int]) -> list[Link]:
        shown = {key: n for key, n in counts.items() if asked.all or not key[1]}
        named = {kind: first_up(self._wording.kind("kind", kind)) for kind in KINDS}
        if any(kind == NONE for kind, _ in shown):
            named[NONE] = "Not heard"
        return [Link("Any", asked.address(kind=""), sum(shown.values()), on=not asked.kind)] + [
            Link(
                words,
                asked.address(kind=kind),
                sum(number for (of, _), number in shown.items() if of == kind),
                on=asked.kind == kind,
            )
            for kind, words in named.items()
        ]
