"""The coordinator's pages with many people: `python -m bench.pages`, and part of `make bench`.

A million events, one for each message, of 10,000 people over three months, with staff, a directory, check-ins
and a log. Compared in one run on one machine: the list made from events each time, as it was before outlines
(baseline), and every page, asked for through the whole application by a browser that is signed in, each time
somewhere else, until the first byte. Measures of an older period are asked for once each: the first who looks
must not wait either.
"""

import argparse
import asyncio
import gc
import random
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from time import perf_counter as clock
from urllib.parse import urlsplit

from starlette.types import Message

from bench.crowd import COACHES, GROUPS, TALKS, Crowd
from bot.app.desk.outlining import rebuild_all
from bot.app.desk.summaries import Summaries
from bot.domain.ids import PersonId
from bot.domain.measures.period import KINDS, Period
from bot.store.conversing.events import event
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import prepared
from tests import shipped
from tests.web.desk import MESSAGES, NOW, ZONE, Browser, Desk, desk

AIM_MS = 300
SAMPLE = 500
"""People of whom the baseline makes the list: it grows with them."""
_DAYS = tuple(NOW.date() - timedelta(days=back) for back in range(0, 90, 7))
PERIODS = tuple(
    dict.fromkeys(
        [Period.holding(kind, day).code for kind in KINDS for day in _DAYS]
        + [Period.from_to(day, day + timedelta(days=30)).code for day in _DAYS]
    )
)
_FIRST = COACHES + 2


async def baseline(made: Desk) -> float:
    """Milliseconds for the list of thirty days made from events, of SAMPLE people: it takes seconds."""
    summaries, since = Summaries(MESSAGES, ZONE), NOW - timedelta(days=30)
    recent = prepared(
        event.select()
        .with_only_columns(event.c.person_id)
        .where(event.c.at >= to_ms(since), event.c.person_id.is_not(None))
        .group_by(event.c.person_id)
    )
    begun = clock()
    async with made.store.reading() as tx:
        for found in (await tx.fetch(recent))[:SAMPLE]:
            await summaries.of_person(tx, PersonId(found["person_id"]))
    return (clock() - begun) * 1000


async def timed(made: Desk, browser: Browser, path: str) -> tuple[float, int]:
    """Milliseconds to the first byte of a page, and its length."""
    first: list[float] = []
    sizes: list[int] = []

    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        for message in asked:
            return message
        await asyncio.Event().wait()  # the browser stays until it has all of it
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200, (path, message["status"])
        elif message.get("body"):
            first.append((clock() - begun) * 1000)
            sizes.append(len(message["body"]))

    where = urlsplit(path)
    request = {
        "type": "http", "method": "GET", "path": where.path, "raw_path": where.path.encode(), "root_path": "",
        "query_string": where.query.encode(), "headers": [(b"cookie", cookies(browser))], "scheme": "https",
        "server": ("desk.example", 443), "client": ("127.0.0.1", 1), "http_version": "1.1",
    }  # fmt: skip
    begun = clock()
    await made.app(request, receive, send)
    return first[0], sum(sizes)


def cookies(browser: Browser) -> bytes:
    """What the browser sends along."""
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items()).encode()


