"""Finding a group and what comes of it: real flows, real database, a clock that the test moves."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app.conversing.conversations import Conversations
from bot.app.conversing.deeds import unmet
from bot.app.conversing.due import Due
from bot.app.directory.following import Following
from bot.app.directory.groups import Groups
from bot.app.directory.imports import Asked, import_reading
from bot.app.directory.listings import Directory, Suggestions
from bot.app.library import files
from bot.app.library.helplines import load_helplines
from bot.app.turn import Turn
from bot.clock import MovableClock
from bot.domain.channel.incoming import SharedPlace
from bot.domain.channel.outgoing import Body, File, Redraw, SendClass, Text
from bot.domain.channel.outgoing import Venue as Pin
from bot.domain.checkins.checkin import ORDINARY
from bot.domain.conversation.moves import Chose, Event, Start, Typed
from bot.domain.conversation.registry import FACTS
from bot.domain.conversation.session import Session
from bot.domain.conversation.words import Answer
from bot.domain.directory.geo import Point
from bot.domain.directory.looking import needs_of
from bot.domain.directory.offering import Entry, Online, Reading, Slot, Venue
from bot.domain.directory.wanted import Needs
from bot.domain.events import (
    DidNotGo,
    Helped,
    HelplineShown,
    Opened,
    Planned,
    Shown,
    UnmetNeed,
    WasNotThere,
    Went,
)
from bot.domain.ids import ChatId, MessageId, OfferingId, OutboxId, PersonId
from bot.domain.person import Person
from bot.feeds.demo import bring_demo
from bot.store.conversing import answers as kept_answers
from bot.store.conversing import events, keyboards, outbox, people
from bot.store.danger import dangers
from bot.store.directory import confirmations, reports, reviewing
from bot.store.engine.columns import to_ms
from bot.store.engine.sqlite import open_sqlite
from bot.store.engine.transaction import Transaction
from bot.store.keeping.vault import Vault
from bot.store.store import Store
from tests import shipped

ZONE = ZoneInfo("Europe/London")
MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PLACES = shipped.places()
DEMO_PLACES = shipped.places(demo=True)
LINES = load_helplines(files.DATA)
MESSAGES, FLOWS = files.messages(), shipped.flows()
SAID: Mapping[str, Answer] = {name: f"<{name}>" for name in FACTS}


class Broken(Directory):
    """A directory whose disk is gone."""

    async def search(self, *_: object, **__: object) -> Suggestions:
        raise OSError("the disk is gone")


class Street:
    """The service as people meet it, without Telegram: what leaves is in the outbox."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self.store, self.clock = store, MovableClock(MONDAY_NOON)
        self.moved: list[str] = []
        self.groups = Groups(
            directory, LINES, ZONE, self._moves, self._asks, ORDINARY, country="GB", nation="GB-SCT"
        )
        dos = {**self.groups.dos(), "unmet_need": self._unmet}
        self.conversations = Conversations(lambda: FLOWS, [self._facts], self.groups.calls(), dos)
        self.due = Due(store, self.clock, self.conversations, MESSAGES, self.groups.timers())
        self._seen, self._cause = OutboxId(0), 0

    async def _facts(self, turn: Turn, _: Session | None) -> Mapping[str, Answer]:
        return {**SAID, "reason": None, "country": turn.person.country, "nation": "", "language": "en"}

    async def _moves(self, _: Turn, zone: ZoneInfo) -> None:
        self.moved.append(zone.key)

    async def _asks(self, _: Turn) -> None:
        """Nothing else would ask them that day."""

    async def _unmet(self, turn: Turn, talk: Any, args: Mapping[str, Answer]) -> None:
        turn.record(unmet(str(args["kind"]), talk.session.answers))

    async def arrives(self, chat: int = 7) -> "Visitor":
        async with self.store.transaction() as tx:
            who = await people.arrive(
                tx,
                "telegram",
                ChatId(chat),
                self.clock.now(),
                language="en",
                country="GB",
                zone="Europe/London",
            )
        return Visitor(self, who)

    async def turn(self, tx: Transaction, who: PersonId) -> Turn:
        person = await people.by_id(tx, who)
        assert person is not None
        self._cause += 1
        return Turn(tx, self.clock.now(), person, f"in:{self._cause}", MESSAGES, self.clock.now())

    async def delivered(self) -> list[tuple[SendClass, Body]]:
        """Everything that left since the last look."""
        async with self.store.transaction() as tx:
            new = await outbox.open_after(tx, self._seen, 1000)
            for one in new:
                self._seen = one.id
                outbox.settle(tx, one, "delivered", self.clock.now(), message=int(one.id))
        return [(one.send_class, one.body) for one in new]

    async def passes(self, **span: int) -> None:
        """Time passes; what is due in it happens at its own moment."""
        until = self.clock.now() + timedelta(**span)
        while (at := await self.due.next_due()) is not None and at <= until:
            self.clock.move(max(at - self.clock.now(), timedelta()))
            await self.due.tick()
        self.clock.move(until - self.clock.now())


