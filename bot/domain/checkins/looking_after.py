"""Where a word from a person would help today: by rules from what happened, the most pressing first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.domain.checkins.checkin import Answer

RECENTLY = timedelta(days=7)
"""What is older has had its time."""
HARD: frozenset[Answer | None] = frozenset({"struggling", "used"})


class Reason(Enum):
    """Why, the most pressing first."""

    NOBODY_CAME = "nobody_came"
    """They asked for a person, and nobody answered."""
    HARD_DAYS = "hard_days"
    """Two hard days in a row, and nobody has talked with them since."""
    USED = "used"
    STRUGGLING = "struggling"
    MISSED = "missed_appointment"
    FELL_SILENT = "fell_silent"
    """Quiet since a hard answer."""
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one person. `answers` are their last ones with when each was given, newest first.

    `unanswered` check-ins in a row, `seen` when they last wrote, `talked` when a coach last took their
    request, `asked_in_vain` when they were last told that nobody answers, `missed` when they missed an
    appointment.
    """

    answers: Sequence[tuple[Answer, datetime]] = ()
    unanswered: int = 0
    seen: datetime | None = None
    talked: datetime | None = None
    asked_in_vain: datetime | None = None
    missed: datetime | None = None


def reason(of: Standing, now: datetime) -> tuple[Reason, datetime] | None:
    """The most pressing reason and since when, or None where nothing calls for a person today."""
    return next((found for found in _reasons(of, now) if found[1] >= now - 3 * RECENTLY), None)


def _reasons(of: Standing, now: datetime) -> list[tuple[Reason, datetime]]:
    found = []
    if of.asked_in_vain is not None and _open(of.asked_in_vain, of, now):
        found.append((Reason.NOBODY_CAME, of.asked_in_vain))
    hard = [(answer, at) for answer, at in of.answers if answer != "not_now"]
    if hard and hard[0][0] in HARD and _open(hard[0][1], of, now):
        answer, at = hard[0]
        if len(hard) > 1 and hard[1][0] in HARD:
            found.append((Reason.HARD_DAYS, at))
        found.append((Reason.USED if answer == "used" else Reason.STRUGGLING, at))
    if of.missed is not None and _open(of.missed, of, now):
        found.append((Reason.MISSED, of.missed))
    if of.unanswered >= 2 and of.seen is not None:
        silent_after_hard = bool(hard) and hard[0][0] in HARD
        if silent_after_hard:
            found.append((Reason.FELL_SILENT, of.seen))
        elif now - of.seen >= RECENTLY:
            found.append((Reason.QUIET, of.seen))
    return found


def _open(at: datetime, of: Standing, now: datetime) -> bool:
    """Whether something is recent, and nobody has talked with them since."""
    return now - at <= RECENTLY and (of.talked is None or of.talked < at)
