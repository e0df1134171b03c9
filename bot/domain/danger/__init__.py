"""Recognising danger in free text: rules read from data, applied the same way every time, on this machine."""

from bot.domain.danger.hearing import Card, Hearing, Kind, Level, Tier, Who, card_for
from bot.domain.danger.joining import joined
from bot.domain.danger.listener import Listener, load_listener

__all__ = [
    "Card",
    "Hearing",
    "Kind",
    "Level",
    "Listener",
    "Tier",
    "Who",
    "card_for",
    "joined",
    "load_listener",
]
