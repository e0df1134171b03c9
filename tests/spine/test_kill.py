"""kill -9 at any moment: every message has one effect, in order, and every send is accounted for."""

import asyncio
import random
import signal
from pathlib import Path

import pytest

from bot.sandbox import Phone, Sandbox
from bot.sandbox.faults import Fault
from tests.spine.lives import Lives, a_sandbox, lives_of
from tests.store.conftest import Server
from tests.waiting import Lifetime, until
from tests.world import a_world

PEOPLE = 25
EACH = 21
KILLS = 52
WORDS = (
    "hello", "/intake", "purple", "/privacy", "/help", "what", "/start", "tea", "/mydata", "next",
    "/nonsense", "bye", "/language",
)  # fmt: skip
SCRIPTS = tuple(tuple(WORDS[(n * start + start) % len(WORDS)] for n in range(EACH)) for start in range(1, 6))


async def undisturbed(folder: Path) -> list[list[list[str]]]:
    """What a service that nobody kills answers to each script, message by message."""
    answers: list[list[list[str]]] = []
    async with a_world(folder) as world:
        for n, script in enumerate(SCRIPTS):
            hand = await world.person(f"Calm {n}")
            answers.append([])
            for words in script:
                await hand.says(words)
                answers[-1].append(hand.heard())
    return answers


class Crowd:
    """People who go on writing, whatever happens to the service."""

    def __init__(self, phones: list[Phone], chance: random.Random, each: int = EACH) -> None:
        self.phones, self.each = phones, each
        waiting = [(n, iter(SCRIPTS[n % len(SCRIPTS)])) for n in range(len(phones))]
        order = [n for n in range(len(phones)) for _ in range(each)]
        chance.shuffle(order)
        self._next = [(phones[n], dict(waiting)[n]) for n in order]
        self.written = 0

    @property
    def done(self) -> bool:
        return self.written == len(self._next)

    def writes(self) -> None:
        """The next message of somebody."""
        phone, words = self._next[self.written]
        phone.says(next(words))
        self.written += 1


async def a_life(lives: Lives, crowd: Crowd, chance: random.Random, pace: float) -> None:
    """Begin; people write; kill: in half of the lives while it starts, else while it works."""
    await lives.begin()
    working = chance.random() < 0.5
    if working:
        await lives.started()
    life = Lifetime(chance.uniform(0.0, 0.35 if working else 0.9))
    for _ in range(round(pace)):
        if not crowd.done:
            crowd.writes()
    while life.lasts:
        await life.goes_on(chance.uniform(0, 0.03))
        if not crowd.done and chance.random() < 0.3:
            crowd.writes()
    await lives.killed()


async def test_killed_at_random_while_people_write(tmp_path: Path) -> None:
    """Fifty deaths, five hundred messages: 0 lost, 0 handled twice, order kept, every send accounted for."""
    assert KILLS > 50
    assert PEOPLE * EACH >= 500
    await many_lives(tmp_path, PEOPLE, EACH, KILLS)


@pytest.mark.postgres
async def test_killed_at_random_on_postgresql(tmp_path: Path, postgres: Server) -> None:
    """The same statements, the same promise; a process that was killed leaves no lock that stops the next."""
    await many_lives(tmp_path, 8, 9, 10, postgres.empty())


async def many_lives(folder: Path, people: int, each: int, kills: int, url: str = "") -> None:
    """So many people write so many messages each, and the service is killed so often; then all is seen."""
    chance = random.Random(20261122)
    (folder / "calm").mkdir()
    expected = await undisturbed(folder / "calm")
    async with a_sandbox() as sandbox, lives_of(folder, sandbox, url) as lives:
        crowd = Crowd([sandbox.phone(101 + n, f"P{n}") for n in range(people)], chance, each)
        while lives.born < kills or not crowd.done:
            left = people * each - crowd.written
            await a_life(lives, crowd, chance, left / max(1, kills - lives.born) / 2)
        await lives.begin()
        await until(lambda: not sandbox.world.updates.waiting and lives.at_rest(), 60)
        lives.signal(signal.SIGTERM)
        assert await lives.ended() == 0
        everything_once(lives, people * each)
        for n, phone in enumerate(crowd.phones):
            told_in_order(lives, sandbox, phone, expected[n % len(SCRIPTS)], each)


def everything_once(lives: Lives, written: int) -> None:
    """Each message stands in the inbox once, and is done; each has had its answer."""
    assert lives.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [("done", written)]
    assert lives.rows("SELECT count(DISTINCT update_id) FROM inbox") == [(written,)]
    keys = [key for (key,) in lives.rows("SELECT key FROM outbox")]
    assert len({":".join(key.split(":")[:2]) for key in keys}) == written