class Visitor:
    """Somebody with a phone."""

    def __init__(self, street: Street, person: Person) -> None:
        self.street, self.id = street, person.id
        self.keys: dict[str, str] = {}
        self.got: list[Body] = []
        self.classes: list[SendClass] = []

    async def does(self, event: Event) -> str:
        """One turn of the conversation; the texts that came."""
        async with self.street.store.transaction() as tx:
            turn = await self.street.turn(tx, self.id)
            talk = await self.street.conversations.load(turn)
            await self.street.conversations.event(turn, talk, event)
            self.street.conversations.save(turn, talk)
        return await self.looks()

    async def looks(self) -> str:
        """The texts that came since the last look; the buttons under them can be pressed."""
        new = await self.street.delivered()
        self.got, self.classes = [body for _, body in new], [how for how, _ in new]
        texts = [body for body in self.got if isinstance(body, Text)]
        for body in texts:
            self.keys.update({button.label: button.data for row in body.rows for button in row})
        return "\n".join(body.text for body in texts)

    async def presses(self, label: str) -> str:
        """The newest button of that label, found in the store as a real press is."""
        async with self.street.store.transaction() as tx:
            turn = await self.street.turn(tx, self.id)
            found = await keyboards.meaning(tx, self.id, self.keys[label], turn.now)
            assert found is not None
            kind, _, of = found[0].partition(":")
            talk = await self.street.conversations.load(turn)
            if kind == "choose":
                await self.street.conversations.event(turn, talk, Chose(of, found[1]))
            else:
                talk.pressed = MessageId(5)
                await self.street.groups.presses()[kind](turn, talk, of)
            self.street.conversations.save(turn, talk)
        return await self.looks()

    async def looks_near(self, place: str) -> str:
        """/groups, and where."""
        await self.does(Start("groups"))
        return await self.does(Typed(place))

    async def noted(self) -> list[object]:
        """Every event of theirs, but those of the conversation's course."""
        async with self.street.store.reading() as tx:
            every = [event for _, event in await events.of_person(tx, self.id)]
        return [event for event in every if not type(event).__name__.startswith("Flow")]

    async def as_stored(self) -> Person:
        async with self.street.store.reading() as tx:
            person = await people.by_id(tx, self.id)
        assert person is not None
        return person


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A database with today's tables."""
    path = tmp_path / "street.sqlite"
    path.write_bytes(shipped.database())
    opened = await open_sqlite(path, Vault(bytes(range(32))))
    yield opened
    await opened.close()


@pytest.fixture
def street(store: Store) -> Street:
    return Street(store, Directory(PLACES))


def group(key: str, day: int = 0, start: int = 19 * 60, **change: Any) -> Entry:
    """A recovery group in the middle of Leeds, Mondays at 19:00."""
    venue = Venue(f"Hall {key}", "1 High Street", "LS2 9JT", Point(53.80, -1.55), country="GB")
    facts: dict[str, Any] = {
        "key": key,
        "name": f"Group {key}",
        "programme": f"kind-{key}",
        "zone": "Europe/London",
        "slots": (Slot(day, start, 60),),
        "venue": venue,
    }
    return Entry(**{**facts, **change})


def afar(key: str, **change: Any) -> Entry:
    """A group online, Mondays at 20:00."""
    link = Online("https://meet.example/j/1", "", "1234")
    return group(key, **{"start": 20 * 60, "venue": None, "online": link, **change})


async def bring(store: Store, *entries: Entry) -> None:
    asked = Asked("Leeds list", "peer", "Europe/London", MONDAY_NOON - timedelta(days=2))
    await import_reading(store, Reading(entries), asked)


async def reminded(street: Street) -> Visitor:
    """Somebody who asked to be reminded of "Group a"."""
    ana = await street.arrives()
    await ana.looks_near("LS2")
    await ana.presses("Group a")
    await ana.presses("Remind me")
    return ana


