"""Typed settings: config.toml, over it the environment, over that secrets from files; every problem named."""

from bot.settings.load import NEEDED_TO_RUN, load
from bot.settings.model import (
    CheckIns,
    Dashboard,
    Database,
    Handoff,
    Log,
    Privacy,
    Safety,
    Sender,
    Service,
    Settings,
    Telegram,
)
from bot.settings.problems import ConfigProblems, Problem, check_lines

__all__ = [
    "NEEDED_TO_RUN",
    "CheckIns",
    "ConfigProblems",
    "Dashboard",
    "Database",
    "Handoff",
    "Log",
    "Privacy",
    "Problem",
    "Safety",
    "Sender",
    "Service",
    "Settings",
    "Telegram",
    "check_lines",
    "load",
]
