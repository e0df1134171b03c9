"""Doctor: gathers, from beside a running service, what `bot.domain.keeping.doctor` judges."""

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app.library import files
from bot.app.library.helplines import helplines_today
from bot.app.staffing.staff_names import called
from bot.domain.directory.helplines import Helplines
from bot.domain.keeping.doctor import Facts, Finding, SourceAge, State, diagnose
from bot.domain.oncall.duty import roster
from bot.domain.rota.shifts import Rota
from bot.settings import Settings
from bot.settings.kinds import secret_text
from bot.store.conversing import inbox, outbox, people
from bot.store.directory import entries_by_hand, sources
from bot.store.engine import condition
from bot.store.engine.sqlite import open_sqlite
from bot.store.engine.transaction import Transaction
from bot.store.engine.unusable import said_plainly
from bot.store.keeping import heartbeat, keys
from bot.store.keeping.backup import newest_backup
from bot.store.keeping.keys import Fit
from bot.store.keeping.vault import Vault
from bot.store.rota import rotas
from bot.store.staffing import audit
from bot.store.store import Store

_A_DAY = timedelta(days=1)

TelegramDate = Callable[[], Awaitable[datetime | None]]
"""Asks for the Date of Telegram's answer (aware, UTC); None when it cannot be reached."""


@dataclass(frozen=True, slots=True)
class Where:
    """What doctor looks at. `database` is the SQLite file, None with PostgreSQL; after `lapse`, /on ends."""

    database: Path | None
    backups: Path
    zone: ZoneInfo
    countries: tuple[str, ...]
    lapse: timedelta

    @classmethod
    def of(cls, settings: Settings) -> "Where":
        """As the settings say."""
        return cls(
            settings.database.sqlite_path,
            Path(settings.database.backup_dir),
            ZoneInfo(settings.service.zone),
            (settings.service.country,),
            timedelta(hours=settings.handoff.duty_lapse_hours),
        )


async def unknown_date() -> datetime | None:
    """For where nobody asks Telegram."""
    return None


async def examine(
    settings: Settings,
    vault: Vault,
    lines: Helplines,
    now: datetime,
    telegram_date: TelegramDate = unknown_date,
) -> list[Finding]:
    """Open the database as it is, changing nothing, and say how everything stands.

    Works while the service runs and while it does not. `doctor.exit_code` makes the exit code of it.
    Raises Unusable where PostgreSQL does not answer, or has no tables of ours.
    """
    where = Where.of(settings)
    if where.database is None:
        from bot.store.engine.postgres import open_postgres  # noqa: PLC0415 - psycopg is an optional extra

        password = secret_text(settings.database.password)
        with said_plainly("PostgreSQL"):
            store = await open_postgres(settings.database.url, vault, password, locked=True)
    elif broken := condition.check_file(where.database):
        return diagnose_only(broken, disk_free=_free(where.database))
    else:
        store = await open_sqlite(where.database, vault, locked=True)
    try:
        async with store.reading() as tx:
            with said_plainly("PostgreSQL"):  # a SQLite file was looked at above
                current = await condition.is_current(tx)
            if not current:
                return diagnose_only((), schema_current=False)
        return diagnose(await gather(store, where, lines, now, telegram_date))
    finally:
        await store.close()


def diagnose_only(
    broken: tuple[str, ...], *, schema_current: bool = True, disk_free: int | None = None
) -> list[Finding]:
    """What there is to say when nothing can be read from the database."""
    facts = Facts(None, None, None, integrity=broken, schema_current=schema_current, disk_free=disk_free)
    known = {"database", "disk"}
    return [found for found in diagnose(facts) if found.what in known and found.state is State.BAD]


async def gather(
    store: Store,
    where: Where,
    lines: Helplines,
    now: datetime,
    telegram_date: TelegramDate = unknown_date,
) -> Facts:
    """Everything doctor judges. The clock is compared only where `telegram_date` gives one."""
    date = await telegram_date()
    known = files.explanations()
    async with store.reading() as tx:
        beat, beat_at = await heartbeat.last(tx)
        oldest = await inbox.oldest_waiting(tx)
        asides = [await table.set_aside_since(tx, now - _A_DAY) for table in (inbox, outbox)]
        fits = await keys.unlock(tx)
        away = await people.out_of_reach(tx)
        names = {who: await called(tx, who) for who, _ in away}
        overdue = await condition.overdue_since(tx)
        rota = await rotas.rota(tx, where.zone, now)
        coaches = [one for one in roster(await rotas.members(tx), rota, now, where.lapse) if one.has("coach")]
        today = await helplines_today(tx, lines)
        late = [line for line in today.lines if line.expired(now.date())]
        return Facts(
            since_poll=_since(_heard(beat, beat_at), now),
            oldest_inbox=None if oldest is None else now - oldest,
            oldest_outbox=None if overdue is None or overdue > now else now - overdue,
            sender_stopped=bool(beat.sending),
            unknown_sends=await condition.unknown_sends(tx, now),
            quarantined=sum(lately for lately, _ in asides),
            quarantined_before=sum(before for _, before in asides),
            coaches=len(coaches),
            on_shift=sum(one.on_shift for one in coaches),
            shifts_next_day=_shifts_next_day(rota, now),
            without_emergency_number=tuple(c for c in where.countries if not _has_emergency(today, c)),
            crisis_lines_expired=tuple(line.name for line in late if line.never_hidden),
            helplines_expired=tuple(line.name for line in late if not line.never_hidden),
            helplines_unverified=sum(line.verified_on is None for line in today.lines),
            explanations_expired=known.expired(now.date()),
            explanations_unreviewed=known.unreviewed(),
            sources=await _sources(tx, now),
            never_wrote=tuple(names[who] for who, wrote in away if not wrote),
            out_of_reach=tuple(names[who] for who, wrote in away if wrote),
            master_key_opens=fits is not Fit.WRONG,
            audit_broken=await audit.first_broken(tx) if fits is Fit.OPENS else None,
            clock_ahead=None if date is None else now - date,
            disk_free=_free(where.database),
            database_bytes=0 if where.database is None else condition.size(where.database),
            since_backup=_since(newest_backup(where.backups, now), now),
        )


def _heard(beat: heartbeat.Beat, kept_at: datetime | None) -> datetime | None:
    """When Telegram last answered: not later than the service's own last word."""
    if beat.heard_at is None or kept_at is None:
        return None
    return min(beat.heard_at, kept_at)


def _since(at: datetime | None, now: datetime) -> timedelta | None:
    return None if at is None else max(now - at, timedelta())


def _shifts_next_day(rota: Rota, now: datetime) -> int | None:
    if not rota.shifts:
        return None
    return len(rota.turns(now, now + _A_DAY))


def _has_emergency(lines: Helplines, country: str) -> bool:
    pinned = lines.pinned.get(country, {}).get("emergency")
    return pinned is not None and bool(pinned.say)


async def _sources(tx: Transaction, now: datetime) -> tuple[SourceAge, ...]:
    """Each with its age; of what is written by hand, that of the entry checked last."""
    checks = await entries_by_hand.last_checks(tx, now)
    last = checks[-1].at if checks else None
    return tuple(
        SourceAge(one.name, _since(last if one.by_hand else one.last_success, now), one.fictional)
        for one in await sources.everything(tx)
        if checks or not one.by_hand
    )


def _free(database: Path | None) -> int | None:
    if database is None or not database.parent.is_dir():
        return None
    return shutil.disk_usage(database.parent).free
