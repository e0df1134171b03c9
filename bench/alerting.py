"""How soon an alert is with a coach: `python -m bench.alerting`, and part of `make bench`.

The whole service at Telegram's own rate while 50 messages a second come in; then while 5,000 check-ins leave,
and while another chat is refused with 429. Somebody asks for a person every so often; the time counts from
their last word being handed over until Telegram has taken the alert. Beside it, in the same run and with the
same load, the plain way to send: one queue for everything, kept to the rate, waiting when Telegram says so.
"""

import argparse
import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from telegram import Bot
from telegram.error import RetryAfter

from bench import many_plans
from bench.at_nine import SECRETS, standin
from bench.bots import TOKEN, configured, foothold
from bench.people import FIRST_CHAT
from bench.plan import Plan
from bot.clock import SystemClock
from bot.domain.channel.outgoing import Post, SendClass, Text
from bot.domain.ids import ChatId, PersonId
from bot.domain.oncall.duty import Duty
from bot.domain.person import Age
from bot.process import Service
from bot.settings import load
from bot.store.conversing import outbox, people
from bot.store.conversing.inbox import Raw
from bot.store.rota import rotas
from bot.wiring import build

CASES = ("50 messages a second", "and 5,000 check-ins leaving", "and a 429 in another chat")
AIM_S = 1.0
PER_SECOND = 30.0
EVERY_S = 1.25
"""Between two requests: more often than once a second Telegram would not take alerts in the coach's chat."""
COACH = PersonId(1)
"""Of the people whom `many_plans` makes, the first is made the coach; askers follow from the second on."""


def plan_of(case: int, seconds: float) -> Plan:
    """500 people writing 50 messages a second; in the last case one more chat is always refused."""
    refuse = 2 * FIRST_CHAT + 1_000_000 if case == 2 else 0
    return Plan(
        "open", foothold("").manner, people=500, rate=50, warm_s=3600, measure_s=seconds, refuse=refuse
    )


async def ours(folder: Path, case: int, seconds: float, due: int) -> list[float]:
    """Seconds from each press to its alert."""
    path, asks = folder / "foothold.db", int(seconds / EVERY_S)
    now = datetime.now(UTC)
    known = due + asks + 60
    many_plans.ours(path, known, known, now + timedelta(days=30))
    plan = plan_of(case, seconds)
    async with standin(plan) as port:
        settings = load(configured(folder, port), {**os.environ, **SECRETS})
        rated = settings.sender.model_copy(update={"per_second": PER_SECOND, "per_chat_per_second": 1.0})
        service = await build(settings.model_copy(update={"sender": rated}), SystemClock())
        running = asyncio.create_task(service.run())
        await service.started.wait()
        askers = [ChatId(2 * FIRST_CHAT + n) for n in range(2, asks + 2)]
        await prepare(service, askers, now)
        await asyncio.sleep(3)
        besides = asyncio.create_task(burden(service, plan, due if case else 0, asks))
        pressed = await ask(service, askers)
        await besides
        await asyncio.sleep(5)
        service.stop()
        await running
    return waits(path, pressed)


async def prepare(service: Service, askers: Sequence[ChatId], now: datetime) -> None:
    """A coach on shift, and people who have got as far as "What may they read before you talk?"."""
    async with service.store.transaction() as tx:
        people.give(tx, COACH, "coach", now, None)
        rotas.say(tx, Duty(COACH, "on", now))
        for chat in askers:
            people.set_age(tx, PersonId(chat - 2 * FIRST_CHAT), Age.ADULT)
    for n, chat in enumerate(askers):
        await service.receiver.keep([said(n, chat, "talk")])


async def burden(service: Service, plan: Plan, due: int, asks: int) -> None:
    """What else is to leave: check-ins, a thousand a second as the tick queues them, or what is refused."""
    now, most = datetime.now(UTC), min(due, 20) if plan.refuse else due
    for start in range(0, most, 20):
        await asyncio.sleep(0.02)
        async with service.store.transaction() as tx:
            for n in range(start, min(start + 20, most)):
                who = PersonId(asks + 2 + n % 50) if plan.refuse else PersonId(asks + 2 + n)
                await people.unlock(tx, who)
                chat = ChatId(plan.refuse or 2 * FIRST_CHAT + who)
                kind = SendClass.REPLY if plan.refuse else SendClass.NUDGE
                outbox.add(tx, who, Post(chat, Text("how is it?"), f"burden:{n}", kind), now)


async def ask(service: Service, askers: Sequence[ChatId]) -> dict[int, float]:
    """Each in turn says "nothing", and the alert may leave; when, by chat, as seconds since 1970."""
    pressed: dict[int, float] = {}
    for n, chat in enumerate(askers):
        pressed[chat] = time.time()
        await service.receiver.keep([said(10_000 + n, chat, "nothing")])
        await asyncio.sleep(EVERY_S)
    return pressed