async def test_a_group_is_found_and_looked_at(store: Store, street: Street) -> None:
    """Postcode, list with one online and an open line, details; each shown and opened is noted."""
    await bring(store, group("a", start=13 * 60), group("b"), afar("c"))
    ana = await street.arrives()
    said = await ana.looks_near("ls2 9jt")
    assert "1. Group a, Kind A\nin 60 min (13:00) · Hall a, 1 High Street, LS2 9JT · " in said
    assert "2. Group b, Kind B\ntonight 19:00" in said
    assert "Online: Group c, Kind C\ntonight 20:00" in said
    assert "Open now: " in said
    who = await ana.as_stored()
    assert (who.country, who.nation, who.zone) == ("GB", "GB-ENG", "Europe/London")
    details = await ana.presses("Group b")
    assert "Tonight 19:00\nMonday 19:00–20:00\nHall b, 1 High Street, LS2 9JT" in details
    assert "You can come in, sit down and say nothing." in details
    assert "Leeds list, checked 21 November." in details
    noted = await ana.noted()
    assert [type(one) for one in noted] == [Shown, Shown, Shown, Helped, HelplineShown, Opened]
    assert [one.rank for one in noted if isinstance(one, Shown)] == [1, 2, 3]


def service(key: str, **change: Any) -> Entry:
    """A drug and alcohol service a little outside Leeds, open on weekdays."""
    facts: dict[str, Any] = {
        "name": f"Service {key}", "kind": "service", "programme": "service",
        "needs": frozenset({"drug_alcohol_service"}),
        "slots": tuple(Slot(day, 9 * 60, 480) for day in range(5)),
        "venue": Venue("Clinic", "2 High Street", "LS6 1AA", Point(53.82, -1.57), country="GB"),
    }  # fmt: skip
    return group(key, **{**facts, **change})


async def test_both_routes_stand_side_by_side(store: Store, street: Street) -> None:
    """With groups the nearest service; with services a group; with no service, how to find one."""
    await bring(store, *(group(key) for key in "abcd"))
    ana = await street.arrives()
    assert 'Write "ways"' in await ana.looks_near("LS2")
    await bring(store, *(group(key) for key in "abcd"), service("s", slots=()))
    said = await ana.looks_near("LS2")
    assert "People trained to help with this:\n4. Service s, drug and alcohol service" in said
    assert "Clinic, 2 High Street" in await ana.presses("Service s")
    await ana.does(Start("services"))
    await ana.does(Typed("treatment"))
    said = await ana.does(Typed("LS2"))
    assert "1. Service s" in said
    assert "People who have been there:\n2. Group a" in said
    assert "Group a" in await ana.presses("Group a")
    await bring(store, *(group(key) for key in "abcd"), service("s"), group("f", programme="al-anon"))
    said = await ana.does(Start("services", {"need": "family_support", "place": "LS2"}))
    assert "People who have been there:\n1. Group f" in said, "no service, but families who meet"
    said = await ana.looks_near("LS2")
    assert "4. Service s, drug and alcohol service\nopen now · Clinic" in said


async def test_what_they_said_afterwards_counts_the_next_time(store: Store, street: Street) -> None:
    """Who would go again is told of it first, once we may remember; what disappointed does not come again."""
    await bring(store, *(group(key) for key in "abc"))
    ana, ben = await street.arrives(), await street.arrives(8)
    await ana.looks_near("LS2")
    which = {
        label[-1]: OfferingId(one.offering)
        for label, one in zip("abc", [e for e in await ana.noted() if isinstance(e, Shown)], strict=True)
    }
    async with store.transaction() as tx:
        for who in (ana, ben):
            turn = await street.turn(tx, who.id)
            turn.record(Went(which["a"], again=False))
            turn.record(Went(which["a"], again=True))
            turn.record(Went(which["b"], again=False))
            turn.record(WasNotThere(which["c"]))
        people.set_remembers(tx, ana.id, True)
        await people.unlock(tx, ana.id)
    said = await ana.looks_near("LS2")
    assert "1. You said you'd go again: Group a\ntonight 19:00 · Hall a" in said
    assert "Group b" not in said
    assert "Group c" not in said
    assert "Hall a" in await ana.presses("Group a")
    said = await ben.looks_near("LS2")
    assert "go again" not in said
    assert "1. Group a" in said
    assert "Group b" not in said
    street.clock.move(timedelta(days=31))
    await bring(store, *(group(key) for key in "abc"))
    assert "Group c" in await ben.looks_near("LS2")


async def test_not_everything_is_twelve_steps_where_something_else_is_near(
    store: Store, street: Street
) -> None:
    """Three fellowships are nearer and sooner; the third place goes to the group of another kind."""
    fellowships = [group(code, start=18 * 60, programme=code) for code in ("aa", "na", "ca")]
    await bring(store, *fellowships, group("z", start=19 * 60))
    ana = await street.arrives()
    said = await ana.looks_near("LS2")
    assert "Group z" in said
    assert "Group ca" not in said
    said = await ana.does(Start("groups", {"asked": "12 step groups", "place": "LS2"}))
    assert "Group z" not in said


