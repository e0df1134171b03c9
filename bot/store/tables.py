"""Every table, gathered so that migrations and the data map see all of them."""

from bot.store import (
    answers,
    dangers,
    events,
    inbox,
    keyboards,
    message_map,
    notes,
    outbox,
    people,
    sessions,
    timers,
)
from bot.store.metadata import metadata

__all__ = [
    "answers",
    "dangers",
    "events",
    "inbox",
    "keyboards",
    "message_map",
    "metadata",
    "notes",
    "outbox",
    "people",
    "sessions",
    "timers",
]
