"""The rota written in a file: every weekly shift and rotation, in place of those before."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.app.conversing.receiving import CHANNEL
from bot.app.rota.rota_by_hand import Refused, day_named, time_named
from bot.domain.ids import ChatId, PersonId, ShiftId
from bot.domain.rota.shifts import Rotation, Shift
from bot.store.conversing import people
from bot.store.engine.transaction import Transaction
from bot.store.rota import rota_changes, rotas

_SHIFT = frozenset({"coach", "day", "from", "to"})
_ROTATION = frozenset({"coaches", "days", "from", "to", "since"})
_MAY = {"shift": frozenset[str](), "rotation": frozenset({"weeks"})}
_WANTED = {"shift": _SHIFT, "rotation": _ROTATION}


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much there is on the rota now."""

    shifts: int
    rotations: int


class Mistakes(ValueError):
    """What is wrong with the file, a line each; nothing was changed."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


async def load(tx: Transaction, text: str) -> Loaded:
    """Put what the file says on the rota instead of what is there; one-off changes and leave stay.

    `[[shift]]` has coach (a Telegram id), day, from, to; `[[rotation]]` coaches, days, from, to, since, and
    may have weeks. Times are wall times of the service's zone. Raises Mistakes.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise Mistakes([f"This is no TOML file: {wrong}"]) from wrong
    wrong_names = [
        f'"{name}" is not known here: write [[shift]] or [[rotation]]' for name in found.keys() - _WANTED
    ]
    read: list[Shift | Rotation] = []
    mistakes = wrong_names
    for kind in _WANTED.keys() & found.keys():
        entries = found[kind] if isinstance(found[kind], list) else [found[kind]]
        for number, entry in enumerate(entries, 1):
            try:
                read.append(await _read(tx, kind, entry))
            except Refused as refused:
                mistakes.append(f"{kind} {number}: {refused}")
    if mistakes:
        raise Mistakes(mistakes)
    return await put(tx, read)


async def put(tx: Transaction, read: Sequence[Shift | Rotation]) -> Loaded:
    """All that repeats on the rota is this from now on. Raises Mistakes where it is nothing at all."""
    if not read:
        raise Mistakes(["There is no shift in it, so the rota stays as it is."])
    rotas.clear(tx)
    rota_changes.clear_rotations(tx)
    for one in read:
        if isinstance(one, Shift):
            await rotas.add_shift(tx, one.coach, one.weekday, one.start, one.end)
        else:
            await rota_changes.add_rotation(
                tx, one.coaches, one.weekdays, one.start, one.end, one.since, one.weeks
            )
    shifts = sum(isinstance(one, Shift) for one in read)
    return Loaded(shifts, len(read) - shifts)


async def _read(tx: Transaction, kind: str, entry: object) -> Shift | Rotation:
    if not isinstance(entry, Mapping):
        raise Refused(f"write it as [[{kind}]] with its keys below")
    missing, extra = _WANTED[kind] - entry.keys(), entry.keys() - _WANTED[kind] - _MAY[kind]
    if missing or extra:
        raise Refused("; ".join([*(f"{key} is missing" for key in sorted(missing)),
                                 *(f'"{key}" is not known here' for key in sorted(extra))]))  # fmt: skip
    start, end = time_named(str(entry["from"])), time_named(str(entry["to"]))
    if kind == "shift":
        return Shift(ShiftId(0), await _coach(tx, entry["coach"]), day_named(str(entry["day"])), start, end)
    return Rotation(
        ShiftId(0),
        tuple([await _coach(tx, one) for one in _list(entry["coaches"], "coaches")]),
        frozenset(day_named(str(day)) for day in _list(entry["days"], "days")),
        start,
        end,
        _since(entry["since"]),
        _weeks(entry.get("weeks", 1)),
    )


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise Refused(f"{name} must be a list with at least one entry")
    return value


def _since(value: object) -> date:
    if type(value) is not date:
        raise Refused("since must be a date, such as 2026-11-23 without quotes")
    return value


def _weeks(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 52:
        raise Refused("weeks must be a number from 1 to 52")
    return value


async def _coach(tx: Transaction, value: object) -> PersonId:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused(f"{value!r} is no Telegram id: write the number without quotes")
    return await coach_with_id(tx, value)


async def coach_with_id(tx: Transaction, value: int) -> PersonId:
    """Whose Telegram id this is, if they are a coach. Raises Refused."""
    person = await people.by_chat(tx, CHANNEL, ChatId(value))
    if person is None or "coach" not in person.roles:
        raise Refused(f"{value} is no coach's id")
    return person.id
