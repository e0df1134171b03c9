"""Where the directory's entries come from: brought in, fetched again, looked through, given on."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.app.directory.imports import Rest
from bot.app.directory.listings import Directory
from bot.app.library import files
from bot.app.library.place_files import load_places
from bot.cli.base import now, stop, with_store
from bot.cli.directory import directory_app, with_directory
from bot.clock import SystemClock
from bot.domain.directory.places import Places
from bot.feeds import export, import_commands, leaving_commands, review_command, source_commands
from bot.feeds.read import FORMATS, OTHER_NAMES
from bot.feeds.refreshing import REST_S
from bot.settings import Settings
from bot.store.engine.single import is_served
from bot.store.store import Store

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Name = Annotated[str, typer.Argument(help="As `foothold directory sources` has it.")]
Numbers = list[int]
sources_app = typer.Typer(help="Every source: how it stands; paused, resumed, taken away.")
directory_app.add_typer(sources_app, name="sources")


@directory_app.command("import")
def directory_import(
    file: Annotated[str, typer.Argument(help="A file, a folder or an https address, in any known format.")],
    source: Annotated[str, typer.Option(help="What you call this list; the same name again replaces it.")],
    programme: Annotated[str, typer.Option(help="Which programme its rows belong to: aa, na, smart …")],
    timezone: Annotated[str, typer.Option(help="The zone of its times, such as Europe/London.")],
    form: Annotated[str, typer.Option("--format", help=", ".join(FORMATS))] = "auto",
    every: Annotated[int, typer.Option(help="Days until an address is fetched again; 0 for never.")] = 7,
    area: Annotated[str, typer.Option(help="A town for services that don't say where they are.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Go on though over a fifth would go.")] = False,
) -> None:
    """Bring a list in. Good rows are published, each rejected one is named with its reason."""
    if form not in (*FORMATS, *OTHER_NAMES):
        stop(f"--format is one of {', '.join(FORMATS)}.", 2)

    _with_places(
        import_commands.import_source,
        what=file,
        source=source,
        programme=programme,
        timezone=timezone,
        form=form,
        every_days=every,
        area=area,
        yes=yes,
    )


@sources_app.callback(invoke_without_command=True)
def directory_sources(context: typer.Context, as_json: AsJson = False) -> None:
    """Every source: how many entries, when it last came in, what was wrong."""
    if context.invoked_subcommand is None:
        with_directory(source_commands.list_sources, as_json=as_json)


@sources_app.command("remove")
def directory_sources_remove(
    name: Name, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Take a source away: its entries are hidden, not deleted; importing it again brings them back."""

    async def remove(store: Store, settings: Settings) -> int:
        agreed = _agreed if yes else typer.confirm
        return await leaving_commands.remove_source(
            store, name, agreed=agreed, now=now(), write=typer.echo, rest=_rest(settings)
        )

    with_store(remove)


@sources_app.command("pause")
def directory_sources_pause(name: Name) -> None:
    """Fetch a source no more by itself; what it lists is shown as before."""
    with_directory(leaving_commands.pause_source, name=name)


@sources_app.command("resume")
def directory_sources_resume(
    name: Name, every: Annotated[int, typer.Option(help="Days until it is fetched again.", min=1)] = 7
) -> None:
    """Fetch a paused source by itself again, for the first time within minutes."""
    with_directory(leaving_commands.resume_source, name=name, every_days=every)


def _agreed(_: str) -> bool:
    return True


@directory_app.command("refresh")
def directory_refresh(
    source: Annotated[str, typer.Argument(help="Which source; all that have an address if left out.")] = "",
    due: Annotated[bool, typer.Option("--due", help="Only those whose time has come.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Go on though many would go.")] = False,
) -> None:
    """Fetch sources again from their addresses. The running service does this by itself."""
    _with_places(import_commands.refresh_sources, name=source, due=due, yes=yes)


@directory_app.command("review")
def directory_review(
    approve: Annotated[Numbers, typer.Option(help="Show this service.")] = [],  # noqa: B006 - Typer's way
    retire: Annotated[Numbers, typer.Option(help="Leave this service out.")] = [],  # noqa: B006
    same: Annotated[Numbers, typer.Option(help="The two of this pair are the same.")] = [],  # noqa: B006
    different: Annotated[Numbers, typer.Option(help="They are not.")] = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """New services to look at before they are shown, and entries that may be the same thing."""
    if (set(approve) & set(retire)) or (set(same) & set(different)):
        stop("One number, one decision: --approve or --retire, --same or --different.", 2)
    with_directory(
        review_command.review,
        approve=approve,
        retire=retire,
        same=same,
        different=different,
        as_json=as_json,
    )


@directory_app.command("stale")
def directory_stale(
    at: Annotated[str, typer.Option(help="As of this moment, such as 2026-12-31T12:00Z.")] = "",
    as_json: AsJson = False,
) -> None:
    """Sources over 30 days old (hidden after 90), and entries that their source no longer has."""
    try:
        moment = datetime.fromisoformat(at) if at else now()
    except ValueError:
        stop("--at is a moment such as 2026-12-31T12:00Z.", 2)
    if moment.tzinfo is None:
        stop("--at needs a zone, such as the Z in 2026-12-31T12:00Z.", 2)

    async def show(store: Store, _: Settings) -> int:
        return await source_commands.list_stale(store, as_json=as_json, now=moment, write=typer.echo)

    with_store(show)


@directory_app.command("export")
def directory_export(
    form: Annotated[str, typer.Option("--format", help="meeting-guide or hsds")] = "meeting-guide",
    source: Annotated[str, typer.Option(help="Only what comes from this source.")] = "",
    out: Annotated[Path | None, typer.Option(help="A file; standard output if left out.")] = None,
) -> None:
    """Write what is shown, for others to use; without links or codes to join online."""
    with_directory(export.export, form=form, source=source, out=out)


def _with_places(work: Callable[..., Awaitable[int]], **asked: object) -> NoReturn:
    """The same for what brings entries in: with every place known, and pauses beside a running service."""

    async def done(store: Store, settings: Settings) -> int:
        known, rest = await _places(store), _rest(settings)
        return await work(store, known, now=now(), write=typer.echo, rest=rest, **asked)

    with_store(done)


def _rest(settings: Settings) -> Rest | None:
    """A pause between two writes, while a service answers people from the same SQLite file."""
    path = settings.database.sqlite_path
    return partial(SystemClock().sleep, REST_S) if path is not None and is_served(path) else None


async def _places(store: Store) -> Places:
    """All places, with those that imported venues teach."""
    directory = Directory(load_places(files.DATA))
    async with store.reading() as tx:
        await directory.learn(tx)
    return directory.places
