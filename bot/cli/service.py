"""The service: run, tried out, checked, examined."""

import asyncio
import os
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.app.keeping.health import examine
from bot.app.library import files
from bot.app.library.helplines import load_helplines
from bot.cli.base import NOT_OPEN, REFUSED, app, chosen_config, held, now, settings_for, stop
from bot.cli.private import keep_private, open_files
from bot.clock import SystemClock
from bot.domain.keeping.doctor import exit_code, open_file, open_secret
from bot.process import apart, prepare, run_until_signalled
from bot.settings import NEEDED_TO_RUN, ConfigProblems, Log, Settings, check_lines, load
from bot.settings.sources import open_secrets
from bot.store.engine.single import only_one
from bot.store.engine.unusable import Unusable
from bot.store.keeping.vault import Vault
from bot.telegram.date import telegram_date
from bot.wiring import bring_up_to_date, build


@app.command()
def run() -> None:
    """Run the service until it is told to stop."""
    settings = settings_for(NEEDED_TO_RUN)
    try:
        with held(settings) as watch:
            apart(partial(bring_up_to_date, settings))  # Alembic, 11 MiB, is needed for this alone
            asyncio.run(_run(settings, watch))
    except REFUSED as refused:
        stop(str(refused), 2)
    except Unusable as closed:
        stop(str(closed), NOT_OPEN)


async def _run(settings: Settings, watch: Callable[[], None]) -> None:
    prepare()
    watch()
    await run_until_signalled(await build(settings, SystemClock()))


@app.command()
def simulate(
    coaches: Annotated[int, typer.Option(help="How many volunteers there are.", min=1)],
    rate: Annotated[float, typer.Option(help="Requests a night, from 20:00 to 08:00.", min=0.01)],
    nights: Annotated[int, typer.Option(help="How many nights.", min=1)] = 1000,
    shifts: Annotated[int, typer.Option(help="Night shifts of each volunteer a week.", min=1, max=7)] = 1,
    hours: Annotated[int, typer.Option(help="Hours of a shift: 2, 3, 4, 6 or 12.")] = 4,
    answers: Annotated[float, typer.Option(help="Chance of an answer on shift.", min=0, max=1)] = 0.85,
    seed: Annotated[int, typer.Option(help="Another seed, another set of nights.")] = 1,
) -> None:
    """How many volunteers a target needs: nights with made-up people, and the service's own rules."""
    from bot.wiring.nights import Assumed, simulate_nights  # noqa: PLC0415 - only this command needs it

    if hours not in (2, 3, 4, 6, 12):
        stop("A night of 12 hours is shared out in shifts of 2, 3, 4, 6 or 12.", 2)
    try:  # its database is not touched: they are simulated in one that is gone afterwards
        here = {**os.environ, "FOOTHOLD_DATABASE__URL": "sqlite:///nights.db"}
        settings = load(chosen_config(), here, needs=())
    except ConfigProblems as wrong:
        stop("\n".join(check_lines(wrong.problems)), 2)
    logs.set_up(Log(level="warning"))
    assumed = Assumed(coaches, rate, nights, seed, shifts, hours, answers)
    for line in asyncio.run(simulate_nights(assumed, settings)).lines():
        typer.echo(line)


@app.command()
def demo(
    port: Annotated[
        int, typer.Option(help="The page's port; the next free one if it is taken.", min=1, max=65000)
    ] = 8000,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its state.")] = Path("var/demo"),
    headless: Annotated[bool, typer.Option(help="Do not say how to open it.")] = False,
    seed_months: Annotated[
        int, typer.Option(min=0, max=12, help="Begin with a past of so many months, if there is no demo yet.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Another number, another past.")] = 1,
) -> None:
    """Everything on this machine, with phones to try it on; no token, nothing leaves the machine."""
    from bot.demo import DATABASE, live_through, run_demo  # noqa: PLC0415 - the service needs no sandbox

    keep_private()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        stop(f"{folder} cannot be a folder: {wrong.strerror}. Fix: --folder with another path.", 2)
    try:
        with only_one(folder / DATABASE):
            if seed_months and (folder / DATABASE).exists():
                typer.echo(f"There is a demo in {folder} already: it keeps the past it has.")
            elif seed_months:
                typer.echo(f"Living through {seed_months} months; this takes some minutes.")
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
    found += [open_secret(name, str(path)) for name, path in open_secrets(os.environ)]
    found += [open_file(str(path)) for path in open_files(settings)]
    for finding in found:
        typer.echo(str(finding))
    raise typer.Exit(exit_code(found))
