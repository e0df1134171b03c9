"""`python -m bench`: this bot beside one written the plain way, on one machine, in one run.

The stand-in and the bot each have a core of their own, and the bots take turns, so that a busy moment of the
machine hits both.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench import report
from bench.bots import NULL, PLAIN, PLAIN_INLINE, Bot, configured, foothold
from bench.load import BOT_CORE, STANDIN_CORE, BotEnded, Figures, measured
from bench.plan import Plan
from bench.report import Row


def say(line: str) -> None:
    """Print at once, for whoever watches."""
    print(line, flush=True)


async def run(plan: Plan, bot: Bot) -> Figures:
    """One run in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        figures = await measured(replace(plan, manner=bot.manner), bot, Path(folder))
    say(f"  {bot.name}: {report.brief(figures)}")
    return figures


async def typical(plan: Plan, bots: list[Bot], rounds: int) -> list[Figures]:
    """The middle of several runs of each bot."""
    found = [[await run(plan, bot) for bot in bots] for _ in range(rounds)]
    return [report.middle(list(runs)) for runs in zip(*found, strict=True)]


async def start_s(bot: Bot, people: int, rounds: int) -> float:
    """Seconds from start to first poll, with so many people in the database."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        command = [sys.executable, "-m", "bench.seed", str(configured(folder, 1)), str(people)]
        subprocess.run(command, check=True, env={**os.environ, **bot.environment})
        plan = Plan("closed", bot.manner, people=1, warm_s=0.1, measure_s=0.5)
        return median([(await measured(plan, bot, folder)).start_s for _ in range(rounds)])


async def compare(ours: Bot, options: argparse.Namespace) -> list[Row]:
    """All measurements."""
    manner, rounds, seconds = ours.manner, options.rounds, options.seconds
    say("Closed loop: 50 people, each writes again when answered.")
    closed = Plan("closed", manner, people=50, measure_s=seconds)
    plain, inline, own = await typical(closed, [PLAIN, PLAIN_INLINE, ours], rounds)
    rows = list(report.busy(plain, inline, own))
    say("Open loop: 50 messages a second.")
    fifty = Plan("open", manner, people=500, rate=50, measure_s=seconds)
    rows += report.steady(*await typical(fifty, [PLAIN, ours], rounds))
    say("Open loop: 100 messages a second, every answer of the API 50 ms late.")
    far = Plan("open", manner, people=1000, rate=100, delay_ms=50, measure_s=seconds)
    rows += report.far(*await typical(far, [PLAIN, ours], rounds))
    say(f"Backlog: {options.backlog:,} people wrote while the bot was down.")
    pile = Plan("backlog", manner, backlog=options.backlog, give_up_s=120)
    rows += report.pile(*await typical(pile, [PLAIN, ours], 1))
    say(f"Start with {options.known:,} people in the database.")
    start = await start_s(ours, options.known, rounds)
    rows.append(Row("start to first poll", plain.start_s, start, "s", "under 3", start < 3))
    return rows


def compile_all() -> None:
    """As `make setup` leaves it: bytecode, lexicon and flows compiled, as any start after it finds them."""
    for module in (("compileall", "-q", "bot", "bench"), ("bot.app.library.content",)):
        subprocess.run([sys.executable, "-m", *module], check=True)


async def main(options: argparse.Namespace) -> int:
    """Measure, print, and say by the exit code whether everything was reached."""
    compile_all()
    say(f"Bot on core {BOT_CORE}, stand-in on core {STANDIN_CORE}; the stand-in's own ceiling:")
    if BOT_CORE == STANDIN_CORE:
        say("only one core: the two disturb each other, and the figures are invalid")
    most = (await run(Plan("closed", NULL.manner, people=200, measure_s=4), NULL)).updates_per_s
    try:
        rows = await compare(foothold(options.foothold), options)
    except BotEnded as ended:
        say(f"The bot under test ended, or never polled. The end of what it wrote:\n{ended}")
        return 1
    say("\n" + report.table(rows, most))
    return 0 if all(row.reached is not False for row in rows) else 1


def arguments() -> argparse.Namespace:
    """What may be changed for a quick look."""
    beside = Path(sys.executable).with_name("foothold")
    parser = argparse.ArgumentParser(prog="python -m bench", description="This bot beside a plain one.")
    parser.add_argument("--foothold", default=str(beside), help="how this bot is started")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each measurement")
    parser.add_argument("--seconds", type=float, default=8, help="length of a run")
    parser.add_argument("--backlog", type=int, default=5000, help="people who wrote while it was down")
    parser.add_argument("--known", type=int, default=100_000, help="people in the database at the start")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(arguments())))
