"""What becomes of a message when Telegram answers strangely, late, or not at all."""

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.channel.outgoing import Post, SendClass, Text
from bot.domain.channel.pace import Pace
from bot.domain.ids import ChatId, OutboxId
from bot.sandbox.faults import Fault
from bot.store.conversing import outbox, people
from bot.store.engine.postgres import open_postgres
from bot.store.keeping.vault import Vault
from tests.spine.office import MARK, an_office
from tests.store.conftest import Server

REPLY, NUDGE, DANGER = SendClass.REPLY, SendClass.NUDGE, SendClass.DANGER
HANDOFF, REPLACEABLE = SendClass.HANDOFF, SendClass.REPLACEABLE

AGAIN: dict[SendClass, tuple[float, str, str]] = {
    DANGER: (0, "delivered", "hello"),
    HANDOFF: (10, "delivered", f"hello\n\n{MARK}"),
    REPLY: (10, "delivered", "hello"),
    NUDGE: (0, "unknown", ""),
    REPLACEABLE: (0, "forgotten", ""),
}
"""After an outcome that nobody knows: when it goes again, how it ends, what is said then ("": nothing)."""

UNKNOWN: dict[str, tuple[Fault, bool]] = {
    "time-out before doing": (Fault("hang", "sendMessage", times=1), False),
    "time-out after doing": (Fault("hang", "sendMessage", times=1, when="after"), True),
    "reset before doing": (Fault("reset", "sendMessage", times=1), False),
    "reset after doing": (Fault("reset", "sendMessage", times=1, when="after"), True),
    "result null": (Fault("null", "sendMessage", times=1), True),
    "garbage after doing": (Fault("garbage", "sendMessage", times=1, when="after"), True),
    "502 before doing": (Fault("status", "sendMessage", times=1, status=502), False),
}
"""Each with whether the message arrived nevertheless."""


@pytest.mark.parametrize("send_class", AGAIN)
@pytest.mark.parametrize("how", UNKNOWN)
async def test_an_unknown_send_goes_by_its_class(tmp_path: Path, how: str, send_class: SendClass) -> None:
    """Silence is worse than a repeat for some, a repeat worse than silence for others."""
    fault, arrived = UNKNOWN[how]
    wait, end, words = AGAIN[send_class]
    first, again = ["hello"] * arrived, [words] if words else []
    async with an_office(tmp_path) as office, office:
        ana = office.phone(101)
        office.faults(fault)
        await office.queue((ana, "hello", send_class))
        await office.settles()
        if wait:
            assert ana.heard() == first
            await office.passes(wait - 1)
            assert ana.heard() == []
            await office.passes(1)
            assert ana.heard() == again
        else:
            assert ana.heard() == first + again
        assert await office.states() == [end]


@pytest.mark.parametrize(
    "send_class", [SendClass.REPLY, SendClass.HANDOFF, SendClass.DANGER, SendClass.NUDGE]
)
async def test_nothing_is_given_up_while_telegram_answers_nobody(
    tmp_path: Path, send_class: SendClass
) -> None:
    """An hour of 502s, polling as well: what must arrive does, within two minutes of its end, and once."""
    async with an_office(tmp_path) as office, office:
        ana = office.phone(101)
        out = [True]
        office.sender.unanswered = lambda: out[0]
        office.faults(Fault("status", "sendMessage", status=502, description="Bad Gateway"))
        await office.queue((ana, "hello", send_class))
        await office.passes(3600)
        assert ana.heard() == []
        out[0] = False
        office.faults()
        await office.passes(120)
        assert len(ana.heard()) == (send_class is not SendClass.NUDGE)
        assert await office.states() == ["unknown" if send_class is SendClass.NUDGE else "delivered"]


@pytest.mark.parametrize(
    ("send_class", "most"), [(SendClass.REPLY, 2), (SendClass.HANDOFF, 4), (SendClass.DANGER, 4)]
)
async def test_what_telegram_calls_done_is_not_repeated_for_ever(
    tmp_path: Path, send_class: SendClass, most: int
) -> None:
    """An hour of "ok" and no more, to polls as well: each try arrives, so it ends as at any other time."""
    async with an_office(tmp_path) as office, office:
        ana = office.phone(101)
        office.sender.unanswered = lambda: True
        office.faults(Fault("null", "sendMessage"))
        await office.queue((ana, "hello", send_class))
        await office.passes(3600)
        assert len(ana.heard()) == most
        assert await office.states() == ["unknown"]