def asked(dice: random.Random, crowd: int) -> Mapping[str, Callable[[], str]]:
    """Each page as a coordinator asks for it, each time for something else."""
    flows = cycle(shipped.flows().by_name)

    def one() -> str:
        return f"/conversations/{dice.randrange(_FIRST, _FIRST + crowd)}/{dice.randint(1, TALKS // 2)}"

    def group() -> str:
        return f"/groups/{dice.randint(1, GROUPS)}"

    return {
        "today": lambda: "/",
        "conversations, a page of them": lambda: f"/conversations?page={dice.randint(1, 40)}",
        "conversations, a flag": lambda: (
            f"/conversations?flag={dice.choice(('danger', 'unmet', 'unanswered', 'to_review'))}"
        ),
        "conversations, a code name": lambda: f"/conversations?q={dice.choice(('heron', 'quiet', 'er 5'))}",
        "conversations, the whole time": lambda: "/conversations?since=2026-08-01&need=none_fit",
        "conversations as a file": lambda: f"/conversations.csv?page={dice.randint(1, 40)}",
        "one conversation": one,
        "one conversation as a file": lambda: one() + ".csv",
        "danger log": lambda: f"/dangers?show=all&page={dice.randint(1, 40)}",
        "check-ins": lambda: "/check-ins",
        "rota": lambda: f"/rota?week={(NOW + timedelta(weeks=dice.randint(-4, 4))).date()}",
        "hours as a file": lambda: "/rota/hours.csv?month=2026-10",
        "groups": lambda: "/groups",
        "groups near a place": lambda: f"/groups?q={dice.choice(('LS2', 'BD1', 'M1', 'E1'))}",
        "groups by name": lambda: f"/groups?q=Serenity+{dice.randint(1, 99)}",
        "one group": group,
        "one group's form": lambda: group() + "/edit",
        "poster": lambda: group() + "/poster",
        "poster's code": lambda: group() + "/code.svg",
        "words": lambda: "/flows",
        "one conversation's words": lambda: f"/flows/{next(flows)}",
        "measures": lambda: "/measures",
        "sessions": lambda: "/sessions",
        "log": lambda: f"/audit?before={dice.randint(100, 2000)}",
    }


async def older(made: Desk, browser: Browser) -> Mapping[str, list[tuple[float, int]]]:
    """Measures of every period of three months, each for the first time."""
    return {
        f"{page[1:]}, each period": [await timed(made, browser, f"{page}?period={code}") for code in PERIODS]
        for page in ("/measures", "/measures/unmet", "/measures/report")
    }


async def main(crowd: int, messages: int, rounds: int) -> int:
    """Measure and print; 0 if every page is quick enough."""
    dice = random.Random(20261123)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with desk(Path(folder)) as made:
            cora = await made.arrives("coordinator", name="Cora")
            print(f"Making {messages:,} events of {crowd:,} people.", flush=True)
            await Crowd(made.store, dice, NOW, cora.id).fill(crowd, messages)
            begun = clock()
            await rebuild_all(made.store)
            print(f"Their outlines were made anew in {clock() - begun:.0f} s.", flush=True)
            begun = clock()
            await made.measures.tick()
            print(f"All was counted in {clock() - begun:.0f} s.", flush=True)
            before = await baseline(made)
            print(f"{f'from events, {SAMPLE} people (baseline)':36}{before:>10.0f} ms", flush=True)
            gc.collect()  # as the service does once it has started (bot/process.py)
            gc.freeze()
            async with made.signed_in(cora) as browser:
                figures = {
                    name: [await timed(made, browser, path()) for _ in range(1 if "file" in name else rounds)]
                    for name, path in asked(dice, crowd).items()
                }
                figures |= await older(made, browser)
    return told(figures)


def told(figures: Mapping[str, list[tuple[float, int]]]) -> int:
    """Print them, each page's middle, p95, worst and longest; 0 if every p95 is within the aim."""
    slowest = 0.0
    for name, found in figures.items():
        times, longest = sorted(ms for ms, _ in found), max(size for _, size in found)
        p95 = times[int(len(times) * 0.95)]
        slowest = max(slowest, p95)
        print(
            f"{name:36}{times[len(times) // 2]:>8.0f} ms  p95 {p95:>5.0f} ms  worst {times[-1]:>5.0f} ms"
            f"  {longest / 1000:>6.0f} kB"
        )
    print(f"first byte, p95 under {AIM_MS} ms: {'yes' if slowest <= AIM_MS else 'NO'}")
    return 0 if slowest <= AIM_MS else 1


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m bench.pages")
    options.add_argument("--people", type=int, default=10_000)
    options.add_argument("--messages", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=40)
    given = options.parse_args()
    sys.exit(asyncio.run(main(given.people, given.messages, given.rounds)))
