"""Builds the whole service once, by constructor, from the settings. What anything does is in `bot.app`."""

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bot.app.conversing.lanes import Lanes
from bot.app.conversing.lifeline import Lifeline
from bot.app.conversing.quarantine import Quarantine
from bot.app.conversing.receiving import Receiver
from bot.app.desk import measures
from bot.app.desk.outlining import CatchingUp
from bot.app.keeping.boots import Boots, SafeTurns, error_type
from bot.app.keeping.housekeeping import Housekeeping
from bot.app.keeping.set_back import ClockSetBack
from bot.app.library import files
from bot.app.library.content import Content, read_content
from bot.app.library.helplines import load_helplines
from bot.app.oncall.auditor import LOOK_S as LATE_S
from bot.app.oncall.auditor import Auditor
from bot.clock import Ticker
from bot.domain.directory.helplines import number_facts
from bot.domain.keeping.data_map import DataMap
from bot.domain.messages import Messages
from bot.feeds.monitor import ping
from bot.feeds.refreshing import LOOK_S, REST_S, Refreshing
from bot.process import Service
from bot.settings import Settings
from bot.settings import Telegram as TelegramSettings
from bot.settings.kinds import secret_text
from bot.store.engine.sqlite import open_sqlite
from bot.store.engine.unusable import said_plainly
from bot.store.keeping.erasing import Erasing
from bot.store.keeping.heartbeat import Beat
from bot.store.keeping.keys import refuse_wrong
from bot.store.keeping.vault import Vault
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.telegram.called import Called
from bot.telegram.client import Telegram
from bot.telegram.ingest import Poller
from bot.telegram.reading import read_update
from bot.telegram.sender import Sender
from bot.wiring.outside import introduce, sender_of, serve_pages, telegram_of
from bot.wiring.rooms import AnyClock, Rooms, lay_ground, open_rooms

__all__ = ["bring_up_to_date", "build", "open_store", "rooms_beside", "telegram_of"]


