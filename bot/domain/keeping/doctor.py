"""Whether all is well, judged from facts that somebody else has gathered, and what to do where it isn't."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

POLL_LATE = timedelta(minutes=3)
"""A poll lasts 50 s at most and is retried within 60 s; after three minutes the poller is not alive."""
INBOX_STUCK = timedelta(minutes=1)
"""A turn takes milliseconds."""
OUTBOX_STUCK = timedelta(minutes=10)
"""Waits between retries end at 60 s, Telegram's own at a few minutes."""
CLOCK_OFF = timedelta(seconds=30)
"""The shortest step a person waits for is two minutes, and Telegram's Date counts whole seconds."""
BACKUP_OLD = timedelta(hours=36)
"""Backups are daily; one may be late."""
SOURCE_OLD = timedelta(days=30)
SOURCE_HIDDEN = timedelta(days=90)
"""1.6 to 4.1% of meetings change in a month: warn at 30 days, hide at 90."""
DISK_LEAST = 1 << 30
DISK_FULL = 1 << 24


class State(StrEnum):
    """How a finding is to be taken."""

    WELL = "well"
    LOOK = "look"
    """Worth a look, and not a fault."""
    BAD = "bad"
    """Somebody may go without help because of this."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `why` says what was seen; `fix` what to do, empty when there is nothing to do."""

    state: State
    what: str
    why: str
    fix: str = ""

    @property
    def ok(self) -> bool:
        """Whether it stands in nobody's way."""
        return self.state is not State.BAD

    def __str__(self) -> str:
        return f"{self.state:4}  {self.what}: {self.why}" + (f". {self.fix}" if self.fix else "")


@dataclass(frozen=True, slots=True)
class SourceAge:
    """A source of the directory: how long ago it last came in whole (None: never)."""

    name: str
    since_success: timedelta | None
    fictional: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What was seen, ages as durations up to now. None means: never, or not to be known from here."""

    since_poll: timedelta | None
    """Since Telegram last answered a poll; in webhook mode since its last call or check."""
    oldest_inbox: timedelta | None
    """Age of the oldest message that is not yet handled."""
    oldest_outbox: timedelta | None
    """How long the message that is longest overdue has been due."""
    sender_stopped: bool = False
    """Telegram refused the token."""
    unknown_sends: int = 0
    """Messages of the last day of which nobody knows whether they arrived."""
    quarantined: int = 0
    """Messages of the last day that could not be handled or sent."""
    quarantined_before: int = 0
    coaches: int = 0
    on_shift: int = 0
    shifts_next_day: int | None = None
    """Shifts on the rota that begin or go on within 24 hours; None where no rota is kept."""
    never_wrote: tuple[str, ...] = ()
    """Staff who have not opened the chat with the bot: it may not write to them."""
    out_of_reach: tuple[str, ...] = ()
    """Staff who wrote once and cannot be reached any more."""
    without_emergency_number: tuple[str, ...] = ()
    """Countries of the service that have no emergency number."""
    crisis_lines_expired: tuple[str, ...] = ()
    helplines_expired: tuple[str, ...] = ()
    helplines_unverified: int = 0
    explanations_expired: tuple[str, ...] = ()
    explanations_unreviewed: int = 0
    sources: tuple[SourceAge, ...] = ()
    master_key_opens: bool = True
    """Whether keys of people in the store open with the master key."""
    audit_broken: int | None = None
    """The first entry of the audit log that was changed."""
    clock_ahead: timedelta | None = None
    """This machine's clock minus the Date of Telegram's answer."""
    disk_free: int | None = None
    """Bytes free where the database is."""
    database_bytes: int = 0
    since_backup: timedelta | None = None
    integrity: tuple[str, ...] = ()
    """What the database's own check complained of."""
    schema_current: bool = True


def diagnose(facts: Facts) -> list[Finding]:
    """Every finding, well or not, in the order in which somebody should see to them."""
    found = [
        *_messages(facts),
        *_people(facts),
        *_reach(facts),
        *_helplines(facts),
        *_explanations(facts),
        *_keeping(facts),
        *_directory(facts),
    ]
    return sorted(found, key=lambda finding: [State.BAD, State.LOOK, State.WELL].index(finding.state))


