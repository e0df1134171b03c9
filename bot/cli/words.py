"""What the bot says: checked, talked to, listened with, drawn, locked, extracted."""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import typer

from bot.app.library import files
from bot.app.library.flows import (
    check_all,
    completeness_of,
    extract_texts,
    open_flows,
    play,
    play_transcripts,
    read_shared_samples,
    sign_texts,
    unreviewed,
    write_steps_lock,
)
from bot.app.library.lexicon import open_listener
from bot.app.library.listen import listen_lines
from bot.cli.base import app, chosen_config, stop
from bot.cli.private import open_files
from bot.clock import SystemClock
from bot.domain.conversation.graph import mermaid
from bot.domain.conversation.player import Player
from bot.domain.conversation.problems import FlowsBroken
from bot.domain.conversation.transcripts import TranscriptBroken
from bot.domain.danger.rehearsal import Rehearsal
from bot.settings import ConfigProblems, check_lines, load

flows_app = typer.Typer(no_args_is_help=True, help="The conversations: drawn, locked, played again.")
app.add_typer(flows_app, name="flows")


@contextmanager
def _plainly() -> Iterator[None]:
    """Says what is wrong with the files of conversations and ends with 2."""
    try:
        yield
    except (FlowsBroken, TranscriptBroken) as broken:
        stop(str(broken), 2)


@app.command()
def check(
    shipped: Annotated[bool, typer.Option(help="Only the conversations, not the settings.")] = False,
) -> None:
    """Say every problem of the settings and of the conversations, with file, line, key and fix."""
    wrong: list[str] = []
    if not shipped:
        try:
            load(chosen_config(), os.environ)
        except ConfigProblems as problems:
            wrong += check_lines(problems.problems)
        wrong += _exposed()
    listener = open_listener()
    with _plainly():
        found, warnings = check_all(files.CONVERSATIONS, lambda: Rehearsal(listener))
    wrong += found
    for line in (*warnings, *wrong, *completeness_of(files.CONVERSATIONS)):
        typer.echo(line)
    if wrong:
        raise typer.Exit(2)
    typer.echo("All well." if not shipped else "The conversations are well.")


def _exposed() -> list[str]:
    """What everybody on this machine may read, as far as the settings say where it is."""
    with suppress(ConfigProblems):
        settings = load(chosen_config(), os.environ, needs=())
        return [
            f"{path}: everybody on this machine may read it. Fix: chmod go= {shlex.quote(str(path))}"
            for path in open_files(settings)
        ]
    return []


@app.command("play")
def play_flow(
    flow: Annotated[str, typer.Argument(help="Which conversation.")] = "start",
    record: Annotated[bool, typer.Option(help="Write the golden transcripts anew instead.")] = False,
) -> None:
    """Talk to a conversation in this terminal, without Telegram."""
    if record:
        listener = open_listener()
        with _plainly():
            flows = open_flows(files.CONVERSATIONS)
            for name in play_transcripts(
                files.CONVERSATIONS, flows, lambda: Rehearsal(listener), record=True
            ):
                typer.echo(f"rewrote {name}")
        return
    with _plainly():
        flows = open_flows(files.CONVERSATIONS)
    if flow not in flows.by_name:
        stop(f"No such conversation: {flow}. There are: {', '.join(sorted(flows.by_name))}", 2)
    samples = read_shared_samples(files.CONVERSATIONS)
    attentive = Rehearsal(open_listener())
    player = Player(flows, samples.facts, samples.calls, attentive)
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
    raise typer.Exit(listen_lines(reader, sys.stdout, open_listener()))


@flows_app.command()
def graph(flow: Annotated[str, typer.Argument(help="Which conversation.")]) -> None:
    """Draw a conversation as Mermaid."""
    with _plainly():
        found = open_flows(files.CONVERSATIONS).by_name.get(flow)
    if found is None:
        stop(f"No such conversation: {flow}.", 2)
    typer.echo(mermaid(found))


@flows_app.command()
def lock() -> None:
    """Accept the steps as they are now: writes conversations/steps.lock."""
    with _plainly():
        write_steps_lock(files.CONVERSATIONS)


@flows_app.command("unreviewed")
def list_unreviewed(
    language: Annotated[str, typer.Argument(help="Which language, such as pl.")],
    safety: Annotated[bool, typer.Option(help="Only the safety texts.")] = False,
) -> None:
    """List the translations that no native speaker has signed, safety texts first."""
    try:
        lines = unreviewed(files.CONVERSATIONS, language, safety=safety)
    except ValueError as wrong:
        stop(str(wrong), 2)
    for line in lines:
        typer.echo(line)


@flows_app.command()
def review(
    language: Annotated[str, typer.Argument(help="Which language, such as pl.")],
    where: Annotated[str, typer.Argument(help='What was read: "danger/suicide.yaml", "" for all.')],
    by: Annotated[str, typer.Option(help="Who has read it, a native speaker.")],
) -> None:
    """Put a native speaker's name under the translations they have read and found right."""
    if not by.strip() or not by.isprintable():
        stop("Give --by the name of who has read it.", 2)
    try:
        signed = sign_texts(files.CONVERSATIONS, language, where, by, SystemClock().now().date())
    except ValueError as wrong:
        stop(str(wrong), 2)
    if not signed:
        stop(f'No text that waits for a name is said at "{where}"; nothing was signed.', 2)
    typer.echo(f"{signed} texts signed.")


@flows_app.command()
def extract() -> None:
    """Write every sentence to be translated into conversations/locale, and bring the languages up to it."""
    with _plainly():
        extract_texts(files.CONVERSATIONS)
