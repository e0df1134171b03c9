"""Values of known classes as lines of JSON and back: what took long to work out need not be worked out twice.

Nothing but the classes that are named by whoever thaws can come of a text: it is data, not a program.
"""

import json
import re
from array import array
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

Kinds = Mapping[str, type]
Plain = str | int | float | bool | None
Entry = list[Any]
A_LINE = 256
"""Entries read at once: all at once would take ten times the memory while they are read."""


class CannotFreeze(TypeError):
    """A value of a kind that is not known here."""


class CannotThaw(ValueError):
    """A text that no value was frozen to."""


def kinds_of(classes: Iterable[type]) -> Kinds:
    """Classes by the names they have in a text. Raises ValueError where two have one name."""
    kinds: dict[str, type] = {}
    for kind in classes:
        if kinds.setdefault(kind.__name__, kind) is not kind:
            raise ValueError(f"two kinds are called {kind.__name__}")
    return kinds


def freeze(value: object, kinds: Kinds, without: Mapping[type, frozenset[str]] | None = None) -> list[str]:
    """An object as lines of entries, each made of atoms and of entries before it; its own is the last.

    Equal entries are one. `without` names attributes that are left behind. Raises CannotFreeze for anything
    but atoms, tuples, frozen sets, lists, dicts, arrays, bytes, timedeltas, patterns and objects of `kinds`.
    """
    freezer = _Freezer(kinds, without or {})
    freezer.put(value)
    entries = freezer.entries
    return [f"[{','.join(entries[at : at + A_LINE])}]" for at in range(0, len(entries), A_LINE)]


def thaw(lines: Iterable[str], kinds: Kinds) -> Any:
    """What was frozen. Raises CannotThaw."""
    things: list[Any] = []
    makers = dict(_MAKERS)
    once = dict[str, str]().setdefault
    try:
        for line in lines:
            for kind, *parts in json.loads(line):
                maker = makers.get(kind) or makers.setdefault(kind, _maker(kinds, kind))
                # a list of one is the number of a thing before it; of equal words one is enough
                made = [
                    things[p[0]] if type(p) is list else once(p, p) if type(p) is str else p for p in parts
                ]
                things.append(maker(made))
        return things[-1]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as wrong:
        raise CannotThaw(f"not what was frozen: {type(wrong).__name__}") from wrong


class _Freezer:
    def __init__(self, kinds: Kinds, without: Mapping[type, frozenset[str]]) -> None:
        self._names = {kind: name for name, kind in kinds.items()}
        self._without = without
        self._kept: list[object] = []
        self._by_id: dict[int, list[int]] = {}
        self._same: dict[str, list[int]] = {}
        self.entries: list[str] = []

    def put(self, value: object) -> Plain | list[int]:
        """An atom, or where its entry stands."""
        if value is None or type(value) in (str, int, float, bool):
            return value  # type: ignore[return-value]
        if id(value) not in self._by_id:
            entry = json.dumps(self._entry(value), separators=(",", ":"), ensure_ascii=False)
            self._kept.append(value)  # else another may get its id
            if entry not in self._same or isinstance(value, dict | list):
                self._same[entry] = [len(self.entries)]
                self.entries.append(entry)
            self._by_id[id(value)] = self._same[entry]
        return self._by_id[id(value)]

    def _entry(self, value: object) -> Entry:
        if type(value) in (tuple, list):
            return [type(value).__name__, *map(self.put, value)]  # type: ignore[call-overload]
        if type(value) is frozenset:
            return ["frozenset", *sorted(map(self.put, value), key=json.dumps)]
        if type(value) is dict:
            return ["dict", *(self.put(part) for pair in value.items() for part in pair)]
        if type(value) is array:
            return ["array", value.typecode, b64encode(value.tobytes()).decode()]
        if type(value) is bytes:
            return ["bytes", b64encode(value).decode()]
        if type(value) is timedelta:
            return ["timedelta", value.days, value.seconds, value.microseconds]
        if isinstance(value, re.Pattern):
            return ["pattern", value.pattern, value.flags]
        if type(value) in self._names:
            left = self._without.get(type(value), frozenset())
            fields = {name: part for name, part in _fields(value) if name not in left}
            return [f"{self._names[type(value)]} {' '.join(fields)}", *map(self.put, fields.values())]
        raise CannotFreeze(f"{type(value).__name__} is no kind to be frozen")


def _fields(value: object) -> Iterator[tuple[str, object]]:
    """Names and values of what an object holds, in slots or not."""
    if isinstance(value, BaseModel):
        yield from value.__dict__.items()
        return
    slots = {name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())}
    for name in sorted(slots | set(getattr(value, "__dict__", ()))):
        if hasattr(value, name):
            yield name, getattr(value, name)


def _maker(kinds: Kinds, shape: str) -> Callable[[list[Any]], object]:
    """What makes objects of one shape: a class's name and the names of its attributes."""
    name, *names = shape.split(" ")
    kind = kinds[name]
    if issubclass(kind, BaseModel):
        return lambda made: kind.model_construct(**dict(zip(names, made, strict=True)))
    set_one = object.__setattr__  # a frozen dataclass refuses its own

    def make(made: list[Any]) -> object:
        thing = kind.__new__(kind)
        for attribute, part in zip(names, made, strict=True):
            set_one(thing, attribute, part)
        return thing

    return make


_MAKERS: Mapping[str, Any] = {
    "tuple": tuple,
    "list": list,
    "frozenset": frozenset,
    "dict": lambda made: dict(zip(made[::2], made[1::2], strict=True)),
    "array": lambda made: array(made[0], b64decode(made[1])),
    "bytes": lambda made: b64decode(made[0]),
    "timedelta": lambda made: timedelta(*made),
    "pattern": lambda made: re.compile(*made),
}