async def test_a_clock_that_is_set_back_holds_nothing_up(tmp_path: Path) -> None:
    """In doubt, and parked by Telegram, when the clock goes back a day: ten and seven seconds, as before."""
    async with an_office(tmp_path) as office, office:
        ana, ben = office.phone(101), office.phone(102)
        office.faults(
            Fault("hang", "sendMessage", chat=101, times=1),
            Fault("status", "sendMessage", chat=102, status=429, retry_after=7, times=1),
        )
        await office.queue((ana, "hello", HANDOFF), (ben, "hi", REPLY))
        await office.settles()
        office.clock.set_back(timedelta(days=1))
        office.sender.set_back(timedelta(days=1))
        await office.passes(7)
        assert (ana.heard(), ben.heard()) == ([], ["hi"])
        await office.passes(3)
        assert ana.heard() == [f"hello\n\n{MARK}"]


async def test_what_is_not_to_be_said_any_more_makes_way(tmp_path: Path) -> None:
    """Asked again when it would leave: it never does, and what waits behind it leaves at once."""
    async with an_office(tmp_path, concurrency=1) as office, office:
        ana, ben = office.phone(101), office.phone(102)
        office.stale = {"this morning"}
        await office.queue((ana, "this morning", NUDGE), (ana, "hello", NUDGE), (ben, "hi", NUDGE))
        await office.settles()
        assert (ana.heard(), ben.heard()) == (["hello"], ["hi"])
        assert await office.states() == ["missed", "delivered", "delivered"]


async def test_a_reply_that_was_held_up_is_looked_at_again(tmp_path: Path) -> None:
    """Telegram made Ana's chat wait; meanwhile a coach came, and what the bot had to say was taken back.

    The coach's own line, which came after it, leaves; the bot does not talk over a person.
    """
    async with an_office(tmp_path) as office, office:
        ana = office.phone(101)
        office.faults(Fault("status", "sendMessage", chat=101, status=429, retry_after=7, times=1))
        await office.queue((ana, "no one has answered yet", REPLY))
        await office.passes(3)
        async with office.store.transaction() as tx:
            (item,) = await outbox.open_after(tx, OutboxId(0), 9)
            outbox.withdraw(tx, item.person, REPLY, office.clock.now())
        await office.queue((ana, "Ben: hello", HANDOFF))
        await office.passes(10)
        assert ana.heard() == ["Ben: hello"]
        assert await office.states() == ["withdrawn", "delivered"]


async def test_an_alert_does_not_wait_behind_pages_that_others_have_taken(tmp_path: Path) -> None:
    """Forty pages at once, one a second: what was taken meanwhile neither leaves nor uses up a second."""
    async with an_office(tmp_path, pace=Pace(30, 1)) as office, office:
        ben = office.phone(101)
        await office.queue(*((ben, f"page {n}", HANDOFF) for n in range(40)))
        for _ in range(5):
            office.clock.move(timedelta(seconds=1))
            await office.settles()
        assert 3 <= len(ben.heard()) < 10
        async with office.store.transaction() as tx:
            who = (await outbox.open_after(tx, OutboxId(0), 1))[0].person
            outbox.withdraw_caused(tx, who, "k", office.clock.now())
        await office.queue((ben, "alert", HANDOFF))
        office.clock.move(timedelta(seconds=1))
        await office.settles()
        assert ben.heard() == ["alert"]


async def test_it_says_when_the_next_may_leave(tmp_path: Path) -> None:
    """Nine phones at one moment: by the moments that it names itself, all have heard within a second."""
    async with an_office(tmp_path, pace=Pace(30, 1)) as office, office:
        began, phones = office.clock.now(), [office.phone(number) for number in range(101, 110)]
        await office.queue(*((phone, "hello", HANDOFF) for phone in phones))
        await office.settles()
        while (due := office.sender.next_due()) is not None:
            assert due > office.clock.now()
            office.clock.move(due - office.clock.now())
            await office.settles()
        assert [phone.heard() for phone in phones] == [["hello"]] * 9
        assert office.clock.now() - began < timedelta(seconds=1)


