"""What the bot says: checked, talked to, listened with, drawn, locked, extracted."""

import os
import sys
from typing import Annotated

import typer

from bot.app import files
from bot.app.flows import (
    check_folder,
    extract_texts,
    open_flows,
    play,
    play_transcripts,
    read_shared_samples,
    write_steps_lock,
)
from bot.app.lexicon import open_listener
from bot.app.listen import listen_lines
from bot.cli.base import app, chosen_config, stop
from bot.domain.conversation.check import errors
from bot.domain.conversation.graph import mermaid
from bot.domain.conversation.player import Player
from bot.domain.danger.rehearsal import Rehearsal
from bot.settings import ConfigProblems, check_lines, load

flows_app = typer.Typer(no_args_is_help=True, help="The conversations: drawn, locked, played again.")
app.add_typer(flows_app, name="flows")


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
    listener = open_listener()
    flows = open_flows(files.CONVERSATIONS)
    return play_transcripts(files.CONVERSATIONS, flows, lambda: Rehearsal(listener), record=record)


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
    found = open_flows(files.CONVERSATIONS).by_name.get(flow)
    if found is None:
        stop(f"No such conversation: {flow}.", 2)
    typer.echo(mermaid(found))


@flows_app.command()
def lock() -> None:
    """Accept the steps as they are now: writes conversations/steps.lock."""
    write_steps_lock(files.CONVERSATIONS)


@flows_app.command()
def extract() -> None:
    """Write every sentence to be translated into conversations/locale/foothold.pot."""
    extract_texts(files.CONVERSATIONS)
