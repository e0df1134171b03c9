"""Scripts of misfortune: what goes wrong, for which call, and whether before or after it took effect."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, Literal

Action = Literal["status", "delay", "hang", "garbage", "null", "reset", "duplicate", "again", "shuffle"]
When = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule; the first that fits a call decides it (delays add up with it).

    method: a Bot API method, "*" for any, or "webhook" for deliveries. chat: only calls to that chat.
    nth: only these of the calls that fit (from 1). every: each nth of them. chance: with this probability.
    times: at most so often. Actions: status (with `status`, `description`, `retry_after`, `body`) · delay
    (`seconds`) · hang (for `seconds`, or until the caller leaves) · garbage (`body`) · null (`result: null`,
    always after doing) · reset (the connection is cut) · for getUpdates and webhook: duplicate (each update
    twice) · for getUpdates: again (what was confirmed last comes once more), shuffle (out of order).
    """

    action: Action
    method: str = "*"
    chat: int | None = None
    nth: tuple[int, ...] = ()
    every: int = 0
    chance: float = 1.0
    times: int | None = None
    when: When = "before"
    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    migrate_to_chat_id: int | None = None
    seconds: float | None = None
    body: str = "<html><body>502 Bad Gateway</body></html>"

    @staticmethod
    def read(rule: dict[str, Any]) -> "Fault":
        """A rule from JSON; raises `ValueError` for an unknown key."""
        known = {field.name for field in fields(Fault)}
        if unknown := set(rule) - known:
            raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
        nth = rule.get("nth", ())
        return Fault(**{**rule, "nth": (nth,) if isinstance(nth, int) else tuple(nth)})


@dataclass(slots=True)
class _Rule:
    fault: Fault
    seen: int = 0
    used: int = 0


@dataclass(slots=True)
class Faults:
    """The script in force. With the same seed and the same calls, the same things go wrong."""

    seed: int = 0
    _rules: list[_Rule] = field(default_factory=list)
    _random: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311

    def set(self, faults: Iterable[Fault], seed: int | None = None) -> None:
        """Replace the script; the counting starts anew."""
        if seed is not None:
            self.seed = seed
        self._random = random.Random(self.seed)  # noqa: S311
        self._rules = [_Rule(fault) for fault in faults]

    def add(self, *faults: Fault) -> None:
        """Add rules to the script."""
        self._rules += [_Rule(fault) for fault in faults]

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._rules = []

    @property
    def quiet(self) -> bool:
        """Whether there is no script."""
        return not self._rules

    def strike(self, method: str, chat: int | None) -> list[Fault]:
        """What befalls this call: any delays, and at most one rule of another kind."""
        struck: list[Fault] = []
        for rule in self._rules:
            if self._fits(rule, method, chat):
                rule.used += 1
                struck.append(rule.fault)
                if rule.fault.action != "delay":
                    break
        return struck

    def _fits(self, rule: _Rule, method: str, chat: int | None) -> bool:
        fault = rule.fault
        if fault.method != method and (fault.method != "*" or method == "webhook"):
            return False
        if fault.chat is not None and fault.chat != chat:
            return False
        if fault.times is not None and rule.used >= fault.times:
            return False
        rule.seen += 1
        if fault.nth and rule.seen not in fault.nth:
            return False
        if fault.every and rule.seen % fault.every:
            return False
        return fault.chance >= 1 or self._random.random() < fault.chance

    def shuffled(self, updates: list[Any]) -> list[Any]:
        """The same updates in another order, where there is more than one."""
        mixed = updates[:]
        while len(mixed) > 1 and mixed == updates:
            self._random.shuffle(mixed)
        return mixed
