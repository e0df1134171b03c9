"""The whole service against the stand-in, with phones in people's hands and a clock that the test moves.

Real database file, real python-telegram-bot, faked only at the wire. A message that the story did not
expect fails the test: everything a phone received must have been looked at.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.app.staffing import staff
from bot.clock import MovableClock
from bot.domain.ids import ChatId
from bot.process import Service
from bot.sandbox import Phone, Press, Sandbox
from bot.settings import Dashboard, Database, Sender, Settings, Telegram
from bot.settings import Service as ServiceSettings
from bot.settings.kinds import encode_key
from bot.wiring import build
from tests import shipped

THREE_AT_NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
KEY = encode_key(bytes(range(32)))
PATIENCE_S = 20.0
DATABASE = "foothold.db"


class Hand:
    """A phone in somebody's hand. Doing something returns once the service has dealt with it."""

    def __init__(self, world: "World", phone: Phone, name: str) -> None:
        self.phone, self.name, self.id = phone, name, phone.id
        self._world = world

    async def says(self, text: str) -> None:
        """Write."""
        self.phone.says(text)
        await self._world.settles()

    async def presses(self, label: str) -> Press | None:
        """Press the newest button that says so."""
        pressed = self.phone.presses(label)
        await self._world.settles()
        return pressed if isinstance(pressed, Press) else None

    async def sends(self, kind: str, caption: str = "") -> None:
        """Send something that is not words."""
        self.phone.sends(kind, caption)
        await self._world.settles()

    async def opens(self, payload: str = "") -> None:
        """Open the chat by its link."""
        self.phone.starts(payload)
        await self._world.settles()

    async def forwards(self, text: str) -> None:
        """Forward somebody else's words."""
        self.phone.forwards(text)
        await self._world.settles()

    async def changes(self, was: str, text: str) -> None:
        """Edit the newest message of one's own that says `was`."""
        mine = [m for m in self.phone.messages if not m.by_bot and m.text == was]
        self.phone.edits(mine[-1], text)
        await self._world.settles()

    async def blocks(self) -> None:
        """Block the bot."""
        self.phone.blocks_bot()
        await self._world.settles()

    async def unblocks(self) -> None:
        """Let the bot write again."""
        self.phone.unblocks_bot()
        await self._world.settles()

    async def shares_location(self, lat: float, lon: float) -> None:
        """Share where they are."""
        self.phone.shares_location(lat, lon)
        await self._world.settles()

    def heard(self) -> list[str]:
        """Everything new from the bot, oldest first."""
        return self.phone.heard()

    def heard_all(self) -> str:
        """Everything new from the bot, as one text; "" when there was nothing."""
        return "\n".join(self.heard())

    def heard_once(self) -> str:
        """The one new message."""
        (text,) = self.heard()
        return text

    @property
    def buttons(self) -> Sequence[str]:
        """The labels of the newest keyboard."""
        return self.phone.buttons


class World:
    """A service, its stand-in and everybody's phones."""

    def __init__(self, sandbox: Sandbox, clock: MovableClock, settings: Settings, folder: Path) -> None:
        self.sandbox, self.clock, self.settings, self.folder = sandbox, clock, settings, folder
        self.hands: list[Hand] = []
        self._next_id = 101
        self.service: Service
        self._running: asyncio.Task[None]

    async def begins(self) -> None:
        """Start the service on its folder."""
        self.service = await build(self.settings, self.clock, demo=True, content=shipped.content())
        self._running = asyncio.create_task(self.service.run())
        await self.service.started.wait()

    async def ends(self) -> None:
        """Stop the service; what it was doing stays in its folder."""
        self.service.stop()
        await self._running

    async def restarts(self, **down: float) -> None:
        """Stop the service and start it again on the same folder, `down` (`hours=3`) later."""
        await self.ends()
        self.clock.move(timedelta(**down))
        await self.begins()
        await self.passes()

    async def person(self, name: str, number: int = 0) -> Hand:
        """Somebody who has not written yet; `number`: their account's, where it matters."""
        hand = Hand(self, self.sandbox.phone(number or self._next_id, name), name)
        self._next_id += not number
        self.hands.append(hand)
        return hand

    async def staff(self, name: str, *roles: str) -> Hand:
        """Somebody who works here, and has opened the chat with the bot at some time."""
        hand = await self.person(name)
        hand.phone.chat.started = True
        async with self.service.store.transaction() as tx:
            home = self.settings.service
            chat, now = ChatId(hand.id), self.clock.now()
            await staff.add(tx, chat, roles, name, now, home.zone, home.country)
        return hand

    async def coach(self, name: str, *roles: str) -> Hand:
        """A coach who has come on shift, and has read so."""
        hand = await self.staff(name, "coach", *roles)
        await hand.says("/on")
        hand.heard()
        return hand

    async def settles(self) -> None:
        """Wait until everything sent to the bot is dealt with and everything that may leave has left."""
        async with asyncio.timeout(PATIENCE_S):
            await self.sandbox.world.updates.empty()
            await self.service.quiet()

    async def passes(self, **by: float) -> None:
        """Let time pass (`minutes=6`), stopping at everything that is due."""
        async with asyncio.timeout(PATIENCE_S * 3):
            await self.service.pass_time(timedelta(**by))

    def nobody_heard_more(self) -> None:
        """Fail if a phone holds a message that the story has not looked at."""
        unheard = {hand.name: heard for hand in self.hands if (heard := hand.heard())}
        assert not unheard, unheard


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings_for(folder: Path, sandbox: Sandbox, url: str = "") -> Settings:
    """Settings of a service that talks to the stand-in; everything is in `folder`, or in `url`'s database."""
    port = free_port()
    return Settings(
        master_key=SecretStr(KEY),
        service=ServiceSettings(name="Harbour"),
        telegram=Telegram(token=SecretStr(sandbox.token), base_url=f"{sandbox.base_url}/bot"),
        database=Database(url=url or f"sqlite:///{folder / DATABASE}", backup_dir=str(folder / "backups")),
        sender=Sender(per_second=0, per_chat_per_second=0),
        dashboard=Dashboard(port=port, public_url=f"http://127.0.0.1:{port}"),
    )


@asynccontextmanager
async def a_world(folder: Path, at: datetime = THREE_AT_NIGHT, url: str = "") -> AsyncIterator[World]:
    """Start everything, on SQLite or on the PostgreSQL of `url`; at the end nobody has an unread message."""
    clock = MovableClock(at)
    sandbox = Sandbox(clock=clock)
    await sandbox.start()
    settings = settings_for(folder, sandbox, url)
    (folder / DATABASE).write_bytes(shipped.database())
    world = World(sandbox, clock, settings, folder)
    await world.begins()
    try:
        yield world
        world.nobody_heard_more()
    finally:
        await world.ends()
        await sandbox.stop()