async def test_chats_that_had_their_share_hold_up_nobody_behind_them(tmp_path: Path) -> None:
    """Nine chats are owed more than one a second; a tenth, asked last, has its nudge at once all the same."""
    async with an_office(tmp_path, pace=Pace(60, 1)) as office, office:
        began, phones = office.clock.now(), [office.phone(number) for number in range(101, 110)]
        await office.queue(*((phone, f"{n}", NUDGE) for n in range(6) for phone in phones))
        last = office.phone(110)
        await office.queue((last, "hello", NUDGE))
        await office.settles()
        while last.heard() != ["hello"]:
            due = office.sender.next_due()
            assert due is not None
            office.clock.move(due - office.clock.now())
            await office.settles()
        assert office.clock.now() - began < timedelta(seconds=1)


async def test_what_died_while_being_sent_goes_by_its_class(tmp_path: Path) -> None:
    """The claim is on disk, the outcome is not: nobody knows, so the class decides."""
    async with an_office(tmp_path) as office:
        phones = {send_class: office.phone(101 + n) for n, send_class in enumerate(AGAIN)}
        posts = [(phone, "hello", send_class) for send_class, phone in phones.items()]
        await office.queue(*posts, claimed=True)
        async with office:
            await office.settles()
            for send_class, (wait, _, words) in AGAIN.items():
                assert phones[send_class].heard() == ([words] if words and not wait else [])
            await office.passes(10)
            for send_class, (wait, _, words) in AGAIN.items():
                assert phones[send_class].heard() == ([words] if words and wait else [])
            assert await office.states() == [end for _, end, _ in AGAIN.values()]


async def test_what_nobody_knows_about_holds_back_what_follows(tmp_path: Path) -> None:
    """After a death the second message of a chat does not overtake the first; other chats do not wait."""
    async with an_office(tmp_path) as office:
        ana, ben = office.phone(101), office.phone(102)
        await office.queue((ana, "one", REPLY), claimed=True)
        await office.queue((ana, "two", REPLY), (ben, "hello", REPLY))
        async with office:
            await office.settles()
            assert (ana.heard(), ben.heard()) == ([], ["hello"])
            await office.passes(10)
            assert ana.heard() == ["one", "two"]


async def test_too_fast_in_one_chat(tmp_path: Path) -> None:
    """429 parks its chat for as long as Telegram says, in order; everybody else goes on."""
    async with an_office(tmp_path) as office, office:
        ana, ben = office.phone(101), office.phone(102)
        office.faults(Fault("status", "sendMessage", chat=101, status=429, retry_after=7, times=1))
        await office.queue((ana, "one", REPLY), (ana, "two", REPLY), (ben, "hello", REPLY))
        await office.passes(6)
        assert (ana.heard(), ben.heard()) == ([], ["hello"])
        await office.passes(1)
        assert ana.heard() == ["one", "two"]


async def test_too_fast_over_all(tmp_path: Path) -> None:
    """Several chats refused together mean that the bot is too fast: everything waits, nothing is lost."""
    async with an_office(tmp_path) as office, office:
        phones = [office.phone(101 + n) for n in range(4)]
        office.faults(Fault("status", "sendMessage", status=429, retry_after=5, times=3))
        await office.queue(*[(phone, "hello", REPLY) for phone in phones[:3]])
        await office.settles()
        await office.queue((phones[3], "hello", REPLY))
        await office.passes(4)
        assert [phone.heard() for phone in phones] == [[]] * 4
        await office.passes(2)
        assert [phone.heard() for phone in phones] == [["hello"]] * 4


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: user is deactivated"),
        (400, "Bad Request: chat not found"),
    ],
)
async def test_nobody_there(tmp_path: Path, status: int, description: str) -> None:
    """It will never arrive: said once to who cares, and never tried again."""
    async with an_office(tmp_path) as office, office:
        ana = office.phone(101)
        office.faults(Fault("status", "sendMessage", status=status, description=description, times=1))
        await office.queue((ana, "hello", REPLY))
        await office.passes(120)
        assert ana.heard() == []
        assert [chat for chat, _ in office.gone] == [101]
        assert await office.states() == ["undeliverable"]


async def test_the_chat_has_moved(tmp_path: Path) -> None:
    """All that waits goes to the new number, in order."""
    async with an_office(tmp_path) as office, office:
        ana, new = office.phone(101), office.phone(909)
        office.faults(
            Fault("status", "sendMessage", chat=101, status=400, migrate_to_chat_id=909,
                  description="Bad Request: group chat was upgraded to a supergroup chat")
        )  # fmt: skip
        await office.queue((ana, "one", REPLY), (ana, "two", REPLY))
        await office.settles()
        assert (ana.heard(), new.heard()) == ([], ["one", "two"])