async def test_with_children_only_where_they_may_come(store: Store, street: Street) -> None:
    """Typed, it is kept to, by either tag; when there is none the nearest is shown, and said to be that."""
    await bring(store, group("b"))
    ana = await street.arrives()
    asked: dict[str, Answer] = {"asked": "BSL meeting with kids", "place": "LS2"}
    assert "nothing just like that" in await ana.does(Start("groups", asked))
    assert [one.barriers for one in await ana.noted() if isinstance(one, UnmetNeed)] == [("bsl", "children")]
    asked["asked"] = "meeting with kids"
    await bring(store, group("a", tags=frozenset({"childcare"})), group("b"))
    said = await ana.does(Start("groups", asked))
    assert "Group a" in said
    assert "Group b" not in said


async def test_the_day_that_was_asked_for_is_the_day_that_is_planned(store: Store, street: Street) -> None:
    """Of a group held every evening tomorrow's is looked at, put in the calendar and reminded of."""
    await bring(store, group("a", slots=tuple(Slot(day, 19 * 60, 60) for day in range(7))))
    ana = await street.arrives()
    asked: dict[str, Answer] = {"asked": "groups near LS2 tomorrow", "place": "LS2"}
    assert "tomorrow 19:00" in await ana.does(Start("groups", asked))
    assert "Tomorrow 19:00" in await ana.presses("Group a")
    assert "18:00 tomorrow" in await ana.presses("Remind me")
    await ana.presses("Calendar")
    (event,) = [body for body in ana.got if isinstance(body, File)]
    assert b"20261124T190000" in event.content
    assert b"BYDAY=TU\r" in event.content
    await ana.looks_near("LS2")
    await ana.presses("Group a")
    await ana.presses("Calendar")
    (event,) = [body for body in ana.got if isinstance(body, File)]
    assert b"BYDAY=MO,TU,WE,TH,FR,SA,SU" in event.content, "no day was asked for"


async def test_tomorrow_stays_the_day_that_was_meant(store: Store, street: Street) -> None:
    """Asked for at ten to twelve; "More" at ten past shows the rest of that day, which is today now."""
    tuesday = [group(key, 1, 18 * 60 + 10 * at) for at, key in enumerate("abcde")]
    await bring(store, *tuesday, group("w", 2, 19 * 60))
    ana = await street.arrives()
    street.clock.move(timedelta(hours=11, minutes=50))
    asked: dict[str, Answer] = {"asked": "groups near LS2 tomorrow", "place": "LS2"}
    asked["asked_at"] = to_ms(street.clock.now())
    assert "tomorrow 18:00" in await ana.does(Start("groups", asked))
    street.clock.move(timedelta(minutes=20))
    said = await ana.presses("More")
    assert "LS2 · today." in said
    assert "Group e" in said
    assert "Group w" not in said


async def test_the_others_are_those_of_the_last_list(store: Store, street: Street) -> None:
    """After "More" the second list comes back and not the first; online the online one."""
    await bring(store, *(group(key, 0, 18 * 60 + 10 * at) for at, key in enumerate("abcdef")), afar("z"))
    ana = await street.arrives()
    assert "Group a" in await ana.looks_near("LS2")
    said = await ana.presses("More")
    assert "Group d" in said
    await ana.presses("Group d")
    street.clock.move(timedelta(hours=6))
    again = await ana.presses("The others")
    assert "in 30 min (18:30)" in again, "it is as of now"
    assert [name for name in "abcdef" if f"Group {name}," in again] == ["d", "e", "f"]
    await ana.does(Start("groups", {"asked": "online now", "online": "yes"}))
    await ana.presses("Group z")
    assert "Online: Group z" in await ana.presses("The others")


async def test_two_towns_of_one_name_ask_which(store: Store, street: Street) -> None:
    """The option pressed is the place looked in; nothing is guessed."""
    await bring(store, group("a"))
    ana = await street.arrives()
    assert await ana.looks_near("Newport") == "Thank you.\nIs it one of these?"
    wales = next(label for label in ana.keys if "Wales" in label)
    said = await ana.presses(wales)
    assert "nothing near you" in said
    assert (await ana.as_stored()).nation == "GB-WLS"
    asked: dict[str, Answer] = {"asked": "meetings near Ely at 7pm", "place": "Ely"}
    assert "You asked for: Ely · about 19:00." in await ana.does(Start("groups", asked)), "nothing there"
    assert "Measured from" not in await ana.looks_near("LS2")
    said = await ana.looks_near("Leeds")
    assert said.index("Group a") < said.index("Measured from the middle of Leeds.")
    needs = [one for one in await ana.noted() if isinstance(one, UnmetNeed)]
    assert [(one.need, str(one.area).startswith("newport")) for one in needs] == [
        ("no_group_near", True), ("none_fit", False), ("no_group_near", False),
    ]  # fmt: skip


