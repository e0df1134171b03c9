"""Conversations as a file to take along, as CSV or JSON; a spreadsheet carries nothing of it out."""

import csv
import io
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from zoneinfo import ZoneInfo

from bot.app.desk.conversation_desk import Opened
from bot.domain.cells import harmless
from bot.domain.zones import local
from bot.web.list_page import STATES
from bot.web.wording import Wording

COLUMNS = (
    "alias", "conversation", "began", "last", "state", "topics", "about", "danger", "readiness", "reason",
    "next_step", "handoff", "outcome", "coaches", "not_found", "check_in", "may_be_read", "reviewed_by",
    "reviewed_at",
)  # fmt: skip


Row = Mapping[str, str]


async def rows(taken: AsyncIterator[Opened], wording: Wording, zone: ZoneInfo) -> AsyncIterator[Row]:
    """A row for each conversation, every value as text."""
    async for one in taken:
        yield _row(one, wording, zone)


async def as_csv(found: AsyncIterator[Row]) -> AsyncIterator[bytes]:
    """As CSV with a heading, in UTF-8 that spreadsheets recognise; the heading leaves at once."""
    yield "\ufeff".encode() + _line(dict(zip(COLUMNS, COLUMNS, strict=True)))
    async for row in found:
        yield _line(row)


async def as_json(found: AsyncIterator[Row]) -> AsyncIterator[bytes]:
    """As a JSON list."""
    before = "[\n"
    async for row in found:
        yield (before + json.dumps(row, ensure_ascii=False, indent=1)).encode("utf-8", "replace")
        before = ",\n"
    yield b"\n]" if before.startswith(",") else b"[]"


def _line(row: Row) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow({name: harmless(value) for name, value in row.items()})
    return out.getvalue().encode("utf-8", "replace")


def _row(opened: Opened, wording: Wording, zone: ZoneInfo) -> dict[str, str]:
    one, made = opened.one, opened.one.summary
    step = made.next_step
    what = ""
    if step is not None:
        what = opened.names.get(step.offering, "a group") if step.offering else wording.code(step.step or "")
    about = [
        wording.code(choice)
        for question, chosen in made.answers.items()
        if question == "about"
        for choice in chosen
    ]
    values = (
        one.alias,
        str(one.number),
        local(one.began, zone).isoformat(timespec="minutes"),
        local(one.last, zone).isoformat(timespec="minutes"),
        STATES[one.state],
        _listed(map(wording.code, made.topics)),
        _listed(about),
        _listed(wording.kind("kind", flag.kind) for flag in made.flags.values()),
        "" if made.readiness is None else str(made.readiness),
        made.reason,
        what,
        "yes" if made.timeline else "no",
        wording.code(made.outcome) if made.outcome else "",
        _listed(name for who, name in opened.staff.items() if who in _coaches(opened)),
        _listed(wording.code(need.need) for need in made.unmet),
        "" if made.follow_up is None else made.follow_up.isoformat(),
        made.scope if one.asked else "not asked",
        ""
        if opened.reviewed is None or opened.reviewed.by is None
        else opened.staff.get(opened.reviewed.by, ""),
        "" if opened.reviewed is None else local(opened.reviewed.at, zone).isoformat(timespec="minutes"),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _coaches(opened: Opened) -> set[int]:
    return {getattr(each.event, "coach", 0) for each in opened.one.summary.timeline}


def _listed(words: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(words))
