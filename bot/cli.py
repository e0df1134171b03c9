"""The command line, `foothold`: each command a few lines that call a use case."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot import logs
from bot.app import files, privacy, staff
from bot.app.directory import Directory
from bot.app.flows import (
    check_folder,
    extract_texts,
    open_flows,
    play,
    play_transcripts,
    read_shared_samples,
    write_steps_lock,
)
from bot.app.health import examine
from bot.app.helplines import load_helplines
from bot.app.listen import listen_lines
from bot.app.place_files import load_places
from bot.clock import SystemClock
from bot.domain.conversation.check import errors
from bot.domain.conversation.graph import mermaid
from bot.domain.conversation.player import Player
from bot.domain.danger.listener import load_listener
from bot.domain.doctor import exit_code
from bot.domain.ids import ChatId
from bot.feeds import commands
from bot.feeds.read import FORMATS, OTHER_NAMES
from bot.process import run_until_signalled
from bot.settings import NEEDED_TO_RUN, ConfigProblems, Settings, check_lines, load
from bot.settings.kinds import encode_key
from bot.store import invites
from bot.store.backup import Damaged
from bot.store.backup import backup as make_backup
from bot.store.migrate import NewerSchema
from bot.store.restore import restore as put_back
from bot.store.single import AlreadyRunning, only_one
from bot.store.store import Store
from bot.store.vault import Vault, new_key
from bot.telegram.date import telegram_date
from bot.wiring import build, open_store, telegram_of

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
flows_app = typer.Typer(no_args_is_help=True, help="The conversations: drawn, locked, played again.")
staff_app = typer.Typer(no_args_is_help=True, help="Coaches and coordinators.")
directory_app = typer.Typer(no_args_is_help=True, help="Groups near people: brought in, searched.")
helplines_app = typer.Typer(no_args_is_help=True, help="Helplines: checked by a person.")
app.add_typer(flows_app, name="flows")
app.add_typer(staff_app, name="staff")
app.add_typer(directory_app, name="directory")
app.add_typer(helplines_app, name="helplines")

DEFAULT_CONFIG = Path("config.toml")
_config: dict[str, Path | None] = {"path": None}


@app.callback()
def main_options(
    config: Annotated[
        Path | None, typer.Option(help="The settings; config.toml here if there is one.")
    ] = None,
) -> None:
    """Foothold: help in a moment of readiness, at any hour."""
    _config["path"] = config or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)


def _settings(needs: tuple[str, ...]) -> Settings:
    try:
        settings = load(_config["path"], os.environ, needs=needs)
    except ConfigProblems as wrong:
        _stop("\n".join(check_lines(wrong.problems)), 2)
    logs.set_up(settings.log, logs.secrets_of(settings))
    return settings


def _now() -> datetime:
    return SystemClock().now()


def _stop(why: str, code: int) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(code)


@app.command()
def run() -> None:
    """Run the service until it is told to stop."""
    settings = _settings(NEEDED_TO_RUN)
    path = settings.database.sqlite_path
    try:
        with only_one(path) if path is not None else nullcontext():
            asyncio.run(_run(settings))
    except (AlreadyRunning, NewerSchema) as refused:
        _stop(str(refused), 2)


async def _run(settings: Settings) -> None:
    await run_until_signalled(await build(settings, SystemClock()))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The page's port; the next free one if it is taken.")] = 8000,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its state.")] = Path("var/demo"),
    headless: Annotated[bool, typer.Option(help="Do not say how to open it.")] = False,
) -> None:
    """Everything on this machine, with phones to try it on; no token, nothing leaves the machine."""
    from bot.demo import DATABASE, run_demo  # noqa: PLC0415 - the service needs no sandbox

    folder.mkdir(parents=True, exist_ok=True)
    try:
        with only_one(folder / DATABASE):
            asyncio.run(run_demo(port, folder, None if headless else typer.echo))
    except AlreadyRunning as refused:
        _stop(str(refused), 2)


@app.command()
def check(
    shipped: Annotated[bool, typer.Option(help="Only the conversations, not the settings.")] = False,
) -> None:
    """Say every problem of the settings and of the conversations, with file, line, key and fix."""
    wrong: list[str] = []
    if not shipped:
        try:
            load(_config["path"], os.environ)
        except ConfigProblems as problems:
            wrong += check_lines(problems.problems)
    found = check_folder(files.CONVERSATIONS)
    for warning in set(found) - set(errors(found)):
        typer.echo(f"warning: {warning}")
    wrong += [str(problem) for problem in errors(found)]
    wrong += [f"transcript {name} differs:\n{diff}" for name, diff in _transcripts(record=False).items()]
    for line in wrong:
        typer.echo(line)
    if wrong:
        raise typer.Exit(2)
    typer.echo("All well." if not shipped else "The conversations are well.")


def _transcripts(*, record: bool) -> dict[str, str]:
    return play_transcripts(files.CONVERSATIONS, open_flows(files.CONVERSATIONS), record=record)


@app.command("play")
def play_flow(
    flow: Annotated[str, typer.Argument(help="Which conversation.")] = "start",
    record: Annotated[bool, typer.Option(help="Write the golden transcripts anew instead.")] = False,
) -> None:
    """Talk to a conversation in this terminal, without Telegram."""
    if record:
        for name in _transcripts(record=True):
            typer.echo(f"rewrote {name}")
        return
    flows = open_flows(files.CONVERSATIONS)
    if flow not in flows.by_name:
        _stop(f"No such conversation: {flow}. There are: {', '.join(sorted(flows.by_name))}", 2)
    samples = read_shared_samples(files.CONVERSATIONS)
    player = Player(flows, samples.facts, samples.calls)
    play(player, flow, _ask, typer.echo)


def _ask() -> str | None:
    try:
        return input("> ")
    except EOFError:
        return None


@app.command()
def listen() -> None:
    """Read {"id", "text"} lines, write {"id", "labels"} lines: what danger was heard in each."""
    reader = open(sys.stdin.fileno(), encoding="utf-8", errors="surrogateescape", newline="\n")  # noqa: PTH123, SIM115
    raise typer.Exit(listen_lines(reader, sys.stdout, load_listener(files.lexicon_texts())))


@flows_app.command()
def graph(flow: Annotated[str, typer.Argument(help="Which conversation.")]) -> None:
    """Draw a conversation as Mermaid."""
    found = open_flows(files.CONVERSATIONS).by_name.get(flow)
    if found is None:
        _stop(f"No such conversation: {flow}.", 2)
    typer.echo(mermaid(found))


@flows_app.command()
def lock() -> None:
    """Accept the steps as they are now: writes conversations/steps.lock."""
    write_steps_lock(files.CONVERSATIONS)


@flows_app.command()
def extract() -> None:
    """Write every sentence to be translated into conversations/locale/foothold.pot."""
    extract_texts(files.CONVERSATIONS)


@directory_app.command("import")
def directory_import(
    file: Annotated[Path, typer.Argument(help="The list: CSV, XLSX, Meeting Guide, BMLT, HSDS.")],
    source: Annotated[str, typer.Option(help="What you call this list; the same name again replaces it.")],
    programme: Annotated[str, typer.Option(help="Which programme its rows belong to: aa, na, smart …")],
    timezone: Annotated[str, typer.Option(help="The zone of its times, such as Europe/London.")],
    form: Annotated[str, typer.Option("--format", help=", ".join(FORMATS))] = "auto",
    yes: Annotated[bool, typer.Option("--yes", help="Go on though over a fifth would go.")] = False,
) -> None:
    """Bring a list of groups in. Good rows are published, each rejected one is named with its reason."""
    if form not in (*FORMATS, *OTHER_NAMES):
        _stop(f"--format is one of {', '.join(FORMATS)}.", 2)

    async def bring(store: Store, settings: Settings) -> int:
        return await commands.import_file(
            store,
            load_places(files.DATA),
            file,
            source=source,
            programme=programme,
            timezone=timezone,
            form=form,
            yes=yes,
            now=_now(),
            write=typer.echo,
        )

    _with_store(bring)


@directory_app.command("search")
def directory_search(
    place: Annotated[str, typer.Argument(help="A postcode district, a town …")],
    day: Annotated[str, typer.Option(help="Only this day: fri, Friday …")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Groups near a place, by when they start and whether one can get there."""

    async def look(store: Store, settings: Settings) -> int:
        directory = Directory(load_places(files.DATA))
        async with store.reading() as tx:
            await directory.learn(tx)
        return await commands.search(
            store,
            directory,
            place,
            country=settings.service.country,
            day=day,
            as_json=as_json,
            now=_now(),
            write=typer.echo,
        )

    _with_store(look)