def bring_up_to_date(settings: Settings) -> None:
    """Bring a SQLite database to today's tables. Raises what `open_store` raises."""
    path = settings.database.sqlite_path
    if path is None:
        return
    with said_plainly(str(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
        upgrade(f"sqlite:///{path}", first=partial(refuse_wrong, vault=Vault(settings.master_key_bytes())))


async def open_store(settings: Settings) -> Store:
    """Bring the database to today's tables and open it.

    Raises Unusable, WrongKey, NewerSchema; the database is then as it was.
    """
    bring_up_to_date(settings)
    path = settings.database.sqlite_path
    vault = Vault(settings.master_key_bytes())
    with said_plainly(str(path)):
        if path is None:
            from bot.store.engine.postgres import open_postgres  # noqa: PLC0415 - psycopg is an optional extra

            password = secret_text(settings.database.password)
            upgrade(settings.database.url, password, first=partial(refuse_wrong, vault=vault))
            return await open_postgres(settings.database.url, vault, password)
        return await open_sqlite(path, vault)


async def build(
    settings: Settings, clock: AnyClock, *, demo: bool = False, content: Content | None = None
) -> Service:
    """The service, ready to run; in safe mode after three starts that failed. `content` if already read.

    Raises what the parts raise (broken flows, a newer schema, no key), noted as a start that failed.
    """
    store = await open_store(settings)
    boots = Boots(store)
    try:
        if await boots.begin(clock.now()):
            return await _safe(settings, clock, store, boots)
        return await _whole(settings, clock, store, boots, content or read_content(demo=demo), demo=demo)
    except Exception as wrong:
        await boots.failed(clock.now(), error_type(wrong))
        await store.close()
        raise


async def rooms_beside(settings: Settings, store: Store, clock: AnyClock) -> Rooms:
    """The use cases without the service, for a command: what they send leaves when the service looks."""
    return open_rooms(await lay_ground(settings, store, clock, read_content(), demo=False))


async def _safe(settings: Settings, clock: AnyClock, store: Store, boots: Boots) -> Service:
    """Store what comes, answer it with the lines to ring, tell the coordinators; nothing else."""
    messages = files.messages()
    lines = load_helplines(files.DATA)
    numbers = number_facts(lines, settings.service.country, settings.service.nation, clock.now())
    turns = SafeTurns(store, clock, messages, numbers)
    telegram = telegram_of(settings)
    lanes = Lanes(turns.handle, turns.failed, clock)
    aside = Quarantine(clock, messages, lambda _: numbers).message
    mark = messages.text("sent_again")
    sender = sender_of(settings, store, telegram, clock, turns.unreachable, aside, turns.unsaid, mark)
    await turns.alarm(boots.error)
    words = partial(messages.text, "safety_line", **numbers)
    service = _service(settings, clock, store, boots, telegram, lanes, sender, words)
    await _keep_house(service, settings, files.data_map())
    return service


async def _whole(
    settings: Settings, clock: AnyClock, store: Store, boots: Boots, content: Content, *, demo: bool
) -> Service:
    ground = await lay_ground(settings, store, clock, content, demo=demo)
    rooms = open_rooms(ground)
    turns = rooms.turns(read_update)
    telegram = telegram_of(settings)
    lanes = Lanes(boots.noting(turns.handle), turns.failed, clock)
    mark = content.messages.text("sent_again")
    gone, aside = rooms.leaving.unreachable, rooms.quarantine.message
    sender = sender_of(settings, store, telegram, clock, gone, aside, rooms.too_late.unsaid, mark)

    def words() -> str:
        return content.messages.text("safety_line", **ground.numbers(None, clock.now()))

    service = _service(settings, clock, store, boots, telegram, lanes, sender, words)
    set_back = ClockSetBack(store, clock)
    await set_back.begin()
    set_back.tell = sender.set_back
    service.due = rooms.due(set_back.look)
    service.ticker.every(1, "due", service.due.tick)
    service.ticker.every(5, "flows", ground.flows.tick)
    _audit(service, settings, content.messages)
    service.ticker.every(600, "checkins", rooms.checkins.recover)
    service.ticker.every(900, "lookouts", rooms.lookouts.tick)
    service.ticker.every(1, "outlines", CatchingUp(store).tick)
    service.ticker.every(measures.LOOK_S, "measures", rooms.measures.tick)
    places, learn = (lambda: ground.directory.places), ground.directory.learn
    refreshing = Refreshing(store, clock, places, content.messages, learn, rest=partial(clock.sleep, REST_S))
    service.ticker.every(LOOK_S, "sources", refreshing.tick)
    await _keep_house(service, settings, content.data_map)
    service.beside = (
        partial(serve_pages, ground, rooms, service.receiver, telegram),
        partial(introduce, telegram, settings, content.languages),
    )
    return service


def _service(
    settings: Settings,
    clock: AnyClock,
    store: Store,
    boots: Boots,
    telegram: Telegram,
    lanes: Lanes,
    sender: Sender,
    words: Callable[[], str],
) -> Service:
    receiver = Receiver(store, lanes, clock, Lifeline(telegram.send, clock, words))
    listener = _listener(settings.telegram, clock, telegram, receiver)
    sender.unanswered = lambda: listener.unanswered
    if isinstance(listener, Called):
        sender.unsure = listener.look_now
    service = Service(store, clock, telegram, lanes, receiver, listener, sender, boots, Ticker())
    service.ticker.every(5, "outbox", sender.look)
    return service


def _listener(
    settings: TelegramSettings, clock: AnyClock, telegram: Telegram, receiver: Receiver
) -> Poller | Called:
    """What has Telegram's messages come to us."""
    if settings.mode == "webhook" and settings.webhook_secret is not None:
        url = settings.webhook_url.rstrip("/") + settings.webhook_path
        return Called(telegram, clock, url, settings.webhook_secret.get_secret_value())
    return Poller(telegram, receiver, clock, settings.poll_timeout_s, random.SystemRandom().random)


def _beat(service: Service) -> Beat:
    return Beat(service.listener.last_ok, service.listener.trouble, service.sender.trouble)


def _audit(service: Service, settings: Settings, messages: Messages) -> None:
    """What sees to it that nobody is left waiting because something here hangs."""
    url = settings.monitor.url
    auditor = Auditor(
        service.store,
        service.clock,
        messages,
        partial(_beat, service),
        partial(ping, url),
    )
    service.ticker.every(LATE_S, "auditor", auditor.look)
    if url:
        service.ticker.every(settings.monitor.every_s, "monitor", auditor.sign_of_life)


async def _keep_house(service: Service, settings: Settings, data_map: DataMap) -> None:
    """Heartbeat, erasures, retention, backups; and those erased who have come back are erased again."""
    house = Housekeeping(
        service.store,
        service.clock,
        Erasing(data_map),
        lambda name: int(getattr(settings.privacy, name)),
        partial(_beat, service),
        settings.database.sqlite_path,
        Path(settings.database.backup_dir),
    )
    await house.catch_up()
    await house.note_beat()
    for seconds, name, tick in house.ticks():
        service.ticker.every(seconds, name, tick)