def exit_code(findings: Sequence[Finding]) -> int:
    """0 when nothing is bad, else 1."""
    return int(not all(finding.ok for finding in findings))


def _judge(what: str, bad: bool, why: str, fix: str) -> Finding:
    return Finding(State.BAD, what, why, fix) if bad else Finding(State.WELL, what, why)


def _messages(facts: Facts) -> Iterator[Finding]:
    heard = (
        f"Telegram answered {ago(facts.since_poll)}"
        if facts.since_poll is not None
        else "Telegram has not answered yet"
    )
    late = facts.since_poll is None or facts.since_poll > POLL_LATE
    yield _judge("receiving", late, heard, "Is the bot running, and its line to Telegram open?")
    if facts.sender_stopped:
        fix = "Set the token @BotFather shows and restart; what is pending is kept."
        yield Finding(State.BAD, "sending", "Telegram refused the token", fix)
    yield _waiting("inbox", facts.oldest_inbox, INBOX_STUCK, "unhandled", "Look in the logs for turn_failed.")
    yield _waiting("outbox", facts.oldest_outbox, OUTBOX_STUCK, "overdue", "Look in the logs for send_.")
    before = facts.quarantined_before
    why = f"{facts.quarantined} messages of the last day could not be handled, {before} before"
    yield _judge("quarantine", facts.quarantined > 0, why, "Look in the logs for _set_aside.")
    if facts.unknown_sends:
        why = f"nobody knows whether {facts.unknown_sends} messages of the last day arrived"
        yield Finding(State.LOOK, "unknown sends", why)


def _waiting(what: str, oldest: timedelta | None, limit: timedelta, verb: str, fix: str) -> Finding:
    if oldest is None:
        return Finding(State.WELL, what, "empty")
    return _judge(what, oldest > limit, f"the oldest message is {verb} for {span(oldest)}", fix)


def _people(facts: Facts) -> Iterator[Finding]:
    coaches = "1 coach" if facts.coaches == 1 else f"{facts.coaches} coaches"
    why = f"{coaches}, {facts.on_shift} on shift"
    if not facts.coaches:
        yield Finding(
            State.BAD, "coaches", "there is none", "foothold staff add coach --telegram-id N --name NAME"
        )
    elif facts.on_shift:
        yield Finding(State.WELL, "coaches", why)
    elif facts.shifts_next_day == 0:
        yield Finding(State.BAD, "coaches", f"{why}, and none on the rota for 24 hours", "Fill the rota.")
    else:
        yield Finding(State.LOOK, "coaches", why, "People are told so, and given lines that are open.")


def _reach(facts: Facts) -> Iterator[Finding]:
    fix = "Ask them to open the chat with the bot and write something."
    for name in facts.out_of_reach:
        yield Finding(State.BAD, "staff", f"{name} cannot be reached, and no alert gets to them", fix)
    for name in facts.never_wrote:
        yield Finding(
            State.LOOK, "staff", f"{name} has never written to the bot: it may not write first", fix
        )


def _helplines(facts: Facts) -> Iterator[Finding]:
    for country in facts.without_emergency_number:
        fix = "Add it to data/helplines.yaml."
        yield Finding(State.BAD, "helplines", f"no emergency number for {country}", fix)
    for name in facts.crisis_lines_expired:
        why = f"{name} is past its date and still shown"
        yield Finding(State.BAD, "helplines", why, "foothold helplines verify ID")
    for name in facts.helplines_expired:
        why = f"{name} is past its date and no longer shown"
        yield Finding(State.LOOK, "helplines", why, "foothold helplines verify ID")
    if facts.helplines_unverified:
        why = f"{facts.helplines_unverified} lines are not checked by you, and people are told so"
        yield Finding(State.LOOK, "helplines", why, "Ring them, then foothold helplines verify ID")