async def test_who_ticked_online_sees_online_first(store: Store, street: Street) -> None:
    """The tick counts wherever they are: online on top, what is near below, buttons in that order."""
    await bring(store, group("a"), afar("b"), afar("c"), afar("d"))
    ana = await street.arrives()
    await ana.does(Start("groups", {"needs": ("online", "evenings")}))
    said = await ana.does(Typed("LS2"))
    before, _, _ = said.partition(". Group a")
    assert "Online: Group d" in before
    assert [label for label in ana.keys if label.startswith("Group")][-1] == "Group a"
    assert "Hall a" in await ana.does(Typed(before[-1])), "the number is that of the button"


async def test_another_clock_is_told_to_the_check_ins_once(store: Store, street: Street) -> None:
    """Leeds is London's clock, which hers was already; New York is another."""
    ana = await street.arrives()
    await ana.looks_near("LS2")
    assert street.moved == []
    await ana.looks_near("New York")
    await ana.looks_near("New York")
    assert street.moved == ["America/New_York"]
    assert (await ana.as_stored()).zone == "America/New_York"


async def test_a_shared_location_is_a_place(store: Store, street: Street) -> None:
    """A position leads to the same groups as the town around it."""
    await bring(store, group("a"))
    ana = await street.arrives()
    await ana.does(Start("groups"))
    assert "Group a" in await ana.does(SharedPlace(53.8, -1.55))


async def test_nobody_near_is_counted_by_district(store: Store, street: Street) -> None:
    """What is missing is said honestly, with what there is online, and noted by district and barriers."""
    await bring(store, group("a"), afar("c"))
    ana = await street.arrives()
    await ana.does(Start("groups", {"needs": ("evenings", "not_12_step")}))
    said = await ana.does(Typed("TR18"))
    assert "nothing near you at the moment" in said
    assert "Online: Group c" in said
    needs = [one for one in await ana.noted() if isinstance(one, UnmetNeed)]
    assert "can keep your camera" in await ana.presses("Group c")
    asked = {"area": "tr18", "needs": ("evenings", "not_12_step"), "band": "mon_day"}
    assert needs == [unmet("no_group_near", {**asked, "approach": "not_12_step"})]


async def test_who_lets_us_remember_is_not_asked_again(store: Store, street: Street) -> None:
    """The place kept from the questions is looked in at once."""
    await bring(store, group("a"))
    ana = await street.arrives()
    async with store.transaction() as tx:
        people.set_remembers(tx, ana.id, True)
        await people.unlock(tx, ana.id)
        kept_answers.put(tx, ana.id, "place", "LS2", MONDAY_NOON)
    assert "1. Group a" in await ana.does(Start("groups"))


async def test_a_search_that_breaks_says_so(store: Store) -> None:
    """The person gets the truth and a line that is open, not silence."""
    street = Street(store, Broken(PLACES))
    ana = await street.arrives()
    said = await ana.looks_near("LS2")
    assert "I can't look things up right now" in said
    assert "<open_line>" in said


async def test_a_reminder_comes_and_the_evening_after_is_asked(store: Store, street: Street) -> None:
    """An hour before, discreet; the evening after how it was; both as nudges, never in a backlog."""
    await bring(store, group("a"))
    ana = await street.arrives()
    await ana.looks_near("LS2")
    await ana.presses("Group a")
    assert "I'll remind you at 18:00." in await ana.presses("Remind me")
    assert "You've a reminder for that already." in await ana.presses("Remind me")
    await street.passes(hours=6)
    first = await ana.looks()
    assert first == "Hi, it's me. You asked me to remind you about 19:00."
    assert ana.classes == [SendClass.NUDGE]
    assert "Group a, in 60 min (19:00). Hall a" in await ana.presses("Show me")
    await street.passes(minutes=80)
    assert "Group a, started at 19:00. Hall a" in await ana.presses("Show me"), "not next week's"
    await street.passes(hours=25)
    assert await ana.looks() == "Hi, it's me. How did it go at 19:00 on Monday?", "she may have gone to two"
    assert ana.classes == [SendClass.NUDGE]
    assert "Would you go again?" in await ana.presses("I went")
    assert Redraw(MessageId(5)) in ana.got
    await ana.presses("Yes")
    noted = await ana.noted()
    which = next(one.offering for one in noted if isinstance(one, Shown))
    assert Planned(which, MONDAY_NOON.date(), reminder=True) in noted
    assert noted[-2:] == [Went(which), Went(which, again=True)]


