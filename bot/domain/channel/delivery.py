"""What may have become of a message that was handed to the channel, and what is to be done next.

The table is docs: "Outcome of a send". Telegram has no idempotency key, so an unknown send is repeated only
where silence would be worse than saying it twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from bot.domain.channel.outgoing import SendClass, Text
from bot.domain.ids import ChatId, MessageId

MOST_CHARACTERS: Final = 4096
"""A message's greatest length, in UTF-16 units (Bot API, sendMessage)."""

_LONGEST_DANGER_WAIT: Final = timedelta(seconds=10)
_SECOND_POLLER: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited between tries, and how often what nobody knows about is sent again.

    `tries` holds for what must arrive; a reply is repeated once, a nudge never.
    """

    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(seconds=60)
    doubt: timedelta = timedelta(seconds=10)
    tries: int = 3


_PATIENCE: Final = Patience()


@dataclass(frozen=True, slots=True)
class Delivered:
    """It arrived, as this message; None where the channel gives no number (a deletion)."""

    message_id: MessageId | None = None


@dataclass(frozen=True, slots=True)
class NotSentYet:
    """It never left this machine. `why` is a short word for the log, never content."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class Parked:
    """Refused for now: this chat takes nothing before `retry_after` has passed."""

    retry_after: timedelta


@dataclass(frozen=True, slots=True)
class UnknownOutcome:
    """It may have arrived and may not: also when the program died after claiming it.

    `said_ok`: the channel called it done, and not what it came to, so that it most likely arrived.
    """

    why: str = ""
    said_ok: bool = False


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """It will never arrive: blocked, deactivated, no such chat."""

    reason: str


@dataclass(frozen=True, slots=True)
class PlainTextOnce:
    """Refused because of its markup: nothing arrived."""


@dataclass(frozen=True, slots=True)
class TooLong:
    """Refused for its length, which is our fault."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused for another fault of ours, or because what it speaks of is gone; trying again cannot help."""

    reason: str