def said(number: int, chat: ChatId, text: str) -> Raw:
    """An update as it comes from Telegram."""
    at, update = int(time.time()), 500_000_000 + number
    who = {"id": chat, "is_bot": False, "first_name": "Ana"}
    message = {"message_id": number + 1, "from": who, "chat": {"id": chat, "type": "private"}, "date": at}
    return Raw(update, chat, json.dumps({"update_id": update, "message": {**message, "text": text}}).encode())


def waits(path: Path, pressed: dict[int, float]) -> list[float]:
    """From the press to Telegram's having taken the alert, by the outbox's own times."""
    with sqlite3.connect(path) as db:
        rows = db.execute(
            "SELECT a.chat_id, min(o.done_at) FROM outbox o"
            " JOIN handoff h ON o.key LIKE 'alert:' || h.id || ':%'"
            " JOIN address a ON a.person_id = h.person_id WHERE o.state = 'delivered' GROUP BY h.id"
        ).fetchall()
    found = {chat: done / 1000 for chat, done in rows}
    return [found.get(chat, time.time()) - at for chat, at in pressed.items()]


async def plain(case: int, seconds: float, due: int) -> list[float]:
    """The same load through one queue: whatever is next goes next, and a 429 holds up what comes after."""
    plan = plan_of(case, seconds)
    queue: asyncio.Queue[tuple[int, float]] = asyncio.Queue()
    found: list[float] = []
    coach = 2 * FIRST_CHAT + 1
    async with standin(plan) as port, Bot(TOKEN, base_url=f"http://127.0.0.1:{port}/bot") as bot:
        sending = asyncio.create_task(_in_order(bot, queue, coach, found))
        begun, replies, alerts = time.time(), 0, 0
        for n in range(due if case == 1 else 0):
            queue.put_nowait((2 * FIRST_CHAT + 1000 + n, begun))
        for _ in range(20 if plan.refuse else 0):
            queue.put_nowait((plan.refuse, begun))
        while (past := time.time() - begun) < seconds:
            while replies < past * plan.rate:
                replies += 1
                queue.put_nowait((FIRST_CHAT + replies % plan.people, time.time()))
            while alerts < past / EVERY_S:
                alerts += 1
                queue.put_nowait((coach, time.time()))
            await asyncio.sleep(0.01)
        sending.cancel()
        while not queue.empty():
            chat, at = queue.get_nowait()
            if chat == coach:
                found.append(time.time() - at)
    return found


async def _in_order(
    bot: Bot, queue: asyncio.Queue[tuple[int, float]], coach: int, found: list[float]
) -> None:
    while True:
        chat, at = await queue.get()
        tick = time.time() + 1 / PER_SECOND
        try:
            await bot.send_message(chat, "hello")
        except RetryAfter as refused:
            await asyncio.sleep(float(refused._retry_after.total_seconds()))
            queue.put_nowait((chat, at))
        if chat == coach:
            found.append(time.time() - at)
        await asyncio.sleep(max(0.0, tick - time.time()))


def p99(found: Sequence[float]) -> float:
    """The slowest of a hundred."""
    return quantiles(found, n=100, method="inclusive")[98]


def measured_in(what: str, case: int, options: argparse.Namespace) -> list[float]:
    """Measure one side of one case in a process of its own."""
    command = [sys.executable, "-m", "bench.alerting", "--measure", what, "--case", str(case)]
    command += ["--seconds", str(options.seconds), "--due", str(options.due)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(options: argparse.Namespace) -> int:
    """Measure, print, and say by the exit code whether every alert was in time."""
    print(f"{'alert with the coach after the request':44}{'p50':>10}{'p99':>10}{'plain p99':>12}", flush=True)
    missed = False
    for case, name in enumerate(CASES):
        alerts, theirs = measured_in("ours", case, options), measured_in("plain", case, options)
        reached = p99(alerts) <= AIM_S
        missed = missed or not reached
        aim = f"  under {AIM_S:.0f} s {'yes' if reached else 'NO'} ({len(alerts)} alerts)"
        row = f"{name:44}{median(alerts):>8.2f} s{p99(alerts):>8.2f} s{p99(theirs):>10.1f} s{aim}"
        print(row, flush=True)
    return int(missed)


def one(options: argparse.Namespace) -> list[float]:
    """What a process of its own was started for."""
    if options.measure == "plain":
        return asyncio.run(plain(options.case, options.seconds, options.due))
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        return asyncio.run(ours(Path(name), options.case, options.seconds, options.due))


def arguments() -> argparse.Namespace:
    """What may be changed for a quick look."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.alerting", description="How soon an alert is there."
    )
    parser.add_argument("--seconds", type=float, default=60, help="length of a run")
    parser.add_argument("--due", type=int, default=5000, help="check-ins that leave meanwhile")
    parser.add_argument("--measure", choices=("ours", "plain"), help=argparse.SUPPRESS)
    parser.add_argument("--case", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    asked = arguments()
    if asked.measure:
        print(json.dumps(one(asked)))
    else:
        sys.exit(main(asked))
