"""Groups near people and helplines: brought in, searched, verified."""

from collections.abc import Awaitable, Callable
from typing import Annotated, NoReturn

import typer

from bot.app.directory.listings import Directory
from bot.app.library import files
from bot.app.library.helplines import load_helplines
from bot.app.library.place_files import load_places
from bot.cli.base import app, now, with_store
from bot.feeds import commands, gaps_command, search_options, searching
from bot.settings import Settings
from bot.store.store import Store

directory_app = typer.Typer(no_args_is_help=True, help="Groups near people: brought in, searched.")
helplines_app = typer.Typer(no_args_is_help=True, help="Helplines: checked by a person.")
app.add_typer(directory_app, name="directory")
app.add_typer(helplines_app, name="helplines")


def with_directory(work: Callable[..., Awaitable[int]], **asked: object) -> NoReturn:
    """Do what a command asks for, on the store and at this moment, and say what comes of it."""

    async def done(store: Store, _: Settings) -> int:
        return await work(store, now=now(), write=typer.echo, **asked)

    with_store(done)


@directory_app.command("search")
def directory_search(
    place: Annotated[str, typer.Argument(help="A postcode district, a town …")],
    day: Annotated[str, typer.Option(help="Only this day: fri, Friday …")] = "",
    after: Annotated[str, typer.Option(help="Only what starts from then on: 18:00.")] = "",
    before: Annotated[str, typer.Option(help="Only what starts until then.")] = "",
    within: Annotated[float | None, typer.Option(help="How many km to look at most; else 40.")] = None,
    programme: Annotated[str, typer.Option(help="Only this one: aa, smart …")] = "",
    tag: Annotated[list[str] | None, typer.Option(help="Only with this: women, bsl, step_free …")] = None,
    need: Annotated[list[str] | None, typer.Option(help="Services that help with it: naloxone …")] = None,
    online: Annotated[bool, typer.Option("--online", help="Only online.")] = False,
    at: Annotated[str, typer.Option(help="As if it were then: 19:00, 2026-11-24T19:00.")] = "",
    limit: Annotated[int, typer.Option(help="How many at most.")] = search_options.MOST_SHOWN,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Groups and services near a place, by when they start and whether one can get there."""
    asked = search_options.Asked(
        place, day, after, before, within, programme, tuple(tag or ()), tuple(need or ()), online, at, limit
    )

    async def look(store: Store, settings: Settings) -> int:
        return await searching.search(
            store,
            Directory(load_places(files.DATA)),
            asked,
            country=settings.service.country,
            lines=load_helplines(files.DATA),
            as_json=as_json,
            now=now(),
            write=typer.echo,
        )

    with_store(look)


@directory_app.command("gaps")
def directory_gaps(
    days: Annotated[int, typer.Option(help="How many days back.", min=1, max=3660)] = 90,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """What people looked for and did not find, and what is listed and nobody was ever shown."""
    with_directory(gaps_command.gaps, days=days, as_json=as_json)


@helplines_app.command("verify")
def helplines_verify(line: Annotated[str, typer.Argument(help="Its id in data/helplines.yaml.")]) -> None:
    """Note that you have checked a helpline's number and hours today."""
    with_directory(commands.verify_helpline, helplines=load_helplines(files.DATA), line_id=line)
