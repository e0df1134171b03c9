"""Every table, gathered so that migrations and the data map see all of them."""

from bot.store.checkins import appointments, checkins, lookouts, plans
from bot.store.conversing import (
    answers,
    events,
    inbox,
    keyboards,
    message_map,
    outbox,
    people,
    sessions,
    steps_seen,
    timers,
)
from bot.store.danger import danger_log, dangers
from bot.store.desk import counted, outlines, reviews, tasks
from bot.store.directory import (
    confirmations,
    helpline_checks,
    likenesses,
    offerings,
    outings,
    places,
    reports,
    sources,
)
from bot.store.engine.metadata import metadata
from bot.store.keeping import erasing, notes
from bot.store.oncall import call_backs, coach_notes, escalations, fits, handoffs, mentoring
from bot.store.rota import rota_changes, rotas, stints
from bot.store.staffing import audit, invites, looks, signins, stories, team

__all__ = [
    "answers",
    "appointments",
    "audit",
    "call_backs",
    "checkins",
    "coach_notes",
    "confirmations",
    "counted",
    "danger_log",
    "dangers",
    "erasing",
    "escalations",
    "events",
    "fits",
    "handoffs",
    "helpline_checks",
    "inbox",
    "invites",
    "keyboards",
    "likenesses",
    "lookouts",
    "looks",
    "mentoring",
    "message_map",
    "metadata",
    "notes",
    "offerings",
    "outbox",
    "outings",
    "outlines",
    "people",
    "places",
    "plans",
    "reports",
    "reviews",
    "rota_changes",
    "rotas",
    "sessions",
    "signins",
    "sources",
    "steps_seen",
    "stints",
    "stories",
    "tasks",
    "team",
    "timers",
]
