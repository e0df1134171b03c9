"""What is counted: made anew from the events."""

from zoneinfo import ZoneInfo

import typer

from bot.app.desk.measures import Measures
from bot.cli.base import app, with_store
from bot.clock import SystemClock
from bot.settings import Settings
from bot.store.store import Store

measures_app = typer.Typer(no_args_is_help=True, help="What is counted, for reports.")
app.add_typer(measures_app, name="measures")


@measures_app.command()
def recount() -> None:
    """Count every day anew that there are events of. Those who were erased are no longer in it."""

    async def count(store: Store, settings: Settings) -> int:
        days = await Measures(store, SystemClock(), ZoneInfo(settings.service.zone)).recount()
        typer.echo(f"{days} days counted.")
        return 0

    with_store(count)