async def test_not_this_time_is_not_asked_about(store: Store, street: Street) -> None:
    """Who says beforehand that they won't go is not asked the next day."""
    await bring(store, group("a"))
    ana = await reminded(street)
    await street.passes(hours=6)
    await ana.looks()
    assert "That's fine." in await ana.presses("Not this time")
    assert isinstance((await ana.noted())[-1], DidNotGo)
    await street.passes(days=2)
    assert await ana.looks() == ""


async def test_the_same_answer_twice_counts_once(store: Store, street: Street) -> None:
    """ "Not this time" under the reminder once it is over, and "I didn't" to the question."""
    await bring(store, group("a"))
    ana = await reminded(street)
    await street.passes(hours=6)
    await ana.looks()
    await street.passes(hours=26)
    await ana.looks()
    for label in ("I didn't", "I didn't", "Not this time"):
        await ana.presses(label)
    assert [type(one) for one in await ana.noted()].count(DidNotGo) == 1


async def test_nobody_is_sent_to_what_has_gone(store: Store, street: Street) -> None:
    """Taken from the list since: the reminder says so before anybody sets out, and asks nothing later."""
    others = [group(key, day=3) for key in "bcdefg"]
    await bring(store, group("a"), *others)
    ana = await reminded(street)
    await bring(store, *others)
    await street.passes(hours=6)
    assert "is no longer in my list" in await ana.looks()
    await street.passes(days=2)
    assert await ana.looks() == ""


async def test_a_reminder_says_that_the_time_has_changed(store: Store, street: Street) -> None:
    """By the list since: the new time is said at the old one's hour, and an hour before it again."""
    await bring(store, group("a"))
    ana = await reminded(street)
    await bring(store, group("a", start=20 * 60 + 30))
    await street.passes(hours=6)
    assert await ana.looks() == "Hi, it's me. What I was to remind you about has another time now: 20:30."
    await street.passes(hours=2)
    assert await ana.looks() == "Hi, it's me. You asked me to remind you about 20:30."
    await street.passes(hours=26)
    assert await ana.looks() == "Hi, it's me. How did it go at 20:30 on Monday?"
    await street.passes(days=7)
    assert await ana.looks() == ""


@pytest.mark.parametrize(
    ("night", "start", "told"),
    [
        (False, 16 * 60, "13:50"),
        (False, 20 * 60 + 30, "13:50"),
        (True, 16 * 60, "08:00"),
        (True, 7 * 60 + 30, "06:30"),
        (True, None, "08:00"),
    ],
)
async def test_a_reminder_follows_its_group(
    store: Store, street: Street, night: bool, start: int | None, told: str
) -> None:
    """Told at once, by night in the morning; at the latest an hour before it begins, which was asked for."""
    others, day = [group(key, day=3) for key in "bcdefg"], 1 if night else 0
    await bring(store, group("a", day), *others)
    ana = await reminded(street)
    street.clock.move(timedelta(hours=11 if night else 1, minutes=50))
    await bring(store, *([] if start is None else [group("a", day, start)]), *others)
    following = Following(store, street.clock, Directory(PLACES), ZONE, ORDINARY)
    assert (await following.sweep(), await following.sweep()) == (1, 0)
    at = await street.due.next_due()
    assert at is not None
    assert f"{at:%H:%M}" == told
    street.clock.move(at - street.clock.now())
    await street.due.tick()
    assert ("no longer in my list" if start is None else "another time now") in await ana.looks()
    street.clock.move(timedelta(minutes=5))
    assert await following.sweep() == 0


async def test_a_time_that_moves_back_is_as_it_was(store: Store, street: Street) -> None:
    """Moved in the night and put right before morning: nobody hears of it, and the reminder comes."""
    await bring(store, group("a", day=1))
    ana = await reminded(street)
    street.clock.move(timedelta(hours=11))
    following = Following(store, street.clock, Directory(PLACES), ZONE, ORDINARY)
    await bring(store, group("a", day=1, start=16 * 60))
    assert await following.sweep() == 1
    await bring(store, group("a", day=1))
    await street.passes(hours=10)
    assert await ana.looks() == ""
    await street.passes(hours=10)
    assert await ana.looks() == "Hi, it's me. You asked me to remind you about 19:00."


