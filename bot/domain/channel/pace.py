"""How fast messages may leave: over all chats, in one chat, and with room kept for danger.

Telegram allows about 30 messages a second over all chats and one a second in one chat, with short bursts
(Bot API FAQ, "My bot is hitting limits").
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final

from bot.domain.ids import ChatId

CHAT_BURST: Final = 3
"""Messages that may follow each other at once in one chat, before one a second holds."""

_BURST: Final = 1 / 6
"""The part of one second's messages that may leave at once; the rest is spread over the second."""

_SHARE: Final = 0.8
"""The part of the whole that everything but danger may use: a broadcast leaves a fifth free."""

_MOST_CHATS: Final = 10_000
"""Chats remembered before those whose bucket is full are forgotten."""

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket, written as the moment at which it is full again.

    It holds `size` tokens and gains one every `every`: in a stretch of time t it gives away at most
    `size + t / every`.
    """

    size: int
    every: timedelta
    full_at: datetime = _BEGINNING

    def free_at(self, now: datetime) -> datetime:
        """When the next token can be taken (aware, UTC): `now` at the earliest.

        A clock that was set back does not make anybody wait for longer than an empty bucket would.
        """
        empty = now + self.size * self.every
        return max(now, min(self.full_at, empty) - (self.size - 1) * self.every)

    def taken(self, now: datetime) -> "Bucket":
        """The bucket with one token less."""
        empty = now + self.size * self.every
        return replace(self, full_at=min(max(self.full_at, now) + self.every, empty))

    def given_back(self) -> "Bucket":
        """The bucket with the token that was taken last."""
        return replace(self, full_at=self.full_at - self.every)


def per_second(rate: float) -> Bucket:
    """A bucket that gives away no more than `rate` (rounded up) in any one second."""
    size = max(1, int(rate * _BURST))
    return Bucket(size, _every(rate - size + 1))


def _every(rate: float) -> timedelta:
    return timedelta(microseconds=ceil(1_000_000 / rate))


class Pace:
    """The limits of one bot, in messages a second; 0 means no limit.

    Danger takes from the whole; everything else also from a share of it, so that danger always
    finds something left, and does not wait for its chat's turn.
    """

    def __init__(self, messages_per_second: float, per_chat_per_second: float) -> None:
        self._whole = per_second(messages_per_second) if messages_per_second else None
        self._share = per_second(messages_per_second * _SHARE) if messages_per_second else None
        self._new = Bucket(CHAT_BURST, _every(per_chat_per_second)) if per_chat_per_second else None
        self._chats: dict[ChatId, Bucket] = {}

    def may_send(self, chat: ChatId, now: datetime, *, urgent: bool) -> datetime | None:
        """None when one message may leave now, and it is counted as sent; else when to ask again (UTC)."""
        whole, share = self._whole, self._share
        own = self._chats.get(chat, self._new)
        free_at = whole.free_at(now) if whole else now
        if not urgent:
            free_at = max(self.calm_from(now), own.free_at(now) if own else now)
        if free_at > now:
            return free_at
        self._whole = whole and whole.taken(now)
        self._share = share if urgent else share and share.taken(now)
        if own:
            self._chats[chat] = own.taken(now)
            self._forget(now)
        return None

    def calm_from(self, now: datetime) -> datetime:
        """When anything but danger may leave, as far as all chats together go (UTC), from `now` on."""
        return max((bucket.free_at(now) for bucket in (self._whole, self._share) if bucket), default=now)

    def not_sent(self, chat: ChatId, *, urgent: bool) -> None:
        """A message that was counted as sent by `may_send` did not leave: the next may leave in its place."""
        self._whole = self._whole and self._whole.given_back()
        self._share = self._share if urgent else self._share and self._share.given_back()
        if chat in self._chats:
            self._chats[chat] = self._chats[chat].given_back()

    def _forget(self, now: datetime) -> None:
        if len(self._chats) > _MOST_CHATS:
            self._chats = {chat: bucket for chat, bucket in self._chats.items() if bucket.full_at > now}
