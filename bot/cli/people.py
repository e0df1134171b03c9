"""Staff, and people who ask for what is theirs."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.app.conversing.receiving import CHANNEL
from bot.app.keeping import privacy
from bot.app.keeping.housekeeping import write_down_erasures
from bot.app.library import files
from bot.app.library.languages import Languages
from bot.app.staffing import staff
from bot.app.turn import Turn
from bot.cli.base import LARGEST, app, now, stop, with_store
from bot.clock import SystemClock
from bot.domain.alias import alias
from bot.domain.ids import ChatId
from bot.settings import NEEDED_TO_RUN, Settings
from bot.store.conversing import people
from bot.store.engine.columns import to_ms
from bot.store.engine.transaction import Transaction
from bot.store.keeping.vault import SERVICE
from bot.store.staffing import team
from bot.store.store import Store
from bot.wiring import rooms_beside, telegram_of

staff_app = typer.Typer(no_args_is_help=True, help="Coaches and coordinators.")
app.add_typer(staff_app, name="staff")
NOBODY = "Nobody with this id is known."
_LONGEST_NAME = 60


@staff_app.command("add")
def staff_add(
    roles: Annotated[list[str], typer.Argument(help=f"One or more of: {', '.join(staff.ROLES)}.")],
    telegram_id: Annotated[int, typer.Option(help="Their Telegram user id, a number.", max=LARGEST)],
    name: Annotated[str, typer.Option(help="What colleagues call them.")],
) -> None:
    """Let somebody work here at once, by their Telegram id."""
    unknown = [role for role in roles if role not in staff.ROLES]
    if unknown:
        stop(f"No such role: {', '.join(unknown)}. There are: {', '.join(staff.ROLES)}.", 2)
    if telegram_id <= 0 or not name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        stop(f"Give a positive id, and a name on one line of at most {_LONGEST_NAME} letters.", 2)

    async def add(store: Store, settings: Settings) -> int:
        async with store.transaction() as tx:
            at, home = now(), settings.service
            person = await people.by_chat(tx, CHANNEL, ChatId(telegram_id))
            if person is not None and any(one.person == person.id for one in await team.suspended(tx)):
                stop(f"They are suspended: foothold staff suspend --telegram-id {telegram_id} --lift", 1)
            await staff.add(tx, ChatId(telegram_id), tuple(roles), name.strip(), at, home.zone, home.country)
        typer.echo(f"{name.strip()} is {' and '.join(roles)} now.")
        return 0

    with_store(add)


@staff_app.command("invite")
def staff_invite(role: Annotated[str, typer.Argument(help="coach or coordinator")]) -> None:
    """Make a link that lets one person join, once, within a day; a coordinator says yes."""
    if role not in ("coach", "coordinator"):
        stop("Invite a coach or a coordinator.", 2)

    async def invite(store: Store, settings: Settings) -> int:
        async with telegram_of(settings) as telegram:
            me = await telegram.me()
        async with store.transaction() as tx:
            token = await staff.invite(tx, role, now())
        typer.echo(f"https://t.me/{me.username}?start={staff.JOIN}{token}")
        return 0

    with_store(invite, NEEDED_TO_RUN)


@staff_app.command("remove")
def staff_remove(
    roles: Annotated[list[str], typer.Argument(help=f"One or more of: {', '.join(staff.ROLES)}.")],
    telegram_id: Annotated[int, typer.Option(help="Their Telegram user id, a number.", max=LARGEST)],
) -> None:
    """Take roles away from somebody; a coach's talk goes to the others at once."""

    async def remove(store: Store, settings: Settings) -> int:
        rooms = await rooms_beside(settings, store, SystemClock())
        async with store.transaction() as tx:
            turn = await _turn_of(tx, telegram_id, "removed")
            had = await staff.remove(turn, tuple(roles), rooms.handoffs, rooms.mentoring)
        if not had:
            stop(f"They are not {' or '.join(roles)}; nothing was changed.", 1)
        typer.echo(f"They are no longer {' and '.join(had)}.")
        return 0

    with_store(remove)


@staff_app.command("suspend")
def staff_suspend(
    telegram_id: Annotated[int, typer.Option(help="Their Telegram user id, a number.", max=LARGEST)],
    lift: Annotated[bool, typer.Option("--lift", help="They work here again.")] = False,
) -> None:
    """Take everything away from somebody for now, at once; `--lift` gives it back."""

    async def suspend(store: Store, settings: Settings) -> int:
        rooms = await rooms_beside(settings, store, SystemClock())
        async with store.transaction() as tx:
            turn = await _turn_of(tx, telegram_id, "suspended")
            who, operator = turn.person.id, replace(turn, person=replace(turn.person, id=SERVICE))
            done = await (rooms.team.lift if lift else rooms.team.suspend)(operator, who)
        if not done:
            stop("They were not suspended." if lift else "They do not work here.", 1)
        typer.echo("They work here again." if lift else "They do not work here for now.")
        return 0

    with_store(suspend)


async def _turn_of(tx: Transaction, telegram_id: int, why: str) -> Turn:
    """A turn of the person with this id, caused by a command; ends the program where nobody has it."""
    person = await people.by_chat(tx, CHANNEL, ChatId(telegram_id))
    if person is None:
        stop(NOBODY, 1)
    at = now()
    return Turn(tx, at, person, f"{why}:{person.id}:{to_ms(at)}", files.messages(voices=Languages()))


@app.command()
def erase(
    telegram_id: Annotated[int, typer.Argument(help="Their Telegram user id, a number.", max=LARGEST)],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase somebody who asks for it in writing, as /forget does; with the service stopped."""

    async def forget(store: Store, settings: Settings) -> int:
        async with store.reading() as tx:
            person = (await _turn_of(tx, telegram_id, "looked_up")).person
        asked = f"Erase everything about {alias(person.id)} (Telegram id {telegram_id}), for good?"
        if not yes and not typer.confirm(asked):
            stop("Nothing was erased.", 1)
        rooms = await rooms_beside(settings, store, SystemClock())
        async with store.transaction() as tx:
            await rooms.privacy.erase(await _turn_of(tx, telegram_id, "erased"))
        await write_down_erasures(store, Path(settings.database.backup_dir))
        await store.tidy()
        typer.echo("Erased. Coaches who had a talk with them, or a page, see it when the service starts.")
        return 0

    with_store(forget, alone=True)


@app.command("export")
def export_person(
    telegram_id: Annotated[int, typer.Argument(help="Their Telegram user id, a number.", max=LARGEST)],
) -> None:
    """Write what /mydata would send to somebody, as JSON, to standard output."""

    async def write(store: Store, _: Settings) -> int:
        kept = await privacy.export(store, ChatId(telegram_id))
        if kept is None:
            stop(NOBODY, 1)
        typer.echo(kept)
        return 0

    with_store(write)