@pytest.mark.parametrize("shown", [True, False])
async def test_what_is_shown_again_is_reminded_of_again(store: Store, street: Street, shown: bool) -> None:
    """Hidden by two reports it is said to be gone, once; a coordinator shows it again before its time."""
    await bring(store, group("a"))
    ana = await reminded(street)
    which = next(one.offering for one in await ana.noted() if isinstance(one, Shown))
    async with store.transaction() as tx:
        reviewing.hide(tx, which, street.clock.now())
    following = Following(store, street.clock, Directory(PLACES), ZONE, ORDINARY)
    assert await following.sweep() == 1
    await street.passes(minutes=1)
    assert "no longer in my list" in await ana.looks()
    if shown:
        async with store.transaction() as tx:
            reviewing.show_again(tx, which)
    await street.passes(minutes=10)
    assert await following.sweep() == 0
    await street.passes(hours=6)
    assert await ana.looks() == ("Hi, it's me. You asked me to remind you about 19:00." if shown else "")


async def test_after_a_long_silence_there_is_no_backlog(store: Store, street: Street) -> None:
    """The service was down over the start: nothing comes late, and nothing is asked about it."""
    await bring(store, group("a"))
    ana = await reminded(street)
    street.clock.move(timedelta(hours=9))
    await street.passes(days=2)
    assert await ana.looks() == ""


async def test_too_late_for_a_reminder_is_said(store: Store, street: Street) -> None:
    """Within the hour there is nothing left to remind of; the start is named instead."""
    await bring(store, group("a", start=12 * 60 + 40))
    ana = await street.arrives()
    await ana.looks_near("LS2")
    await ana.presses("Group a")
    assert "too soon for a reminder. It begins at 12:40." in await ana.presses("Remind me")
    await street.passes(days=1)
    assert await ana.looks() == ""


@pytest.mark.parametrize("why", ["stop", "abuse"])
async def test_a_reminder_stays_away_from_who_it_may_harm(store: Store, street: Street, why: str) -> None:
    """After "stop", and while somebody near may read along, nothing is sent."""
    await bring(store, group("a"))
    ana = await reminded(street)
    async with store.transaction() as tx:
        if why == "stop":
            people.set_pushes(tx, ana.id, False)
        else:
            await dangers.add(
                tx,
                ana.id,
                kind="abuse_danger",
                level="urgent",
                tier="alarm",
                about="self",
                rule="test",
                now=MONDAY_NOON,
            )
    await street.passes(days=2)
    assert await ana.looks() == ""


async def test_what_two_people_did_not_find_is_hidden(store: Store, street: Street) -> None:
    """The first report is noted and said to be one; the second hides it."""
    await bring(store, group("a"), group("b"))
    heard = []
    for chat in (7, 8):
        one = await street.arrives(chat)
        await one.looks_near("LS2")
        await one.presses("Group a")
        heard.append(await one.presses("It wasn't there"))
        assert isinstance((await one.noted())[-1], WasNotThere)
    assert "If one more person says so" in heard[0]
    assert "nobody else will be sent there before someone checks" in heard[1]
    eve = await street.arrives(9)
    said = await eve.looks_near("LS2")
    assert "Group b" in said
    assert "Group a" not in said


async def test_nobody_looked_at_what_was_not_there(store: Store, street: Street) -> None:
    """A coordinator hears at once and on the third working day; after ninety more it is off the list."""
    await bring(store, group("a"), group("b"))
    cora = await street.arrives(5)
    async with store.transaction() as tx:
        people.give(tx, cora.id, "coordinator", street.clock.now(), None)
    told: list[str] = []
    for chat in (7, 8):
        one = await street.arrives(chat)
        await one.looks_near("LS2")
        await one.presses("Group a")
        told[:] = [await one.presses("It wasn't there")]
    for days in (4, 91):
        await street.passes(days=days)
        told.append("\n".join(b.text for _, b in await street.delivered() if isinstance(b, Text)))
    assert "Two people say that Group a wasn't there" in told[0]
    assert "nobody has looked yet" in told[1]
    assert "Nobody has looked at Group a for 90 days" in told[2]
    async with store.reading() as tx:
        assert await confirmations.to_review(tx, 9) == []
    await bring(store, group("a", notes="New words."), group("b"))
    assert "Group a" not in await cora.looks_near("LS2")


