"""A local stand-in for the Telegram Bot API, with a page of phones: the demo, and what the tests talk to."""

from bot.sandbox.clock import Clock
from bot.sandbox.faults import Fault
from bot.sandbox.page import Page, Person, Place
from bot.sandbox.phone import Phone, Press
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.things import Limits, Message, User
from bot.sandbox.world import World

__all__ = [
    "Clock",
    "Fault",
    "Limits",
    "Message",
    "Page",
    "Person",
    "Phone",
    "Place",
    "Press",
    "Sandbox",
    "User",
    "World",
]
