"""The coordinator's pages with many people: `python -m bench.pages`, and part of `make bench`.

A million events, one for each message, of 10,000 people over three months. Compared in one run on one
machine: the list made from events each time, as it was before outlines (baseline), and the pages asked for
through the whole application by a browser that is signed in, each time somewhere else, until the first byte.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter as clock

from sqlalchemy import bindparam

from bot.app.desk.outlining import rebuild_all
from bot.app.desk.summaries import Summaries
from bot.domain import events
from bot.domain.events import Code, Event, name_of, to_json
from bot.domain.ids import ChatId, HandoffId, PersonId
from bot.store.conversing import people
from bot.store.conversing.events import event
from bot.store.engine.columns import to_ms
from bot.store.engine.statement import prepared
from bot.store.store import Store
from tests.web.desk import MESSAGES, NOW, ZONE, Browser, Desk, desk

AIM_MS = 300
OVER = timedelta(days=90)
TALKS = 10
"""Conversations of each person."""
SAMPLE = 500
"""People of whom the baseline makes the list: it grows with them."""
_ADD = prepared(
    event.insert().values({name: bindparam(name) for name in ("person_id", "kind", "at", "data")})
)


def told(dice: random.Random, which: int, coach: PersonId) -> Iterator[Event]:
    """What happens in one conversation, as often as it takes."""
    talk = HandoffId(which)
    yield events.FlowStarted(Code(dice.choice(("urge", "slip", "change", "family"))))
    yield events.IntakeAnswered(Code("about"), (Code(dice.choice(("alcohol", "opioids", "cocaine"))),))
    if dice.random() < 0.3:
        yield events.UnmetNeed(Code(dice.choice(("no_group_near", "lift_to_group", "none_fit"))))
    if dice.random() < 0.2:
        yield events.HandoffAsked(talk, Code("urge"), dice.choice(("everything", "today", "nothing")))
        yield events.HandoffAccepted(talk, coach, 200)
        yield events.HandoffClosed(talk, "person", Code("talked"), 900)
    while True:
        yield events.Helped(Code("exercise"))


async def fill(store: Store, crowd: int, messages: int, dice: random.Random, coach: PersonId) -> None:
    """People and their events, in the order in which they happened to each."""
    each = messages // (crowd * TALKS)
    for start in range(0, crowd, 500):
        rows: list[Mapping[str, object]] = []
        async with store.transaction() as tx:
            for n in range(start, min(start + 500, crowd)):
                who = await people.arrive(
                    tx, "telegram", ChatId(10_000 + n), NOW - OVER, language="en", country="GB", zone=ZONE.key
                )
                begins = sorted(NOW - OVER * dice.random() for _ in range(TALKS))
                for number, at in enumerate(begins):
                    for minute, what in zip(range(each), told(dice, n * TALKS + number, coach), strict=False):
                        rows.append(row(who.id, at + timedelta(minutes=minute), what))
            tx.write_many(_ADD, rows)


def row(who: PersonId, at: datetime, what: Event) -> Mapping[str, object]:
    """An event as it is stored."""
    return {"person_id": who, "kind": name_of(what), "at": to_ms(at), "data": json.dumps(to_json(what))}


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
    return {
        "today": lambda: "/",
        "conversations, a page of them": lambda: f"/conversations?page={dice.randint(1, 40)}",
        "conversations, a flag": lambda: (
            f"/conversations?flag={dice.choice(('danger', 'unmet', 'unanswered', 'to_review'))}"
        ),
        "conversations, a code name": lambda: f"/conversations?q={dice.choice(('heron', 'quiet', 'er 5'))}",
        "conversations, the whole time": lambda: "/conversations?since=2026-08-01&need=none_fit",
        "one conversation": lambda: f"/conversations/{dice.randint(3, crowd)}/{dice.randint(1, TALKS // 2)}",
    }


async def main(crowd: int, messages: int, rounds: int) -> int:
    """Measure and print; 0 if every page is quick enough."""
    dice = random.Random(20261123)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with desk(Path(folder)) as made:
            cora, coach = await made.arrives("coordinator"), await made.arrives("coach", name="Ben")
            print(f"Making {messages:,} events of {crowd:,} people.", flush=True)
            await fill(made.store, crowd, messages, dice, coach.id)
            begun = clock()
            await rebuild_all(made.store)
            print(f"Their outlines were made anew in {clock() - begun:.0f} s.", flush=True)
            print(
                f"{f'from events, {SAMPLE} people (baseline)':36}{await baseline(made):>10.0f} ms", flush=True
            )
            worst = 0.0
            async with made.signed_in(cora) as browser:
                for name, path in asked(dice, crowd).items():
                    times = sorted([await timed(browser, path()) for _ in range(rounds)])
                    p95 = times[int(len(times) * 0.95)]
                    worst = max(worst, p95)
                    print(f"{name:36}{times[len(times) // 2]:>10.0f} ms  p95 {p95:>6.0f} ms", flush=True)
    print(f"first byte, p95 under {AIM_MS} ms: {'yes' if worst <= AIM_MS else 'NO'}")
    return 0 if worst <= AIM_MS else 1


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m bench.pages")
    options.add_argument("--people", type=int, default=10_000)
    options.add_argument("--messages", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=40)
    given = options.parse_args()
    sys.exit(asyncio.run(main(given.people, given.messages, given.rounds)))
