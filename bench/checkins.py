"""A million plans, and five thousand due at nine: `python -m bench.checkins`, and part of `make bench`.

Beside it, in the same run, APScheduler's own SQLAlchemy job store with a job for each plan. Its jobs do the
same work: each carries out one slot, in a Foothold database that holds only those that are due, by the very
transaction that ours runs (the next slot laid, the words chosen, sealed and queued, durable one by one).
Each figure is of a process of its own. At the end the whole service sends the five thousand at Telegram's own
rate, while danger and handoffs come in.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import psutil
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bench import at_nine, many_plans
from bench.bots import foothold
from bench.load import BOT_CORE, Figures, measured
from bench.many_plans import KEY, NINE
from bench.plan import Plan
from bot.app.checkins.plan_wishes import PlanWishes
from bot.app.checkins.plans import Plans
from bot.app.checkins.sending import CheckIns
from bot.app.conversing.conversations import Conversations
from bot.app.library import files
from bot.app.library.flows import open_flows
from bot.app.rules import Place
from bot.clock import MovableClock
from bot.domain.conversation.registry import FACTS
from bot.store.engine.sqlite import open_sqlite
from bot.store.keeping.vault import Vault
from bot.store.migrate import upgrade
from bot.store.store import Store

AIM_START_S, AIM_MIB = 5.0, 50.0
TICKS = 200


def rss_mib() -> float:
    """Resident memory of this process."""
    return float(psutil.Process().memory_info().rss) / 2**20


async def opened(path: Path, clock: MovableClock) -> tuple[Store, CheckIns]:
    """A Foothold database, brought up to date, and the check-ins in it."""
    flows, messages = open_flows(files.CONVERSATIONS), files.messages()
    upgrade(f"sqlite:///{path}")
    store = await open_sqlite(path, Vault(KEY))
    place = Place(ZoneInfo("Europe/London"), lambda _person, _at: {})

    async def facts(_: Any, __: Any) -> dict[str, str]:
        return dict.fromkeys(FACTS, "x")

    async def set_up(_: Any, __: Any, ___: Any) -> None:
        raise AssertionError("nobody asks for check-ins here")

    wishes = PlanWishes(Plans(place), set_up)
    calls, dos = wishes.calls(), wishes.dos()
    conversations = Conversations(lambda: flows, [facts], calls, dos)
    check_ins = CheckIns(store, clock, messages, conversations, "Harbour", place, files.caring())
    return store, check_ins


async def measure_ours(path: Path) -> dict[str, float]:
    """Open, tick with nothing due, then carry out everything that is due at nine."""
    began = time.perf_counter()
    clock = MovableClock(NINE.replace(hour=8))
    store, check_ins = await opened(path, clock)
    await check_ins.sweep()
    start_s = time.perf_counter() - began
    ticks = []
    for _ in range(TICKS):
        at = time.perf_counter()
        await check_ins.sweep()
        async with store.reading() as tx:
            await check_ins.next_due(tx)
        ticks.append(time.perf_counter() - at)
    memory = rss_mib()
    clock.move(NINE - clock.now())
    at = time.perf_counter()
    fired = 0
    while some := await check_ins.sweep():
        fired += some
    took = time.perf_counter() - at
    await store.close()
    return {
        "start_s": start_s,
        "mib": memory,
        "tick_ms": median(ticks) * 1000,
        "fired": fired,
        "fire_s": took,
    }


async def measure_theirs(path: Path) -> dict[str, float]:
    """The same with APScheduler: start, wake with nothing due, then everything that is due, as its jobs.

    What the jobs work on is opened after its start and memory were measured.
    """
    began = time.perf_counter()
    scheduler = AsyncIOScheduler(
        timezone="UTC",
        jobstores={"default": SQLAlchemyJobStore(f"sqlite:///{path}")},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    scheduler.start(paused=True)
    store = scheduler._jobstores["default"]
    store.get_next_run_time()
    start_s = time.perf_counter() - began
    ticks = []
    for _ in range(TICKS):
        at = time.perf_counter()
        store.get_due_jobs(datetime(2020, 1, 1, tzinfo=UTC))
        store.get_next_run_time()
        ticks.append(time.perf_counter() - at)
    memory = rss_mib()
    due = int(os.environ["BENCH_DUE"])
    foothold_store, check_ins = await opened(path.with_name("foothold.db"), MovableClock(NINE))
    many_plans.CARRY_OUT.append(check_ins.carry_out)
    at = time.perf_counter()
    scheduler.resume()
    while len(many_plans.FIRED) < due and time.perf_counter() - at < 600:
        await asyncio.sleep(0.01)
    took = time.perf_counter() - at
    scheduler.shutdown(wait=False)
    await foothold_store.close()
    return {
        "start_s": start_s, "mib": memory, "tick_ms": median(ticks) * 1000,
        "fired": len(many_plans.FIRED), "fire_s": took,
    }  # fmt: skip


def measured_in(what: str, path: Path, due: int) -> dict[str, float]:
    """One measurement in a process of its own, on the bot's core."""
    command = [
        "taskset",
        "-c",
        str(BOT_CORE),
        sys.executable,
        "-m",
        "bench.checkins",
        "--measure",
        what,
        str(path),
    ]
    environment = {**os.environ, "BENCH_DUE": str(due)}
    done = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


