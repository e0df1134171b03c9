"""The service: run, tried out, checked, examined."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.app import files
from bot.app.health import examine
from bot.app.helplines import load_helplines
from bot.cli.base import NOT_OPEN, REFUSED, app, held, now, settings_for, stop
from bot.clock import SystemClock
from bot.domain.doctor import exit_code
from bot.process import prepare, run_until_signalled
from bot.settings import NEEDED_TO_RUN, Settings
from bot.store.single import only_one
from bot.store.unusable import Unusable
from bot.store.vault import Vault
from bot.telegram.date import telegram_date
from bot.wiring import build


@app.command()
def run() -> None:
    """Run the service until it is told to stop."""
    settings = settings_for(NEEDED_TO_RUN)
    try:
        with held(settings):
            asyncio.run(_run(settings))
    except REFUSED as refused:
        stop(str(refused), 2)
    except Unusable as closed:
        stop(str(closed), NOT_OPEN)


async def _run(settings: Settings) -> None:
    prepare()
    await run_until_signalled(await build(settings, SystemClock()))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The page's port; the next free one if it is taken.")] = 8000,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its state.")] = Path("var/demo"),
    headless: Annotated[bool, typer.Option(help="Do not say how to open it.")] = False,
    seed_months: Annotated[
        int, typer.Option(min=0, max=12, help="Begin with a past of so many months, if there is no demo yet.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Another number, another past.")] = 1,
) -> None:
    """Everything on this machine, with phones to try it on; no token, nothing leaves the machine."""
    from bot.demo import DATABASE, live_through, run_demo  # noqa: PLC0415 - the service needs no sandbox

    folder.mkdir(parents=True, exist_ok=True)
    try:
        with only_one(folder / DATABASE):
            if seed_months and (folder / DATABASE).exists():
                typer.echo(f"There is a demo in {folder} already: it keeps the past it has.")
            elif seed_months:
                typer.echo(f"Living through {seed_months} months; about a minute each.")
                asyncio.run(live_through(round(seed_months * 30.4), seed, folder, typer.echo))
            asyncio.run(run_demo(port, folder, None if headless else typer.echo))
    except REFUSED as refused:
        stop(str(refused), 2)
    except Unusable as closed:
        stop(str(closed), NOT_OPEN)


@app.command()
def doctor() -> None:
    """Say whether all is well, and if not, why and what to do; exit 1 if somebody may go without help."""
    settings = settings_for(("master_key",))

    async def date() -> datetime | None:
        return await telegram_date(settings.telegram.base_url)

    lines = load_helplines(files.DATA)
    vault = Vault(settings.master_key_bytes())
    try:
        found = asyncio.run(examine(settings, vault, lines, now(), date))
    except Unusable as closed:
        stop(str(closed), NOT_OPEN)
    for finding in found:
        typer.echo(str(finding))
    raise typer.Exit(exit_code(found))
