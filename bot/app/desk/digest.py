"""What happened last week, told to coordinators on Monday morning: numbers in fives, and nobody in them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.app.desk.measures import Board, Measures
from bot.app.operators import tell_coordinators
from bot.app.ports import Clock
from bot.domain.measures.period import Period
from bot.domain.measures.shown import FEW, Shown, added
from bot.domain.messages import Messages
from bot.domain.zones import local, moment
from bot.store.engine.transaction import Transaction
from bot.store.rota import rota_changes
from bot.store.store import Store

AT = time(9, 0)
LATE = timedelta(days=2)
"""After that last week is no news."""
_WEEK = timedelta(days=7)


class Digest:
    """The sweep that tells it, once for each week. `zone` is the service's."""

    def __init__(
        self, store: Store, clock: Clock, messages: Messages, measures: Measures, zone: ZoneInfo
    ) -> None:
        self._store = store
        self._clock = clock
        self._messages = messages
        self._measures = measures
        self._zone = zone
        self._told: date | None = None

    async def sweep(self) -> int:
        """Tell of last week when it is time; says whether it was, as 0 or 1."""
        now = self._clock.now()
        monday, due = self._last(now)
        if self._told == monday or now - due > LATE:
            return 0
        async with self._store.reading() as tx:
            told = await rota_changes.was_told(tx, _key(monday))
        if not told:
            board = await self._board(monday)
            async with self._store.transaction() as tx:
                if await rota_changes.note_told(tx, _key(monday), due + LATE, now):
                    await self._tell(tx, board, now)
        self._told = monday
        return int(not told)

    async def next_due(self, tx: Transaction) -> datetime | None:
        """When it is told next."""
        now = self._clock.now()
        monday, due = self._last(now)
        if now - due > LATE or await rota_changes.was_told(tx, _key(monday)):
            return moment(monday + _WEEK, AT, self._zone)
        return due

    async def _board(self, monday: date) -> Board:
        """Last week's; counted now, if the half-hourly look has not come to its end yet."""
        week = Period.holding("week", monday - timedelta(days=1))
        board = await self._measures.board(week)
        if board.counted is None or board.counted[1] < monday:
            await self._measures.tick()
            board = await self._measures.board(week)
        return board

    def _last(self, now: datetime) -> tuple[date, datetime]:
        """The last Monday on which it was nine, and that moment."""
        today = local(now, self._zone).date()
        monday = today - timedelta(days=today.weekday())
        if moment(monday, AT, self._zone) > now:
            monday -= _WEEK
        return monday, moment(monday, AT, self._zone)

    async def _tell(self, tx: Transaction, board: Board, now: datetime) -> None:
        reach, humans = board.figure("reach"), board.figure("humans").now
        if reach.now.empty:
            return
        reached = added(humans.column_sums[name] for name in ("m5", "m15", "longer"))
        await tell_coordinators(
            tx,
            self._messages,
            now,
            _key(board.period.after),
            "coordinator_digest",
            week=board.period.title.removeprefix("Week of "),
            conversations=_said(reach.now.total),
            before=_said(reach.before.total),
            people=_said(board.figure("people").now.total),
            asked=_said(humans.total),
            reached=_said(reached),
            unmet=_said(board.where.now.total),
        )


def _said(one: Shown) -> str:
    return f"under {FEW}" if one.number is None else one.said


def _key(monday: date) -> str:
    return f"digest:{monday.isoformat()}"
