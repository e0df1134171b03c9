"""The log of what was heard, for review: what staff see of it, their marks, and the rows that may leave."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import cast, get_args

from bot.app.danger.misses import last_words
from bot.domain.danger.hearing import LEVELS, Kind, Level
from bot.domain.ids import PersonId
from bot.domain.keeping.redaction import redacted
from bot.store.conversing import people
from bot.store.danger import danger_log
from bot.store.danger.danger_log import MISSED, Heard, Verdict
from bot.store.staffing import audit, looks
from bot.store.store import Store

A_PAGE = 25


class DangerLog:
    """Reads the log for staff, and keeps their marks. Reading it and taking it along are written down."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(
        self, reader: PersonId, kind: str, *, reviewed: bool, number: int, now: datetime
    ) -> tuple[list[Heard], Mapping[tuple[str, bool], int], Mapping[PersonId, str]]:
        """One page, how many rows there are by kind and by whether they were reviewed, and staff's names."""
        async with self._store.transaction() as tx:
            after = (number - 1) * A_PAGE
            rows = await danger_log.newest(tx, kind=kind, reviewed=reviewed, after=after, most=A_PAGE)
            read = ",".join(str(row.id) for row in rows)
            looks.add(tx, [row.person for row in rows], reader, "danger_log", now)
            await audit.add(tx, reader, "danger_log_read", f"heard:{read}", now)
            staff = {
                who
                for row in rows
                for who in (row.acknowledged_by, row.closed_by, row.reviewed_by)
                if who is not None
            }
            names = {who: await people.name_of(tx, who) or "" for who in staff}
            return rows, await danger_log.counts(tx), names

    async def mark(
        self, reviewer: PersonId, which: int, verdict: str, should_be: str, level: str, now: datetime
    ) -> bool:
        """Keep a mark; of words in which nothing was heard also their level. False for what there is not."""
        if verdict not in get_args(Verdict) or (verdict == "other_kind" and should_be not in get_args(Kind)):
            return False
        kept: Verdict = "right" if verdict == "right" else "no_danger"
        if verdict == "other_kind":
            kept = "other_kind"
        async with self._store.transaction() as tx:
            row = await danger_log.get(tx, which)
            if row is None or (row.tier == MISSED and not _names(kept, level)):
                return False
            if row.tier == MISSED and kept == "other_kind":
                danger_log.name_level(tx, which, cast("Level", level))
            better = should_be if kept == "other_kind" else ""
            danger_log.review(tx, which, kept, better, reviewer, now)
            await audit.add(tx, reviewer, "danger_log_marked", f"heard:{which} {kept}", now)
        return True

    async def missed(self, reader: PersonId, person: PersonId, instead: str, now: datetime) -> bool:
        """A coordinator says that somebody's last words should have rung. False for nobody there."""
        async with self._store.transaction() as tx:
            about = await people.by_id(tx, person)
            if about is None:
                return False
            said = await last_words(tx, about, instead)
            await danger_log.missed(tx, person, by="coordinator", said=said, now=now)
            await audit.add(tx, reader, "danger_log_missed", f"person:{person}", now)
        return True

    async def export(self, reader: PersonId, now: datetime) -> str:
        """Reviewed rows of people who agree to be remembered, redacted, as JSON Lines.

        The form is that of the lexicon's test sets: id, text, label, severity, who, also; and what was heard.
        """
        async with self._store.transaction() as tx:
            rows = await danger_log.reviewed(tx)
            looks.add(tx, [row.person for row in rows], reader, "export", now)
            await audit.add(tx, reader, "danger_log_exported", f"rows:{len(rows)}", now)
        return "".join(json.dumps(labelled(row), ensure_ascii=False) + "\n" for row in rows)


def labelled(row: Heard) -> dict[str, object]:
    """A reviewed row as it leaves."""
    right = {"right": row.kind, "other_kind": row.should_be, "no_danger": "none"}[row.verdict or "right"]
    return {
        "id": f"log-{row.id}",
        "text": redacted(row.said),
        "label": right,
        "severity": "none" if right == "none" else row.level,
        "who": row.who,
        "also": [],
        "heard": None
        if row.tier == MISSED
        else {"kind": row.kind, "level": row.level, "tier": row.tier, "rule": row.rule},
    }


def _names(verdict: Verdict, level: str) -> bool:
    """Whether a mark says all that is needed of words in which nothing was heard."""
    return verdict == "no_danger" or (verdict == "other_kind" and level in LEVELS)
