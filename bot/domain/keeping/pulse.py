"""Whether the service does its work at this moment, for the monitor outside that counts on a sign of life."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.keeping.doctor import INBOX_STUCK, OUTBOX_STUCK, POLL_LATE

STEP_LATE = timedelta(seconds=60)
"""A step of a handoff or of a danger's page comes within a second or two of its time."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What was seen, as ages up to now; None means that nothing waits."""

    since_heard: timedelta
    oldest_inbox: timedelta | None = None
    oldest_outbox: timedelta | None = None
    latest_step: timedelta | None = None
    sending: str = ""
    """Why nothing is being sent; empty while all is well."""


def ails(pulse: Pulse) -> tuple[str, ...]:
    """What is wrong, in codes for the log; empty while people are heard and their handoffs go on."""
    late = (
        ("poll", pulse.since_heard, POLL_LATE),
        ("inbox", pulse.oldest_inbox, INBOX_STUCK),
        ("outbox", pulse.oldest_outbox, OUTBOX_STUCK),
        ("steps", pulse.latest_step, STEP_LATE),
    )
    found = tuple(what for what, age, limit in late if age is not None and age >= limit)
    return (*found, "sender") if pulse.sending else found
