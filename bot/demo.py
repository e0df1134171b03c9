"""The demo: stand-in, service and dashboard in one process, on a clock that can be moved."""

import asyncio
import signal
from collections.abc import Callable, Sequence
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot import logs
from bot.app.conversing.receiving import CHANNEL
from bot.app.library import files
from bot.app.library.content import read_content
from bot.app.staffing import staff
from bot.clock import MovableClock, SystemClock, Ticker
from bot.domain.directory.places import Places
from bot.domain.ids import ChatId
from bot.feeds.demo import bring_demo
from bot.process import Service
from bot.sandbox import Page, Person, Place, Sandbox, User
from bot.sandbox import state as sandbox_state
from bot.season.season import SILENT, Season
from bot.settings import Dashboard, Database, Log, Sender, Settings, Telegram
from bot.settings import Service as ServiceSettings
from bot.settings.kinds import encode_key
from bot.store.conversing import people
from bot.store.keeping.vault import new_key
from bot.store.rota import rotas
from bot.wiring import build

PEOPLE = (
    Person(User(1001, "Ana"), "reaching out"),
    Person(User(1002, "Dan"), "reaching out"),
    Person(User(1003, "Ben"), "coach"),
    Person(User(1004, "Cora"), "coach"),
    Person(User(1005, "Kim"), "coordinator"),
)
STAFF = (
    (1003, ("coach", "danger_trained"), "Ben"),
    (1004, ("coach", "may_meet"), "Cora"),
    (1005, ("coordinator",), "Kim"),
)
DESK = 1005
"""Whose mornings at the dashboard a past is made with."""
PLACES = (Place("Kirkmere (made up)", 53.822, -1.512), Place("Leeds, city centre", 53.7997, -1.5492))
MORE_STAFF = (
    (1011, ("coach", "danger_trained", "may_meet"), "Maya"),
    (1012, ("coach",), SILENT),
    (1013, ("coordinator", "safety_lead"), "Lee"),
)
"""Those whom a service with a past has besides; their phones are not on the page."""
SHIFTS = (
    (1003, range(4), time(18), time(23)),
    (1004, range(4, 7), time(18), time(1)),
    (1011, range(5), time(11), time(15)),
    (1012, (2, 5), time(20), time(23, 30)),
)
"""Whose, on which weekdays (Monday is 0), from when until when. Nobody is on from one to eleven."""
KEPT = 30
"""Messages that stay on a phone of the page after a past."""
DATABASE = "foothold.db"
STATE = "sandbox.json"
PORTS_TRIED = 50


async def run_demo(port: int, folder: Path, say: Callable[[str], object] | None) -> None:
    """Run until interrupted. `folder` keeps the demo's state; `say` is told the address."""
    clock = MovableClock()
    running: list[Service] = []

    async def move(by: timedelta) -> None:
        await running[0].pass_time(by)

    dashboard_port = await _free_port(port + 100)
    dashboard = f"http://127.0.0.1:{dashboard_port}"
    page = Page(PEOPLE, places=PLACES, links=(("Dashboard", dashboard),))
    sandbox = Sandbox(
        clock=clock, page=page, username="foothold_demo_bot", state=folder / STATE, on_move=move
    )
    await sandbox.start(await _free_port(port))
    settings = _settings(sandbox, folder, dashboard_port)
    logs.set_up(settings.log, logs.secrets_of(settings))
    content = read_content(demo=True)
    service = await build(settings, clock, demo=True, content=content)
    running.append(service)
    await furnish(service, content.places)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, service.stop)
    if say is not None:
        say(f"\n  The phones:     {sandbox.base_url}")
        say(f"  The dashboard:  {dashboard}  (Kim writes /dashboard to the bot)")
        say(f"\n  Stop with Ctrl-C. Everything is kept in {folder} for the next time.\n")
    try:
        await service.run()
    finally:
        await sandbox.stop()


