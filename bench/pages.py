"""The coordinator's pages with many people: `python -m bench.pages`, and part of `make bench`.

A million events, one for each message, of 10,000 people over three months, with staff, a directory, check-ins
and a log. Compared in one run on one machine: the list made from events each time, as it was before outlines
(baseline), and every page, asked for through the whole application by a browser that is signed in, each time
somewhere else, until the first byte. Measures of an older period are asked for once each: the first who looks
must not wait either.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from time import perf_counter as clock

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
PERIODS = tuple(
    Period.holding(kind, NOW.date() - timedelta(days=back)).code for kind in KINDS for back in range(0, 90, 7)
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


async def timed(browser: Browser, path: str) -> float:
    """Milliseconds to the first byte of a page."""
    begun = clock()
    async with browser.stream("GET", path) as answer:
        took = (clock() - begun) * 1000
        assert answer.status_code == 200, (path, answer.status_code)
    return took


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


async def older(browser: Browser) -> Iterator[tuple[str, list[float]]]:
    """Measures of every period of three months, each for the first time."""
    found = []
    for page in ("/measures", "/measures/unmet", "/measures/report"):
        times = [await timed(browser, f"{page}?period={code}") for code in dict.fromkeys(PERIODS)]
        found.append((f"{page[1:]}, each period", times))
    return iter(found)


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
            async with made.signed_in(cora) as browser:
                figures = {
                    name: [await timed(browser, path()) for _ in range(rounds)]
                    for name, path in asked(dice, crowd).items()
                }
                figures |= dict(await older(browser))
    return told(figures)


def told(figures: Mapping[str, list[float]]) -> int:
    """Print them, each page's middle, p95 and worst; 0 if every p95 is within the aim."""
    worst = 0.0
    for name, times in figures.items():
        times.sort()
        p95 = times[int(len(times) * 0.95)]
        worst = max(worst, p95)
        print(f"{name:36}{times[len(times) // 2]:>8.0f} ms  p95 {p95:>6.0f} ms  worst {times[-1]:>6.0f} ms")
    print(f"first byte, p95 under {AIM_MS} ms: {'yes' if worst <= AIM_MS else 'NO'}")
    return 0 if worst <= AIM_MS else 1


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m bench.pages")
    options.add_argument("--people", type=int, default=10_000)
    options.add_argument("--messages", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=40)
    given = options.parse_args()
    sys.exit(asyncio.run(main(given.people, given.messages, given.rounds)))
