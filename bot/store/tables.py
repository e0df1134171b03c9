"""Every table, gathered so that migrations and the data map see all of them."""

from bot.store import (
    answers,
    checkins,
    dangers,
    erasing,
    escalations,
    events,
    handoffs,
    inbox,
    keyboards,
    message_map,
    notes,
    outbox,
    people,
    rotas,
    sessions,
    timers,
)
from bot.store.metadata import metadata

__all__ = [
    "answers",
    "checkins",
    "dangers",
    "erasing",
    "escalations",
    "events",
    "handoffs",
    "inbox",
    "keyboards",
    "message_map",
    "metadata",
    "notes",
    "outbox",
    "people",
    "rotas",
    "sessions",
    "timers",
]