def _settings(sandbox: Sandbox, folder: Path, dashboard_port: int) -> Settings:
    return Settings(
        master_key=SecretStr(_key(folder / "master.key")),
        service=ServiceSettings(name="Foothold"),
        telegram=Telegram(
            token=SecretStr(sandbox.token), base_url=f"{sandbox.base_url}/bot", poll_timeout_s=20
        ),
        database=Database(url=f"sqlite:///{folder / DATABASE}", backup_dir=str(folder / "backups")),
        sender=Sender(per_chat_per_second=0),
        dashboard=Dashboard(port=dashboard_port, public_url=f"http://127.0.0.1:{dashboard_port}"),
    )


def _key(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(encode_key(new_key()))
    return file.read_text().strip()


async def live_through(days: int, seed: int, folder: Path, say: Callable[[str], object]) -> None:
    """Give the demo a past: so many days of a made-up service, up to now, through the service itself.

    `folder` must not hold a demo yet. The same seed on the same day gives the same past.
    """
    clock = MovableClock(
        SystemClock().now().replace(minute=0, second=0, microsecond=0) - timedelta(days=days)
    )
    sandbox = Sandbox(clock=clock, username="foothold_demo_bot", keep_ledger=False, lean=True)
    await sandbox.start()
    settings = _settings(sandbox, folder, await _free_port(8100))
    settings = settings.model_copy(update={"log": Log(level="error")})
    logs.set_up(settings.log, logs.secrets_of(settings))
    content = read_content(demo=True)
    service = await build(settings, clock, demo=True, content=content)
    service.ticker = Ticker()  # nothing ticks by the machine's time: what is due is looked for at each step
    await furnish(service, content.places, (*STAFF, *MORE_STAFF))
    await _put_on_rota(service)
    running = asyncio.create_task(service.run())
    await service.started.wait()
    staff = {chat: name for chat, _, name in (*STAFF, *MORE_STAFF)}
    season = Season(service, sandbox, ZoneInfo(settings.service.zone), seed)
    people = await season.run(days, staff, DESK, say)
    say(f"  {people} made-up people have written.")
    service.stop()
    await running
    _keep_little(sandbox)
    sandbox_state.write(
        folder / STATE, {"offset": 0.0, "bots": {sandbox.token: sandbox_state.dump(sandbox.world)}}
    )
    await sandbox.stop()


async def _put_on_rota(service: Service) -> None:
    async with service.store.transaction() as tx:
        for chat, weekdays, start, end in SHIFTS:
            coach = await people.by_chat(tx, CHANNEL, ChatId(chat))
            assert coach is not None
            for weekday in weekdays:
                await rotas.add_shift(tx, coach.id, weekday, start, end)


def _keep_little(sandbox: Sandbox) -> None:
    """The newest messages of those whose phones are on the page; the others' phones are empty."""
    shown = {person.user.id for person in PEOPLE}
    for chat in sandbox.world.chats.values():
        gone = list(chat.messages)[: -KEPT if chat.id in shown else None]
        for message in gone:
            del chat.messages[message]
    sandbox.world.queries.clear()


async def furnish(
    service: Service, places: Places, staff_there: Sequence[tuple[int, tuple[str, ...], str]] = STAFF
) -> None:
    """Staff and the made-up town; whoever is there already stays as they have become: suspended, say."""
    now = service.clock.now()
    async with service.store.transaction() as tx:
        for chat, roles, name in staff_there:
            if await people.by_chat(tx, CHANNEL, ChatId(chat)) is None:
                await staff.add(tx, ChatId(chat), roles, name, now, "Europe/London", "GB")
    await bring_demo(service.store, places, files.DATA, now)


async def _free_port(wanted: int) -> int:
    """The next port from `wanted` on that nobody listens on."""
    for port in range(wanted, wanted + PORTS_TRIED):
        try:
            server = await asyncio.start_server(lambda _, __: None, "127.0.0.1", port)
        except OSError:
            continue
        server.close()
        await server.wait_closed()
        return port
    raise OSError(f"no free port from {wanted} to {wanted + PORTS_TRIED}")
