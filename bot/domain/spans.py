"""Lengths of time as one says them."""

from datetime import timedelta

from bot.domain.messages import Messages

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def in_words(messages: Messages, span: timedelta) -> str:
    """A wait, rounded as one would say it: "under a minute", "12 min", "5 h", "5 h 10 min", "2 days"."""
    seconds = int(span.total_seconds())
    if seconds < _MINUTE:
        return messages.text("span_moment")
    if seconds < _HOUR:
        return messages.text("span_minutes", minutes=seconds // _MINUTE)
    if seconds >= 2 * _DAY:
        return messages.speech.count(seconds // _DAY, "day")
    hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
    if minutes < 5 or hours >= 6:
        return messages.text("span_hours", hours=hours)
    return messages.text("span_hours_minutes", hours=hours, minutes=minutes)