async def start_of(folder: Path, command: str) -> Figures:
    """The whole service on this folder's database: seconds to its first poll, and its memory."""
    bot = replace(foothold(command), environment=at_nine.SECRETS)
    plan = Plan("closed", bot.manner, people=1, warm_s=0.5, measure_s=3)
    return await measured(plan, bot, folder)


def rate(found: dict[str, float]) -> float:
    """How many a second."""
    return found["fired"] / found["fire_s"]


def report(options: argparse.Namespace, rows: dict[str, dict[str, float]]) -> bool:
    """Print the table; whether everything was reached."""
    ours, empty, theirs, nine = rows["ours"], rows["empty"], rows["theirs"], rows["nine"]
    aims = [
        (f"start with {options.plans:,} plans (whole service)", f"{ours['service_s']:.1f} s", "under 5 s",
         ours["service_s"] < AIM_START_S),
        ("  without plans, in this run", f"{empty['service_s']:.1f} s", "", True),
        ("memory over a database without plans", f"{ours['service_mib'] - empty['service_mib']:.0f} MiB",
         "within 50 MiB", ours["service_mib"] - empty["service_mib"] < AIM_MIB),
        ("a tick with nothing due, without plans", f"{empty['tick_ms']:.2f} ms", "", True),
        (f"a tick with nothing due, {options.plans:,} plans", f"{ours['tick_ms']:.2f} ms",
         "no more than twice that", ours["tick_ms"] < 2 * empty["tick_ms"] + 0.2),
        ("  APScheduler's job store: a look at what is due", f"{theirs['tick_ms']:.2f} ms", "", True),
        ("  its start", f"{theirs['start_s']:.2f} s (our part: {ours['start_s']:.2f} s)", "", True),
        ("  its memory", f"{theirs['mib']:.0f} MiB (our part: {ours['mib']:.0f} MiB)", "", True),
        (f"{options.due:,} due at once, slots carried out", f"{rate(ours):.0f}/s", "", True),
        ("  APScheduler: the same slots as its jobs", f"{rate(theirs):.0f}/s", "", True),
        (f"{options.due:,} at nine, at 30 a second: the last after", f"{nine['last_s']:.0f} s", "under 300 s",
         nine["last_s"] < 300 and nine["fired"] >= options.due),
        ("  meanwhile danger, queue to delivery, p99", f"{nine['danger']:.2f} s", "2 s", nine["danger"] <= 2),
        ("  meanwhile handoffs, p99", f"{nine['handoff']:.2f} s", "2 s", nine["handoff"] <= 2),
    ]  # fmt: skip
    for what, figure, aim, reached in aims:
        print(f"{what:52} {figure:>32}  {aim} {'' if not aim else 'yes' if reached else 'NO'}", flush=True)
    return all(reached for *_, reached in aims)


async def main(options: argparse.Namespace) -> int:
    """Fill the databases, measure, print."""
    rows: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        for what, plans, due in (("empty", 0, 0), ("ours", options.plans, options.due)):
            folder = Path(name) / what
            folder.mkdir()
            many_plans.ours(folder / "foothold.db", plans, due)
            whole = await start_of(folder, options.foothold)
            rows[what] = measured_in("ours", folder / "foothold.db", due)
            rows[what] |= {"service_s": whole.start_s, "service_mib": whole.rss_mib}
        folder = Path(name) / "theirs"
        folder.mkdir()
        many_plans.ours(folder / "foothold.db", options.due, options.due)
        path = folder / "jobs.db"
        many_plans.theirs(path, options.plans, options.due, datetime.now(UTC) - timedelta(hours=1))
        rows["theirs"] = measured_in("theirs", path, options.due)
        folder = Path(name) / "nine"
        folder.mkdir()
        rows["nine"] = measured_in("nine", folder, options.due)
    return 0 if report(options, rows) else 1


def arguments() -> argparse.Namespace:
    """What may be changed for a quick look."""
    beside = Path(sys.executable).with_name("foothold")
    parser = argparse.ArgumentParser(prog="python -m bench.checkins", description="A million plans.")
    parser.add_argument("--foothold", default=str(beside), help="how this bot is started")
    parser.add_argument("--plans", type=int, default=1_000_000, help="plans in the database")
    parser.add_argument("--due", type=int, default=5000, help="of them, due at nine")
    parser.add_argument("--measure", choices=("ours", "theirs", "nine"), help=argparse.SUPPRESS)
    parser.add_argument("path", nargs="?", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def one(options: argparse.Namespace) -> dict[str, float]:
    """What a process of its own was started for."""
    match options.measure:
        case "ours":
            return asyncio.run(measure_ours(options.path))
        case "theirs":
            return asyncio.run(measure_theirs(options.path))
        case _:
            return asyncio.run(at_nine.measure(options.path, int(os.environ["BENCH_DUE"])))


if __name__ == "__main__":
    asked = arguments()
    if asked.measure:
        print(json.dumps(one(asked)))
    else:
        sys.exit(asyncio.run(main(asked)))