@pytest.mark.parametrize("status", [401, 404])
async def test_a_wrong_token_or_a_proxy_in_between(tmp_path: Path, status: int) -> None:
    """Sending pauses, says why, and loses nothing: half a minute later it tries again."""
    async with an_office(tmp_path) as office, office:
        ana, ben = office.phone(101), office.phone(102)
        office.faults(Fault("status", "sendMessage", status=status, description="Not Found", times=1))
        await office.queue((ana, "hello", REPLY))
        await office.settles()
        assert office.sender.trouble
        await office.queue((ben, "hello", REPLY))
        await office.passes(29)
        assert (ana.heard(), ben.heard()) == ([], [])
        await office.passes(2)
        assert (ana.heard(), ben.heard()) == (["hello"], ["hello"])
        assert not office.sender.trouble


async def test_too_long_is_cut(tmp_path: Path) -> None:
    """Our fault, not the person's: they get all of it, in order, before what comes after."""
    async with an_office(tmp_path) as office, office:
        ana = office.phone(101)
        words = " ".join(str(n) for n in range(1800))
        await office.queue((ana, words, REPLY), (ana, "after", REPLY))
        await office.settles()
        heard = ana.heard()
        assert " ".join(heard[:-1]).split() == words.split()
        assert heard[-1] == "after"


async def test_danger_overtakes_a_backlog(tmp_path: Path) -> None:
    """Two hundred messages wait, two may leave at a time: a card is among the first that do."""
    async with an_office(tmp_path, concurrency=2) as office:
        phones = [office.phone(101 + n) for n in range(20)]
        posts = [(phone, f"{n}", REPLY) for n in range(10) for phone in phones]
        await office.queue(*posts, (office.phone(500), "card", DANGER), (phones[0], "card", DANGER))
        async with office:
            await office.settles()
            first = [entry.chat for entry in office.sandbox.ledger.sent()][:2]
            assert set(first) == {500, 101}
            assert phones[0].heard() == ["card", *(f"{n}" for n in range(10))]


@pytest.mark.parametrize("seed", range(4))
async def test_order_in_a_chat_whatever_happens(tmp_path: Path, seed: int) -> None:
    """Each chat hears everything in order, repeats only next to each other and as the class allows."""
    chance = random.Random(seed)
    whens: list[Any] = ["before", "after"]
    async with an_office(tmp_path, concurrency=3) as office, office:
        office.sandbox.faults.set(
            [
                Fault("status", "sendMessage", status=429, retry_after=3, chance=0.1),
                Fault("status", "sendMessage", status=502, chance=0.15, when=chance.choice(whens)),
                Fault("reset", "sendMessage", chance=0.1, when=chance.choice(whens)),
                Fault("null", "sendMessage", chance=0.1),
            ],
            seed=seed,
        )
        phones = [office.phone(101 + n) for n in range(5)]
        for n in range(8):
            await office.queue(*[(phone, f"{n}", chance.choice([REPLY, HANDOFF])) for phone in phones])
            await office.passes(chance.choice([0, 1, 12]))
        await office.passes(600)
        assert set(await office.states()) <= {"delivered", "unknown"}
        for phone in phones:
            heard = [int(text.split("\n")[0]) for text in phone.heard()]
            assert heard == sorted(heard)


@pytest.mark.postgres
async def test_what_another_process_commits_late_is_sent(tmp_path: Path, postgres: Server) -> None:
    """A command queued the first message and was slow to commit; by then the service had sent the second.

    PostgreSQL gives ids before the commit, so the first one lies below what the sender had read.
    """
    url = postgres.empty()
    command = await open_postgres(url, Vault(bytes(32)))
    async with an_office(tmp_path, url=url) as office, office:
        ana = office.phone(101)
        await office.queue((ana, "zero", REPLY))
        await office.settles()
        async with command.transaction() as tx:
            post = Post(ChatId(ana.id), Text("first"), "command", REPLY)
            person = await people.by_chat(tx, "telegram", ChatId(ana.id))
            assert person is not None
            outbox.add(tx, person.id, post, office.clock.now())
            await outbox.open_until(tx, OutboxId(9))
            await office.queue((ana, "second", REPLY))
            await office.settles()
        await office.settles()
        assert ana.heard() == ["zero", "second"]
        await office.sender.look()
        await office.settles()
        assert ana.heard() == ["first"]
        await office.sender.look()
        await office.settles()
        assert ana.heard() == []
        assert await office.states() == ["delivered"] * 3
    await command.close()