@dataclass(frozen=True, slots=True)
class AsGoodAsDone:
    """The state that was asked for already holds, or no longer matters."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class Migrated:
    """Not sent: the chat has a new id."""

    to: ChatId


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """401 or 404: the token is wrong, or something stands between us and Telegram."""

    why: str = ""


@dataclass(frozen=True, slots=True)
class SecondPoller:
    """409: somebody else polls with our token, or a webhook is set."""


Outcome = (
    Delivered
    | NotSentYet
    | Parked
    | UnknownOutcome
    | Undeliverable
    | PlainTextOnce
    | TooLong
    | Refused
    | AsGoodAsDone
    | Migrated
    | Misconfigured
    | SecondPoller
)


@dataclass(frozen=True, slots=True)
class Done:
    """Final: it is there."""

    message_id: MessageId | None = None


@dataclass(frozen=True, slots=True)
class Forget:
    """Final: nobody needs to know whether it arrived."""


@dataclass(frozen=True, slots=True)
class KeepUnknown:
    """Final: kept as `unknown` and shown, because it may not be said twice (again).

    `said_ok`: it most likely arrived, each time.
    """

    said_ok: bool = False


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again at `at` (UTC).

    `marked`: say that it is sent again in case. `park`: nothing else goes to this chat before
    `at`. `plain`: without markup. `to`: the chat's new id.
    """

    at: datetime
    marked: bool = False
    park: bool = False
    plain: bool = False
    to: ChatId | None = None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Final: mark the person unreachable, pause their slots, tell the coordinator."""

    reason: str


@dataclass(frozen=True, slots=True)
class Split:
    """Final for this one: put `split` of it in its place, and raise an alarm."""


@dataclass(frozen=True, slots=True)
class Fail:
    """Final: it cannot be sent, raise an alarm."""

    reason: str


@dataclass(frozen=True, slots=True)
class StopSender:
    """Send nothing to anybody, keep everything pending, raise an alarm, say not ready."""

    why: str


Step = Done | Forget | KeepUnknown | Retry | Unreachable | Split | Fail | StopSender


def next_step(
    outcome: Outcome,
    send_class: SendClass,
    attempt: int,
    now: datetime,
    jitter: float,
    *,
    doubts: int | None = None,
    plain: bool = False,
    patience: Patience = _PATIENCE,
) -> Step:
    """Decide what follows one try at sending.

    `attempt`: which try this was, from 1. `now`: aware UTC. `jitter`: a number from 0 up to 1 that
    spreads the retries of many. `doubts`: how many tries, this one included, ended unknown (left
    out: as many as there were attempts). `plain`: this try already went without markup. `patience`:
    the operator's waits.
    """
    match outcome:
        case Delivered(message_id):
            return Done(message_id)
        case AsGoodAsDone():
            return Done()
        case NotSentYet():
            return Retry(now + backoff(attempt, jitter, _hurried(patience, send_class)))
        case Parked(retry_after):
            return Retry(now + retry_after, park=True)
        case UnknownOutcome(_, said_ok):
            return _in_doubt(send_class, attempt if doubts is None else doubts, now, patience, said_ok)
        case Undeliverable(reason):
            return Unreachable(reason)
        case PlainTextOnce():
            return Fail("markup") if plain or attempt > 1 else Retry(now, plain=True)
        case TooLong():
            return Split()
        case Refused(reason):
            return Fail(reason)
        case Migrated(to):
            return Retry(now, to=to)
        case Misconfigured(why):
            return StopSender(why)
        case SecondPoller():
            return StopSender("a second poller")
        case _:
            assert_never(outcome)


def _in_doubt(send_class: SendClass, doubts: int, now: datetime, patience: Patience, said_ok: bool) -> Step:
    """What must arrive is repeated, what may not repeat is kept, what is replaceable is forgotten.

    Danger goes again at once; should that be unknown as well, the way is broken, and the further
    tries wait like the others.
    """
    match send_class:
        case SendClass.REPLACEABLE:
            return Forget()
        case SendClass.NUDGE:
            return KeepUnknown()
        case SendClass.REPLY:
            return Retry(now + patience.doubt) if doubts <= min(1, patience.tries) else KeepUnknown(said_ok)
        case SendClass.HANDOFF if doubts <= patience.tries:
            return Retry(now + patience.doubt, marked=True)
        case SendClass.DANGER if doubts <= patience.tries:
            return Retry(now if doubts <= 1 else now + patience.doubt)
        case _:
            return KeepUnknown(said_ok)


def _hurried(patience: Patience, send_class: SendClass) -> Patience:
    if send_class is not SendClass.DANGER:
        return patience
    return replace(patience, longest=min(patience.longest, _LONGEST_DANGER_WAIT))


def backoff(attempt: int, jitter: float, patience: Patience = _PATIENCE) -> timedelta:
    """How long to wait after the `attempt`-th failure in a row, from 1: doubling up to the longest.

    `jitter`, from 0 up to 1, takes away up to half of it, never more than leaves the first wait.
    """
    doublings = min(max(attempt, 1) - 1, 16)
    whole = min(patience.longest, patience.first * float(1 << doublings))
    return max(min(patience.first, whole), whole * (1 - jitter / 2))


def next_poll(outcome: Outcome, failures: int, now: datetime, jitter: float) -> datetime:
    """When to ask for updates again (UTC) after a poll that failed for the `failures`-th time in a row.

    No failure ends polling: one 404 from a proxy, or a token put right meanwhile, must not leave a
    program that looks alive and hears nobody.
    """
    match outcome:
        case Parked(retry_after):
            return now + retry_after
        case SecondPoller():
            return now + _SECOND_POLLER
        case _:
            return now + backoff(failures, jitter)


def units(text: str) -> int:
    """A text's length as Telegram counts it, in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def split(body: Text) -> tuple[Text, ...]:
    """The same words in messages that are short enough; the buttons go with the last.

    Cut at an empty line, else a line's end, else a space, else anywhere.
    """
    pieces: list[str] = []
    rest = body.text
    while units(rest) > MOST_CHARACTERS:
        cut = _cut(rest)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    pieces = [piece for piece in (*pieces, rest) if piece]
    bare = replace(body, rows=(), ask_location="")
    return (
        *(replace(bare, text=piece) for piece in pieces[:-1]),
        replace(body, text=pieces[-1] if pieces else ""),
    )


def _cut(text: str) -> int:
    """The last good place to cut, among as many characters as one message takes."""
    fits = MOST_CHARACTERS
    while units(text[:fits]) > MOST_CHARACTERS:
        fits -= max(1, (units(text[:fits]) - MOST_CHARACTERS) // 2)
    for between in ("\n\n", "\n", " "):
        at = text.rfind(between, fits // 2, fits)
        if at > 0:
            return at + len(between)
    return fits