@helplines_app.command("verify")
def helplines_verify(line: Annotated[str, typer.Argument(help="Its id in data/helplines.yaml.")]) -> None:
    """Note that you have checked a helpline's number and hours today."""

    async def note(store: Store, _: Settings) -> int:
        lines = load_helplines(files.DATA)
        return await commands.verify_helpline(store, lines, line, now=_now(), write=typer.echo)

    _with_store(note)


def _with_store(
    work: Callable[[Store, Settings], Awaitable[int]], needs: tuple[str, ...] = ("master_key",)
) -> NoReturn:
    """Open the database of the settings, do the work, exit with what it says."""
    settings = _settings(needs)

    async def opened() -> int:
        store = await open_store(settings)
        try:
            return await work(store, settings)
        finally:
            await store.close()

    raise typer.Exit(asyncio.run(opened()))


@app.command()
def doctor() -> None:
    """Say whether all is well, and if not, why and what to do; exit 1 if somebody may go without help."""
    settings = _settings(("master_key",))

    async def date() -> datetime | None:
        return await telegram_date(settings.telegram.base_url)

    lines = load_helplines(files.DATA)
    vault = Vault(settings.master_key_bytes())
    found = asyncio.run(examine(settings, vault, lines, _now(), date))
    for finding in found:
        typer.echo(str(finding))
    raise typer.Exit(exit_code(found))


