"""What somebody with a phone does next: a person of a kind, or somebody of staff."""

import random
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from bot.sandbox import Phone
from bot.season.people import (
    AFTER_A_TALK,
    ANSWERS,
    COACH_SAYS,
    DANGER_ASKED,
    IN_A_TALK,
    IN_DANGER,
    NEVER_PRESSED,
    SHARES,
    Kind,
)

Script = Iterator[timedelta]
"""What somebody does, yielding how long they wait before they do the next thing."""

_FROM_A_COACH = re.compile(r"\w+ \w+ \d\d: ")
_WORDS_IN_A_TALK = 6
_IN_DANGER_TODAY = 0.03
"""On how many of their visits people say that they are in danger when they are asked."""
_AGAIN = frozenset({"Done", "Yes", "Skip", "Another ten"})
_WITH_THEM = "I'm with them"
_CLAIM = (_WITH_THEM, "I'll take it")
_THEIRS = "Write here, and they read it"
_OVER = "Their messages are being removed here"
_SCALE = frozenset("123")
_YES = (
    "I'm ready", "I'll be there", "I'm here", "Yes, four more hours", "Yes, all well", "Yes, I'll be there",
    "Yes, I can", "Still right",
)  # fmt: skip


@dataclass(slots=True)
class Actor:
    """Somebody with a phone."""

    phone: Phone
    by: random.Random
    kind: Kind | None = None
    silent: bool = False
    """A coach who takes requests and then says nothing."""
    seen: int = 0
    """The newest message that was read."""
    to_say: int = 0
    """In a talk: how many answers more."""
    busy: bool = False
    """In the middle of doing something: what comes meanwhile is not answered on its own."""

    endangered: bool = False
    """On this visit, where they are asked."""
    pressed: set[str] = field(default_factory=set)
    """On this visit: most is pressed once."""

    def reads(self, *, asleep: bool) -> Script | None:
        """What somebody does about what is new on their phone, if anything; `asleep`: as most are now."""
        new = [one for one in self.phone.messages if one.by_bot and one.id > self.seen]
        self.seen = max((one.id for one in new), default=self.seen)
        labels = {label for one in new for label in one.labels}
        if self.kind is None:
            away = self.busy or (asleep and self.by.random() < 0.85)
            wanted = next((label for label in (*_CLAIM, *_YES) if label in labels), "") or self._chosen(
                AFTER_A_TALK, labels
            )
            return self.works(wanted) if wanted and not away else None
        for one in new:
            said = _FROM_A_COACH.match(one.text)
            self.to_say = _WORDS_IN_A_TALK if " is a coach" in one.text else self.to_say if said else 0
        if self.to_say:
            self.to_say -= 1
            return self.replies()
        return None if self.busy or labels.isdisjoint(label for label, _ in ANSWERS) else self.answers()

    def visit(self) -> Script:
        """A person writes, and goes as far as somebody of their kind does."""
        kind = self.kind
        assert kind is not None
        self.busy = True
        self.pressed.clear()
        self.endangered = kind.weight <= 3 or self.by.random() < _IN_DANGER_TODAY
        self.phone.says(self.by.choice(kind.opens))
        for _ in range(self.by.randint(kind.steps // 2, kind.steps)):
            yield self._soon(8, 70)
            if self.to_say or not self._step(kind):
                return

    def answers(self) -> Script:
        """A person reads what the bot wrote of itself, later; most of them answer."""
        in_one_go = set(self.phone.buttons) >= _SCALE
        yield self._soon(5, 40) if in_one_go else self._soon(120, 9000)
        wanted = self._chosen(ANSWERS, self.phone.buttons)
        if not wanted or (not in_one_go and self.by.random() > 0.75):
            return
        self._press(wanted)
        while True:  # it is asked on
            yield self._soon(6, 40)
            labels = self._may_press(self.phone.messages[-1].labels)
            asked = [one for one in labels if one != "Talk to someone"]
            if not asked or (not set(asked) >= _SCALE and self.by.random() > 0.8):
                return
            self._press(self._chosen(ANSWERS, asked) or self.by.choice(asked))

    def replies(self) -> Script:
        """A person in a talk writes back."""
        yield self._soon(15, 90)
        if self.to_say:
            self.phone.says(self.by.choice(IN_A_TALK))

    def works(self, label: str) -> Script:
        """Somebody of staff answers a request, a page or a question of the bot's with that button."""
        yield self._soon(20, 400)
        if (label in _CLAIM and self.by.random() < 0.2) or (label == _WITH_THEM and self.silent):
            return
        self._press(label)
        for _ in range(2 if label in dict(AFTER_A_TALK) else 0):  # the message asks on by itself
            yield self._soon(3, 15)
            self._press(self._chosen(AFTER_A_TALK, self.phone.buttons))
        if label not in _CLAIM or self.silent:
            return
        yield self._soon(2, 5)
        if _THEIRS not in " ".join(one.text for one in self.phone.messages[-4:]):
            return  # somebody else was faster
        begun = self.phone.messages[-1].id
        for words in self.by.sample(COACH_SAYS, self.by.randint(2, 4)):
            yield self._soon(40, 200)
            if any(_OVER in one.text for one in self.phone.messages if one.id > begun):
                return
            self.phone.says(words)
            if label == _WITH_THEM and self.by.random() < 0.7:
                yield self._soon(40, 90)
                self.phone.says("safe")
                label = ""
        yield self._soon(120, 500)
        self.phone.says("end")

    def _step(self, kind: Kind) -> bool:
        """One press or one message; False when there is nothing more to do."""
        never = self.pressed - _AGAIN
        labels = [one for one in self._may_press(self.phone.buttons) if one not in never]
        wished = [one for one in labels if one.startswith((*kind.presses, *SHARES))]
        standing = [one.text for one in self.phone.messages if one.by_bot]
        if not standing:
            return False  # they have hidden the chat, and leave
        asked = standing[-1].lower()
        if "postcode" in asked or "nearest town" in asked:
            self.phone.says(self.by.choice(kind.places))
        elif wished and self.by.random() < 0.9:
            self._press(min(wished, key=lambda one: (self._rank(kind, one), self.by.random())))
        elif set(labels) <= {"Skip", "Talk to someone"} and labels:
            self.phone.says(self.by.choice(kind.words))
        elif others := [one for one in labels if one != "Talk to someone"]:
            self._press(self.by.choice(others))
        else:
            return False
        return True

    def _may_press(self, labels: Iterable[str]) -> list[str]:
        """Those that are neither pressed by nobody nor say a danger that is not theirs on this visit."""
        said = next((one.text for one in reversed(self.phone.messages) if one.by_bot), "")
        calm = [one for one in labels if not one.startswith(NEVER_PRESSED)]
        if self.endangered:
            return calm
        asked = any(part in said for part in DANGER_ASKED)
        return [one for one in calm if not one.startswith(IN_DANGER) and not (asked and one == "Yes")]

    def _chosen(self, weighed: Sequence[tuple[str, int]], labels: Collection[str]) -> str:
        """One of those that can be pressed, by their weights; "" for none."""
        there = [(label, weight) for label, weight in weighed if label in labels]
        return self.by.choices(*zip(*there, strict=True))[0] if there else ""

    def _rank(self, kind: Kind, label: str) -> int:
        """Somewhat at random, so that not all go the same way."""
        place = next(n for n, one in enumerate((*kind.presses, *SHARES)) if label.startswith(one))
        return place + self.by.randint(0, 6)

    def _press(self, label: str) -> None:
        with suppress(LookupError):  # taken away meanwhile: somebody else was faster, or it is too late
            self.phone.presses(label)
            self.pressed.add(label)

    def _soon(self, least: int, most: int) -> timedelta:
        return timedelta(seconds=self.by.randint(least, most))
