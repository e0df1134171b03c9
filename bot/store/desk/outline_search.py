"""Finding conversations by their outlines: a page of them, and how many there are of each sort."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
)

from bot.domain.desk.outline import Outline
from bot.domain.ids import PersonId
from bot.store.conversing.people import grant
from bot.store.desk.outlines import outline, read
from bot.store.desk.reviews import review
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import prepared
from bot.store.engine.transaction import Row, Transaction
from bot.store.oncall.handoffs import handoff

State = Literal["waiting", "talking", "open_danger", "unanswered", "over"]
Flag = Literal["danger", "unanswered", "unmet", "young", "to_review"]

_o = outline.c
_open = select(handoff.c.person_id).where(handoff.c.closed_at.is_(None))
_held = _open.where(handoff.c.coach_id.is_not(None))
_later = outline.alias("later")
_newest = ~(
    select(_later.c.id)
    .where(_later.c.person_id == _o.person_id, _later.c.number > _o.number)
    .correlate(outline)
    .exists()
)
_state = case(
    (and_(_o.person_id.in_(_held), _newest), "talking"),
    (and_(_o.person_id.in_(_open), _newest), "waiting"),
    (_o.open_dangers > 0, "open_danger"),
    (_o.outcome.in_(["gave_up", "cancelled"]), "unanswered"),
    else_="over",
)
_reviewed = (
    select(review.c.id)
    .where(
        review.c.person_id == _o.person_id,
        review.c.about_at >= _o.began_at,
        review.c.about_at <= _o.last_at,
        review.c.at >= _o.last_at,
    )
    .correlate(outline)
    .exists()
)
FLAGS: Mapping[Flag, ColumnElement[bool]] = {
    "danger": _o.kinds != "",
    "unanswered": _o.unanswered.is_(True),
    "unmet": _o.needs != "",
    "young": _o.age == "minor",
    "to_review": ~_reviewed,
}
_staff = select(grant.c.person_id).where(
    grant.c.ended_at.is_(None), grant.c.role.in_(["coach", "coordinator", "safety_lead", "auditor"])
)
"""Whoever works here and is on the list only when they asked for help themselves."""


def _asked(name: str) -> Any:
    return bindparam(name, type_=Text)


def _holds(column: Any, name: str) -> ColumnElement[bool]:
    """Whether a list of codes holds the one asked for; all do when none is."""
    return or_(_asked(name) == "", column.like(literal("% ") + _asked(name) + literal(" %")))


_BASE: ColumnElement[bool] = and_(
    _o.last_at >= bindparam("since", type_=BigInteger),
    _o.began_at < bindparam("until", type_=BigInteger),
    or_(_o.spoke.is_(True), _o.handoff.is_(True), _o.kinds != ""),
    or_(_o.handoff.is_(True), _o.kinds != "", _o.person_id.not_in(_staff)),
    or_(_asked("named") == "", func.lower(_o.alias).like(literal("%") + _asked("named") + literal("%"))),
    _holds(_o.kinds, "kind"),
    _holds(_o.needs, "need"),
    _holds(_o.coaches, "coach"),
    or_(_asked("ended") == "", _o.outcome == _asked("ended")),
)
_WANTED = and_(
    _BASE,
    or_(_asked("state") == "", _state == _asked("state")),
    *(or_(_asked("flag") != name, holds) for name, holds in FLAGS.items()),
)
_PAGE = prepared(
    select(outline, _state.label("state"))
    .where(_WANTED)
    .order_by(_o.last_at.desc(), _o.id.desc())
    .limit(bindparam("most", type_=Integer))
    .offset(bindparam("after", type_=Integer))
)
_COUNTS = prepared(
    select(
        _state.label("state"),
        func.count().label("n"),
        *(func.sum(case((holds, 1), else_=0)).label(name) for name, holds in FLAGS.items()),
    )
    .where(_BASE)
    .group_by(_state)
)
_NEEDS = prepared(
    select(_o.needs).where(_o.last_at >= bindparam("since", type_=BigInteger), _o.needs != "").distinct()
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: "" means anything. `named` is part of an alias; `coach` the id of one."""

    since: datetime
    until: datetime
    state: str = ""
    flag: str = ""
    named: str = ""
    kind: str = ""
    need: str = ""
    coach: str = ""
    ended: str = ""

    def base(self) -> dict[str, object]:
        """Values for everything but state and flag."""
        asked = {name: getattr(self, name) for name in ("named", "kind", "need", "coach", "ended")}
        asked["named"] = self.named.lower()
        return asked | {"since": to_ms(self.since), "until": to_ms(self.until)}


@dataclass(frozen=True, slots=True)
class Found:
    """One conversation, whose, and how it stands at this moment."""

    person: PersonId
    alias: str
    outline: Outline
    state: State


async def page(tx: Transaction, wanted: Wanted, after: int, most: int) -> list[Found]:
    """Those wanted, newest first, without the first `after`."""
    rows = await tx.fetch(
        _PAGE, **wanted.base(), state=wanted.state, flag=wanted.flag, after=after, most=most
    )
    return [_found(row) for row in rows]


async def counts(tx: Transaction, wanted: Wanted) -> dict[State, dict[str, int]]:
    """How many there are by state, whatever state and flag are wanted: all (`n`), and of each flag."""
    rows = await tx.fetch(_COUNTS, **wanted.base())
    return {row["state"]: {name: int(row[name]) for name in ("n", *FLAGS)} for row in rows}


def total(counted: Mapping[State, Mapping[str, int]], wanted: Wanted) -> int:
    """How many `counts` found of the state and flag that are wanted."""
    return sum(row[wanted.flag or "n"] for state, row in counted.items() if wanted.state in ("", state))


async def needs_since(tx: Transaction, since: datetime) -> Sequence[str]:
    """Each need that was not met since then, in order: what may be asked for."""
    rows = await tx.fetch(_NEEDS, since=to_ms(since))
    return sorted({code for row in rows for code in row["needs"].split()})


def _found(row: Row) -> Found:
    return Found(PersonId(row["person_id"]), row["alias"], read(row), row["state"])