@app.command()
def backup() -> None:
    """Copy the database into the backup folder while the service runs. The master key is never in it."""
    settings = _settings(())
    path = _sqlite(settings)
    try:
        made = make_backup(path, Path(settings.database.backup_dir), _now())
    except (Damaged, OSError, sqlite3.DatabaseError) as wrong:
        _stop(f"No backup was made: {wrong}", 1)
    typer.echo(f"{made}")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A backup.")]) -> None:
    """Put a backup in the database's place, with the service stopped; the erased stay erased."""
    settings = _settings(())
    path = _sqlite(settings)
    try:
        done = put_back(file, path, files.data_map(), _now())
    except (AlreadyRunning, NewerSchema, Damaged, OSError, sqlite3.DatabaseError) as wrong:
        _stop(f"Nothing was changed: {wrong}", 1)
    if done.replaced is not None:
        typer.echo(f"The database before is kept as {done.replaced}; delete it when all is well.")
    typer.echo(f"Restored. Erased again: {done.erased_again}.")


def _sqlite(settings: Settings) -> Path:
    if settings.database.sqlite_path is None:
        _stop("This database is PostgreSQL: use pg_dump and pg_restore (docs/server.md).", 2)
    return settings.database.sqlite_path


@app.command("export")
def export_person(
    telegram_id: Annotated[int, typer.Argument(help="Their Telegram user id, a number.")],
) -> None:
    """Write what /mydata would send to somebody, as JSON, to standard output."""

    async def write(store: Store, _: Settings) -> int:
        kept = await privacy.export(store, ChatId(telegram_id))
        if kept is None:
            _stop("Nobody with this id is known.", 1)
        typer.echo(kept)
        return 0

    _with_store(write)


@app.command()
def keygen() -> None:
    """Make a master key. Keep it in a file of its own, and never beside a backup."""
    typer.echo(encode_key(new_key()))


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
        _stop(wrong, 2)

    async def add(store: Store, settings: Settings) -> int:
        async with store.transaction() as tx:
            now, home = _now(), settings.service
            await staff.add(tx, ChatId(telegram_id), tuple(roles), name.strip(), now, home.zone, home.country)
        typer.echo(f"{name.strip()} is {' and '.join(roles)} now.")
        return 0

    _with_store(add)


@staff_app.command("invite")
def staff_invite(role: Annotated[str, typer.Argument(help="coach or coordinator")]) -> None:
    """Make a link that lets one person join, once, within a day; a coordinator says yes."""
    if role not in ("coach", "coordinator"):
        _stop("Invite a coach or a coordinator.", 2)

    async def invite(store: Store, settings: Settings) -> int:
        async with telegram_of(settings) as telegram:
            me = await telegram.me()
        async with store.transaction() as tx:
            token = invites.make(tx, role, _now())
        typer.echo(f"https://t.me/{me.username}?start={staff.JOIN}{token}")
        return 0

    _with_store(invite, NEEDED_TO_RUN)


def main() -> None:
    """The command `foothold`."""
    app()
