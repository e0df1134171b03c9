"""Staff, and people who ask for what is theirs."""

from typing import Annotated

import typer

from bot.app import privacy, staff
from bot.cli.base import app, now, stop, with_store
from bot.domain.ids import ChatId
from bot.settings import NEEDED_TO_RUN, Settings
from bot.store import invites
from bot.store.store import Store
from bot.wiring import telegram_of

staff_app = typer.Typer(no_args_is_help=True, help="Coaches and coordinators.")
app.add_typer(staff_app, name="staff")


@staff_app.command("add")
def staff_add(
    roles: Annotated[list[str], typer.Argument(help=f"One or more of: {', '.join(staff.ROLES)}.")],
    telegram_id: Annotated[int, typer.Option(help="Their Telegram user id, a number.")],
    name: Annotated[str, typer.Option(help="What colleagues call them.")],
) -> None:
    """Let somebody work here at once, by their Telegram id."""
    unknown = [role for role in roles if role not in staff.ROLES]
    if unknown or telegram_id <= 0 or not name.strip():
        wrong = f"No such role: {', '.join(unknown)}." if unknown else "Give a positive id and a name."
        stop(wrong, 2)

    async def add(store: Store, settings: Settings) -> int:
        async with store.transaction() as tx:
            at, home = now(), settings.service
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
            token = invites.make(tx, role, now())
        typer.echo(f"https://t.me/{me.username}?start={staff.JOIN}{token}")
        return 0

    with_store(invite, NEEDED_TO_RUN)


@app.command("export")
def export_person(
    telegram_id: Annotated[int, typer.Argument(help="Their Telegram user id, a number.")],
) -> None:
    """Write what /mydata would send to somebody, as JSON, to standard output."""

    async def write(store: Store, _: Settings) -> int:
        kept = await privacy.export(store, ChatId(telegram_id))
        if kept is None:
            stop("Nobody with this id is known.", 1)
        typer.echo(kept)
        return 0

    with_store(write)
