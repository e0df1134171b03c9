"""Messages that wait to be sent, a lane for each chat; chats that are owed nothing but nudges are kept apart.

At nine in the morning thousands of check-ins wait: what is more urgent must not be looked for among them.
"""

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta

from bot.domain.channel.outgoing import SendClass
from bot.domain.ids import ChatId, OutboxId
from bot.store.conversing.outbox import Queued

Lanes = dict[ChatId, deque[Queued]]


class Waiting:
    """The lanes. Within a chat everything leaves in order; it is as urgent as the most urgent it is owed."""

    def __init__(self) -> None:
        self._urgent: Lanes = {}
        self._nudges: Lanes = {}

    def add(self, item: Queued) -> None:
        """Put an item where its number belongs in its chat's lane."""
        if item.send_class is not SendClass.NUDGE and item.chat in self._nudges:
            self._urgent[item.chat] = self._nudges.pop(item.chat)
        calm = item.send_class is SendClass.NUDGE and item.chat not in self._urgent
        lane = (self._nudges if calm else self._urgent).setdefault(item.chat, deque())
        place = len(lane)
        while place and lane[place - 1].id > item.id:
            place -= 1
        lane.insert(place, item)

    def ids(self) -> Iterator[OutboxId]:
        """Of everything that is here."""
        for lane in (*self._urgent.values(), *self._nudges.values()):
            for item in lane:
                yield item.id

    def drop(self, item: Queued) -> bool:
        """Take an item out; True when its chat is owed nothing more."""
        for lanes in (self._urgent, self._nudges):
            lane = lanes.get(item.chat)
            if lane is None:
                continue
            kept = deque(other for other in lane if other.id != item.id)
            if kept:
                lanes[item.chat] = kept
                return False
            del lanes[item.chat]
            return True
        return False

    def move(self, chat: ChatId, to: ChatId) -> None:
        """The chat has a new id."""
        lane = self._urgent.pop(chat, None) or self._nudges.pop(chat, None) or ()
        for item in lane:
            self.add(replace(item, chat=to))

    def set_back(self, by: timedelta) -> None:
        """The clock was set back by so much: nothing waits for longer on that account."""
        for lanes in (self._urgent, self._nudges):
            for chat, lane in lanes.items():
                lanes[chat] = deque(
                    replace(item, created_at=item.created_at - by, not_before=item.not_before - by)
                    for item in lane
                )

    def candidates(self, busy: Collection[ChatId], unsettled: Collection[ChatId]) -> Iterator[Queued]:
        """The next item of each chat that has none under way.

        Those with danger come first, then alerts and lines of a talk, then answers; nudges come last.
        """
        calm: list[Queued] = []
        talks: list[Queued] = []
        for chat, lane in self._urgent.items():
            if chat in busy or chat in unsettled:
                continue
            alarm = next((item for item in lane if item.send_class is SendClass.DANGER), None)
            if alarm is not None:
                yield alarm
            elif lane[0].send_class is SendClass.HANDOFF:
                talks.append(lane[0])
            else:
                calm.append(lane[0])
        yield from talks
        yield from calm
        for chat, lane in self._nudges.items():
            if chat not in busy and chat not in unsettled:
                yield lane[0]