def told_in_order(lives: Lives, sandbox: Sandbox, phone: Phone, answers: list[list[str]], each: int) -> None:
    """A person's answers are those of an undisturbed service; repeats are only what the class allows."""
    rows = lives.rows(
        "SELECT state, send_class, attempt, doubts, message_id FROM outbox WHERE chat_id = ? ORDER BY id",
        phone.id,
    )
    expected = [words for said in answers[:each] for words in said]
    assert len(rows) == len(expected)
    texts: list[tuple[int, str]] = []
    for entry in sandbox.ledger.sent(phone.id):
        message = phone.chat.messages[entry.body["message_id"]]
        texts.append((message.id, message.text))
    at, known = 0, {row[-1] for row in rows}
    for (state, send_class, attempt, doubts, message_id), words in zip(rows, expected, strict=True):
        assert send_class == "reply"
        assert state in ("delivered", "unknown")
        assert attempt <= 2, "an answer is repeated once at most"
        assert doubts == attempt - 1, "it goes again only when nobody knew"
        came: list[int] = []
        while at < len(texts) and texts[at][1] == words and len(came) < attempt:
            if texts[at][0] in known - {message_id}:
                break  # the next answer has the same words
            came.append(texts[at][0])
            at += 1
            if came[-1] == message_id:
                break
        if state == "delivered":
            around = [(n, text[:40]) for n, text in texts[max(0, at - 2) : at + 3]]
            assert message_id in came, (phone.id, words[:40], message_id, rows, around)
        else:
            assert attempt == 2, "kept as unknown only after the one repeat"
    assert at == len(texts), "something came that nobody sent"


async def test_told_to_stop_under_load(tmp_path: Path) -> None:
    """SIGTERM ends it with 0 within five seconds, twice over; what was under way is finished or kept."""
    async with a_sandbox() as sandbox, lives_of(tmp_path, sandbox) as lives:
        crowd = Crowd([sandbox.phone(101 + n, f"P{n}") for n in range(8)], random.Random(2))
        slow = Fault("delay", "sendMessage", seconds=0.3, every=2)
        stuck = Fault("hang", "sendMessage", nth=(20, 40))
        sandbox.faults.set([slow, stuck])
        for signals in (1, 2, 1):
            await lives.begin()
            await lives.started()
            for _ in range(50):
                crowd.writes()
            await until(lambda: bool(lives.rows("SELECT 1 FROM outbox WHERE state = 'delivered'")))
            async with asyncio.timeout(5):
                for _ in range(signals):
                    lives.signal(signal.SIGTERM)
                assert await lives.ended() == 0
        sandbox.faults.clear()
        await lives.begin()
        await until(lambda: not sandbox.world.updates.waiting and lives.at_rest(), 60)
        assert lives.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [("done", crowd.written)]
        assert lives.rows("SELECT count(*) FROM outbox WHERE state NOT IN ('delivered', 'unknown')") == [(0,)]
        await lives.killed()


async def test_killed_at_named_points(tmp_path: Path) -> None:
    """Before and after each commit, and between a send and its answer: one effect each, repeats by class."""
    async with a_sandbox() as sandbox, lives_of(tmp_path, sandbox) as lives:
        ana = sandbox.phone(101, "Ana")
        await first_words(lives, ana)

        with lives.nobody_writes():  # before the inbox commits
            given = len(sandbox.ledger.of("given"))
            ana.says("/help")
            await until(lambda: len(sandbox.ledger.of("given")) > given)
            await lives.killed()
        assert lives.rows("SELECT count(*) FROM inbox") == [(1,)]
        assert len(sandbox.world.updates.waiting) == 1, "what is not on disk is not acknowledged"

        with lives.refuses_changes("inbox"):  # kept, and no turn committed
            await lives.begin()
            await until(lambda: lives.rows("SELECT state FROM inbox") == [("done",), ("new",)])
            await lives.killed()
        with lives.refuses_changes("outbox"):  # the turn is committed, and nothing claimed
            await lives.begin()
            await until(lambda: lives.rows(SENDS) == [("delivered", 1), ("pending", 0)])
            await lives.killed()
        assert ana.heard() == []

        sandbox.faults.set([Fault("hang", "sendMessage")])  # claimed, and not sent
        await lives.begin()
        await until(lambda: lives.rows(SENDS) == [("delivered", 1), ("sending", 1)])
        await lives.killed()
        assert ana.heard() == []

        sandbox.faults.set([Fault("hang", "sendMessage", when="after")])  # sent, and not answered
        await lives.begin()
        await until(lambda: len(ana.heard()) == 1)
        await lives.killed()
        sandbox.faults.clear()
        await lives.begin()
        await until(lambda: not sandbox.world.updates.waiting and lives.at_rest())
        assert ana.heard() == [], "an answer is repeated once at most"
        await lives.killed()
        assert lives.rows(SENDS) == [("delivered", 1), ("unknown", 2)]
        assert lives.rows("SELECT state FROM inbox") == [("done",), ("done",)]


SENDS = "SELECT state, attempt FROM outbox ORDER BY id"


async def first_words(lives: Lives, phone: Phone) -> None:
    """A first life, in which everything goes well."""
    await lives.begin()
    await lives.started()
    phone.says("/help")
    await until(lambda: len(phone.heard()) == 1)
    await until(lives.at_rest)
