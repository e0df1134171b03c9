"""Rules that take more than one setting, or a look at this machine, to judge."""

import ipaddress
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit

from bot.settings.kinds import shown
from bot.settings.model import CheckIns, Settings

Complaint = tuple[tuple[str, str], str, str]
"""The key, what is wrong with it, and the fix."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the rules ask the machine, so that a test can answer instead."""

    is_folder: Callable[[Path], bool] = Path.is_dir
    is_writable: Callable[[Path], bool] = lambda folder: os.access(folder, os.W_OK)


def complaints(settings: Settings, machine: Machine) -> Iterator[Complaint]:
    """Everything in which the settings contradict one another or this machine."""
    yield from _service(settings)
    yield from _webhook(settings)
    yield from _dashboard(settings)
    yield from _database(settings, machine)
    yield from _steps(settings)
    yield from _checkins(settings.checkins)


def _service(settings: Settings) -> Iterator[Complaint]:
    service = settings.service
    if service.nation and service.country != "GB":
        what = f"is a UK nation, and the country is {service.country}"
        yield ("service", "nation"), what, 'nation = "" or country = "GB"'


def _webhook(settings: Settings) -> Iterator[Complaint]:
    telegram = settings.telegram
    if telegram.mode != "webhook":
        return
    if not telegram.webhook_url:
        fix = 'webhook_url = "https://foothold.example.org", or mode = "polling"'
        yield ("telegram", "webhook_url"), "is empty, and mode is webhook", fix
    elif not telegram.webhook_url.startswith("https://") and not _is_own_machine(telegram.webhook_url):
        yield (
            ("telegram", "webhook_url"),
            "is not https",
            "put a proxy with TLS in front, and use its address",
        )
    if telegram.webhook_secret is None:
        fix = "set FOOTHOLD_TELEGRAM__WEBHOOK_SECRET_FILE to a file with 32 or more letters and digits"
        yield ("telegram", "webhook_secret"), "is missing, and mode is webhook", fix


def _dashboard(settings: Settings) -> Iterator[Complaint]:
    dashboard = settings.dashboard
    if not _is_loopback(dashboard.host) and not dashboard.allow_remote:
        what = f"is {shown(dashboard.host)}, which other machines can reach without TLS"
        fix = 'host = "127.0.0.1" with a proxy in front, or allow_remote = true for a proxy elsewhere'
        yield ("dashboard", "host"), what, fix
    if not dashboard.public_url:
        yield ("dashboard", "public_url"), "is empty", f'public_url = "http://127.0.0.1:{dashboard.port}"'
    elif not dashboard.public_url.startswith("https://") and not _is_own_machine(dashboard.public_url):
        yield (
            ("dashboard", "public_url"),
            "is not https",
            "put a proxy with TLS in front, and use its address",
        )
    if dashboard.idle_minutes > dashboard.absolute_hours * 60:
        what = f"is longer than absolute_hours = {dashboard.absolute_hours}"
        yield ("dashboard", "idle_minutes"), what, "idle_minutes = 30"


def _database(settings: Settings, machine: Machine) -> Iterator[Complaint]:
    path = settings.database.sqlite_path
    if path is None:
        return
    if not machine.is_folder(path.parent):
        fix = f"mkdir -p -m 700 {path.parent}"
        yield ("database", "url"), f"is in the folder {path.parent}, which does not exist", fix
    elif not machine.is_writable(path.parent):
        fix = f"let the bot's user own it: chown USER {path.parent}"
        yield ("database", "url"), f"is in the folder {path.parent}, where the bot may not write", fix


def _steps(settings: Settings) -> Iterator[Complaint]:
    """What comes later must be later."""
    for section, earlier, later in (
        ("safety", "page_emergency_minutes", "page_urgent_minutes"),
        ("handoff", "backup_after_minutes", "everyone_after_minutes"),
        ("handoff", "everyone_after_minutes", "coordinators_after_minutes"),
        ("handoff", "coordinators_after_minutes", "honest_after_minutes"),
        ("handoff", "honest_after_minutes", "again_after_minutes"),
        ("handoff", "nudge_minutes", "release_minutes"),
        ("handoff", "release_minutes", "release_in_talk_minutes"),
        ("sender", "retry_first_s", "retry_longest_s"),
    ):
        values = getattr(settings, section)
        first, second = getattr(values, earlier), getattr(values, later)
        if first > second:
            what = f"is {second}, which is before {earlier} = {first}"
            yield (section, later), what, f"make it at least {first}"


def _checkins(checkins: CheckIns) -> Iterator[Complaint]:
    start, end = checkins.quiet_from, checkins.quiet_until
    if start == end:
        what = f"and quiet_until are both {start:%H:%M}: nobody knows whether that is never or always"
        yield ("checkins", "quiet_from"), what, 'quiet_from = "22:00" and quiet_until = "08:00"'
        return
    for name in ("morning", "afternoon", "evening"):
        at: time = getattr(checkins, name)
        if in_quiet_hours(at, start, end):
            what = f"is {at:%H:%M}, within the quiet hours {start:%H:%M} to {end:%H:%M}"
            yield ("checkins", name), what, "choose a time outside them"


def in_quiet_hours(at: time, start: time, end: time) -> bool:
    """Whether a wall time lies in quiet hours that may span midnight; the end itself is outside."""
    return start <= at < end if start < end else at >= start or at < end


def _is_own_machine(url: str) -> bool:
    return _is_loopback(urlsplit(url).hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