async def test_it_was_not_there_again(store: Store, street: Street) -> None:
    """Found right since, it is missing anew: coordinators hear anew and have their days anew.

    Who comes third tells nobody twice. Holidays are those where the service is, in
    Scotland: 30 November 2026 is St Andrew's Day.
    """
    await bring(store, group("a"))
    cora = await street.arrives(5)
    async with store.transaction() as tx:
        people.give(tx, cora.id, "coordinator", street.clock.now(), None)
    which = OfferingId(1)
    anns = [await street.arrives(chat) for chat in (7, 8, 9)]

    async def heard_after(**passed: int) -> str:
        await street.passes(**passed)
        return "\n".join(b.text for _, b in await street.delivered() if isinstance(b, Text))

    async def reported_by(*some: Visitor) -> str:
        return "\n".join([await one.presses("It wasn't there") for one in some])

    async def look_at_it() -> None:
        async with store.transaction() as tx:
            reviewing.show_again(tx, which)
            reports.settle(tx, which)
        await import_reading(
            store, Reading((group("a"),)), Asked("Leeds list", "peer", "Europe/London", street.clock.now())
        )
        for one in anns:
            await one.looks_near("LS2")
            await one.presses("Group a")

    await street.passes(days=3)  # Thursday: the working days are Friday, Tuesday and Wednesday
    await look_at_it()
    assert "Two people say" in await reported_by(*anns[:2])
    await street.passes(hours=13)
    assert "no longer in the list" in await reported_by(anns[2])
    assert "nobody has looked yet" not in await heard_after(days=5, hours=7)
    assert "nobody has looked yet" in await heard_after(hours=2)
    await street.passes(days=89)
    await look_at_it()
    assert "Two people say" in await reported_by(*anns[:2])
    assert "for 90 days" not in await heard_after(days=2)
    assert "nobody has looked yet" in await heard_after(days=5)


async def test_map_and_calendar(store: Store, street: Street) -> None:
    """A pin where the place is known exactly, words where it is not; a file with name and time only."""
    near = Venue("Hall", "Leeds", "", Point(53.80, -1.55), approximate=True, country="GB")
    await bring(store, group("a"), group("b", venue=near))
    ana = await street.arrives()
    await ana.looks_near("LS2")
    await ana.presses("Group a")
    await ana.presses("Map")
    assert Pin(53.80, -1.55, "Group a", "Hall a, 1 High Street") in ana.got
    await ana.presses("Calendar")
    file = ana.got[0]
    assert isinstance(file, File)
    assert b"SUMMARY:Group a" in file.content
    assert b"High Street" not in file.content
    await ana.looks_near("LS2")
    await ana.presses("Group b")
    assert "I don't have a map point" in await ana.presses("Map")


async def test_how_to_join_is_told_on_asking_and_by_ones_own_clock(store: Store, street: Street) -> None:
    """Passcodes are not in lists or details; 15:00 in New York is 20:00 in Leeds."""
    await bring(store, afar("ny", zone="America/New_York", start=15 * 60))
    ana = await street.arrives()
    await ana.does(Start("groups", {"online": "yes"}))
    details = await ana.presses("Group ny")
    assert "Tonight 20:00\nMonday 15:00–16:00 (New York time)" in details
    assert "1234" not in details
    assert "Passcode: 1234" in await ana.presses("How to join")
    assert "Passcode: 1234" in await ana.does(Typed("how do i get there"))


async def test_the_demo_says_that_it_is_made_up(store: Store) -> None:
    """Nobody is to stand before a door that does not exist."""
    await bring_demo(store, DEMO_PLACES, files.DATA, MONDAY_NOON)
    street = Street(store, Directory(DEMO_PLACES, demo=True))
    ana = await street.arrives()
    assert "Made up, to try things out: nobody is there." in await ana.looks_near("LS2")


async def test_a_hostile_name_is_only_a_name(store: Store, street: Street) -> None:
    """Line breaks, hidden marks and length cannot make a listing look like the bot's own words."""
    name = "Safe\n\nCall 0900 \u202egnihtyna\u2066 {emergency} " + "x" * 500
    await bring(store, group("a", name=name))
    ana = await street.arrives()
    said = await ana.looks_near("LS2")
    assert "1. Safe Call 0900 gnihtyna {emergency} xxx" in said
    assert "\u202e" not in said
    assert all(len(label) <= 28 for label in ana.keys)


def test_needs_are_read_from_the_answers() -> None:
    """Question 7, and whom it is about."""
    assert needs_of(
        {"needs": ("women", "access", "evenings", "not_12_step", "online", "no_transport")}
    ) == Needs(
        wants=frozenset({"women", "step_free", "bsl", "asl"}),
        parts=frozenset({"evenings"}),
        not_twelve_step=True,
        online=True,
        no_transport=True,
    )
    assert needs_of({"topic": "someone_else"}).family
    assert needs_of({"family_who": "partner"}).family
    assert not needs_of({"family_who": "partner", "about": ("alcohol",)}).family
