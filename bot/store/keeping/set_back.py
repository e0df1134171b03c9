"""What waits for so many minutes, moved along with a clock that was set back.

Only what is counted from a word or a page: a check-in, an appointment or the end of a shift keeps its hour.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, bindparam, not_, select, update

from bot.store.conversing.outbox import outbox
from bot.store.conversing.timers import timer
from bot.store.danger.dangers import danger
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import Prepared, prepared
from bot.store.engine.transaction import Transaction
from bot.store.oncall.escalations import danger_page, escalation_step, page_alert
from bot.store.oncall.handoffs import alert, handoff

_MS = timedelta(milliseconds=1)


def _begun_before(table: Table, began: str) -> ColumnElement[bool]:
    """Open, and not begun between the setting back and now: that is by the new clock already."""
    column = table.c[began]
    return table.c.closed_at.is_(None) & not_(column.between(bindparam("since"), bindparam("now")))


_HANDOFFS = _begun_before(handoff, "asked_at")
_DANGERS = _begun_before(danger, "opened_at")


def _earlier(table: Table, where: ColumnElement[bool], *columns: str) -> Prepared:
    return prepared(
        update(table).where(where).values({name: table.c[name] - bindparam("by") for name in columns})
    )


def _steps_of(subject: str, table: Table, where: ColumnElement[bool]) -> Prepared:
    mine = escalation_step.c.subject == subject
    of_these = escalation_step.c.subject_id.in_(select(table.c.id).where(where))
    return _earlier(escalation_step, mine & of_these & escalation_step.c.done_at.is_(None), "due_at")


_OF_HANDOFFS = select(handoff.c.id).where(_HANDOFFS)
_OF_DANGERS = select(danger.c.id).where(_DANGERS)

_HANDOFF_STEPS = _steps_of("handoff", handoff, _HANDOFFS)
_DANGER_STEPS = _steps_of("danger", danger, _DANGERS)
_ALERTS = _earlier(alert, alert.c.handoff_id.in_(_OF_HANDOFFS), "at")
_PAGES = _earlier(danger_page, danger_page.c.danger_id.in_(_OF_DANGERS), "began_at")
_PAGED = _earlier(page_alert, page_alert.c.danger_id.in_(_OF_DANGERS), "at")
_TALKS = _earlier(handoff, _HANDOFFS, "asked_at", "claimed_at", "last_at", "waiting_since", "look_at")
_HEARD = _earlier(danger, _DANGERS, "opened_at", "paged_at", "acknowledged_at")
_TIMERS = _earlier(timer, timer.c.kind == bindparam("of_kind"), "due_at")
_LEAVING = _earlier(
    outbox,
    outbox.c.state.in_(["pending", "sending"]) & (outbox.c.not_before > bindparam("now")),
    "created_at",
    "not_before",
)


def set_back(
    tx: Transaction, by: timedelta, now: datetime, lately: timedelta, kinds: tuple[str, ...]
) -> None:
    """The clock was set back `by` so much, at most `lately` before `now`, which it shows (aware, UTC).

    `kinds`: of timers that wait for a while, not for an hour of the day.
    """
    moved: dict[str, int] = {"by": by // _MS}
    during = {**moved, "now": to_ms(now), "since": to_ms(now - lately)}
    for statement in (_HANDOFF_STEPS, _DANGER_STEPS, _ALERTS, _PAGES, _PAGED, _TALKS, _HEARD):
        tx.write(statement, **during)  # the handoffs and dangers themselves last: the others ask for theirs
    for kind in kinds:
        tx.write(_TIMERS, of_kind=kind, **moved)
    tx.write(_LEAVING, now=to_ms(now), **moved)