def _explanations(facts: Facts) -> Iterator[Finding]:
    where = "data/explained"
    for name in facts.explanations_expired:
        why = f"the source of {name} was read over a year ago, and it is not told any more"
        yield Finding(State.LOOK, where, why, "Read its source again and set the day.")
    if facts.explanations_unreviewed:
        why = f"{facts.explanations_unreviewed} texts about ways to get help have been signed by no clinician"
        yield Finding(State.LOOK, where, why, "Have them read, and write who and when under reviewed.")


def _keeping(facts: Facts) -> Iterator[Finding]:
    fix = "Set FOOTHOLD_MASTER_KEY_FILE to the key this database was made with."
    yield _judge("keys", not facts.master_key_opens, _opens(facts.master_key_opens), fix)
    if facts.audit_broken is not None:
        why = f"entry {facts.audit_broken} was changed, or one before it taken out"
        yield Finding(State.BAD, "audit", why, "Compare with the audit log of a backup from before.")
    broken = "; ".join(facts.integrity)
    full = facts.disk_free is not None and facts.disk_free < DISK_FULL
    fix = (
        "Make room on the disk, and ask again."  # on a full one SQLite cannot read either
        if full
        else "Stop the bot, keep a copy of the file, foothold restore the last backup."
    )
    yield _judge("database", bool(facts.integrity), broken or "whole", fix)
    if not facts.schema_current:
        why = "its tables belong to another version of Foothold"
        yield Finding(State.BAD, "database", why, "Start the version that belongs to it, or the newest.")
    if facts.clock_ahead is not None:
        off = abs(facts.clock_ahead)
        why = f"{span(off)} {'ahead of' if facts.clock_ahead > timedelta() else 'behind'} Telegram's"
        yield _judge("clock", off > CLOCK_OFF, why, "Turn on the machine's time synchronisation.")
    if facts.disk_free is not None:
        low = facts.disk_free < max(DISK_LEAST, 2 * facts.database_bytes)
        why = (
            f"{facts.disk_free / 2**30:.1f} GiB free beside a database of {facts.database_bytes / 2**30:.1f}"
        )
        yield _judge("disk", low, why, "Make room for at least twice the database, and 1 GiB.")
    old = facts.since_backup is None or facts.since_backup > BACKUP_OLD
    yield _judge("backup", old, f"the last was made {ago(facts.since_backup)}", "foothold backup")


def open_secret(variable: str, path: str) -> Finding:
    """A secret's file, named by an environment variable, that everybody on the machine may read."""
    why = f"the mode of {variable}'s file lets everybody on this machine read it"
    return Finding(State.LOOK, "secrets", why, f"chmod go= {shlex.quote(path)}")


def open_file(path: str) -> Finding:
    """The database or a backup, that everybody on the machine may read."""
    why = f"the mode of {path} lets everybody on this machine read it"
    return Finding(State.LOOK, "files", why, f"chmod go= {shlex.quote(path)}")


def _opens(opens: bool) -> str:
    return "the master key opens what is stored" if opens else "the master key does not open what is stored"


def _directory(facts: Facts) -> Iterator[Finding]:
    fix = "foothold directory import FILE --source NAME --programme aa --timezone Europe/London"
    real = [source for source in facts.sources if not source.fictional]
    if not real:
        yield Finding(State.BAD, "directory", "there are no real groups in it", fix)
    for source in real:
        since = source.since_success
        why = f"{source.name} last came in {ago(since)}"
        if since is None or since > SOURCE_HIDDEN:
            yield Finding(State.BAD, "directory", f"{why}; its groups are hidden", fix)
        else:
            yield Finding(State.LOOK if since > SOURCE_OLD else State.WELL, "directory", why)
    for source in facts.sources:
        if source.fictional:
            why = f"{source.name} is fictional, and hidden outside the demo"
            yield Finding(State.LOOK, "directory", why)


def ago(since: timedelta | None) -> str:
    """A duration up to now in words: "never", "12 s ago", "3 days ago"."""
    return "never" if since is None else f"{span(since)} ago"


def span(duration: timedelta) -> str:
    """A duration in its largest sensible unit, rounded down."""
    seconds = int(duration.total_seconds())
    for unit, size in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
