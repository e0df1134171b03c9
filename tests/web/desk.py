"""A desk for tests: real database, texts and flows, people with conversations, and plain browsers."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from starlette.applications import Starlette

from bot.app.conversing.conversations import Conversations
from bot.app.conversing.talk import Talk
from bot.app.danger.paging import Paging
from bot.app.desk.conversation_desk import ConversationDesk
from bot.app.desk.measures import Measures
from bot.app.desk.summaries import Summaries
from bot.app.desk.today import Today
from bot.app.directory.desk import DirectoryDesk
from bot.app.directory.listings import Directory
from bot.app.directory.outings import Outings
from bot.app.library import files
from bot.app.oncall.handoffs import Handoffs
from bot.app.oncall.mentoring import Mentoring
from bot.app.rota.rota_calendars import RotaCalendars
from bot.app.rota.rota_desk import RotaDesk
from bot.app.rules import Place
from bot.app.staffing.signins import SignIns
from bot.app.staffing.team import Team
from bot.app.staffing.team_desk import TeamDesk
from bot.app.turn import Turn
from bot.clock import MovableClock
from bot.domain import events
from bot.domain.channel.outgoing import Text
from bot.domain.conversation.session import Session
from bot.domain.conversation.words import Answer
from bot.domain.danger.hearing import Hearing
from bot.domain.events import Code, Event, Scope
from bot.domain.ids import ChatId, DangerId, HandoffId, OfferingId, OutboxId, PersonId, PlanId
from bot.domain.person import Person
from bot.store.conversing import answers, outbox, people
from bot.store.conversing.events import record
from bot.store.danger import danger_log, dangers
from bot.store.engine.sqlite import open_sqlite
from bot.store.keeping.vault import Vault
from bot.store.store import Store
from bot.web.app import build_app
from bot.web.webhook import Webhook
from tests import shipped

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
URL = "https://desk.example"
ZONE = ZoneInfo("Europe/London")
MESSAGES = files.messages()
SAID = "i want to be dead, my son Tom would be better off"
HOSTILE = "<script>alert(1)</script>\"'&{{7*7}} \u202eevil"


LINES = {"emergency": "999", "crisis_line": "116 123", "open_line": "116 123"}


async def _facts(_: Turn, __: Session | None) -> Mapping[str, Answer]:
    return {
        **LINES,
        "coach_line": "on",
        "country": "GB",
        "nation": "",
        "language": "en",
        "today": "2026-11-23",
    }


async def _bot_name() -> str:
    return "harbour_bot"


class Desk:
    """The application, and the people around it."""

    def __init__(self, store: Store, clock: MovableClock, url: str, webhook: Webhook | None) -> None:
        self.store, self.clock, self.url = store, clock, url
        self.signins = SignIns(store, clock, url)
        self.place = Place(ZONE, lambda _person, _at: LINES)
        self.calendars = RotaCalendars(store, self.place, MESSAGES, url)
        self.measures = Measures(store, clock, ZONE)
        summaries = Summaries(MESSAGES, ZONE)
        self.host = Conversations(shipped.flows, [_facts], {}, {})
        self.on_call = Handoffs(self.place, self.host, summaries)
        self.paging = Paging(self.place, self.host, self.on_call)
        directory = Directory(shipped.places())
        groups = DirectoryDesk(store, directory, ZONE, "GB")
        conversations = ConversationDesk(store, summaries, ZONE)
        self.today = Today(
            store,
            MESSAGES,
            self.place,
            self.on_call,
            self.paging,
            Outings(directory, ZONE, self.host, self.place.rules.hours),
            groups,
            conversations,
        )
        team = Team(self.on_call, Mentoring(self.place, self.on_call, shipped.flows))
        self.app: Starlette = build_app(
            store=store,
            clock=clock,
            messages=MESSAGES,
            summaries=summaries,
            conversation_desk=conversations,
            today=self.today,
            signins=self.signins,
            calendars=self.calendars,
            measures=self.measures,
            service="Harbour",
            zone=ZONE,
            public_url=url,
            desk=groups,
            bot_name=_bot_name,
            team=TeamDesk(store, MESSAGES, team),
            rota=RotaDesk(store, self.place, MESSAGES),
            flows=shipped.flows,
            webhook=webhook,
        )
        self._chats, self._causes = 100, 0
        self._seen = OutboxId(0)

    async def arrives(self, *roles: str, name: str = "") -> Person:
        """Somebody with an account; with roles they work here."""
        self._chats += 1
        now = self.clock.now()
        async with self.store.transaction() as tx:
            who = await people.arrive(
                tx, "telegram", ChatId(self._chats), now, language="en", country="GB", zone="Europe/London"
            )
            for role in roles:
                people.give(tx, who.id, role, now, None)
            if name:
                await people.set_name(tx, who.id, name)
        return await self.person(who.id)

    async def person(self, who: PersonId) -> Person:
        """As the store has them now."""
        async with self.store.reading() as tx:
            found = await people.by_id(tx, who)
        assert found is not None
        return found

    async def happened(self, who: Person, at: datetime, *what: Event, reason: str = "") -> None:
        """Events of somebody, all at one moment."""
        async with self.store.transaction() as tx:
            for one in what:
                record(tx, who.id, one, at)
            if reason:
                await people.unlock(tx, who.id)
                answers.put(tx, who.id, "reason", reason, at)

    async def command(self, who: Person, name: str = "dashboard") -> str:
        """What `/dashboard`, or another command that sends an address, says to somebody."""
        async with self.store.transaction() as tx:
            self._causes += 1
            turn = Turn(tx, self.clock.now(), await self.person(who.id), f"in:{self._causes}", MESSAGES)
            commands = {**self.signins.staff_commands(), **self.calendars.staff_commands()}
            await commands[name](turn, Talk(), "")
            item = (await outbox.open_after(tx, self._seen, 10))[-1]
        self._seen = item.id
        assert isinstance(item.body, Text)
        assert not item.body.preview
        return item.body.text

    async def link(self, who: Person, name: str = "dashboard") -> str:
        """The path of a new address, to sign in unless another command is named."""
        said = await self.command(who, name)
        return next(word for word in said.split() if word.startswith(self.url)).removeprefix(self.url)

    @asynccontextmanager
    async def browser(self) -> AsyncIterator["Browser"]:
        """A browser with no cookies yet."""
        async with Browser(transport=httpx.ASGITransport(self.app), base_url=self.url) as made:
            yield made

    @asynccontextmanager
    async def signed_in(self, who: Person) -> AsyncIterator["Browser"]:
        """The browser of somebody who has just signed in."""
        link = await self.link(who)
        async with self.browser() as browser:
            answer = await browser.presses_sign_in(link)
            assert answer.status_code == 303, answer.text
            yield browser


class Browser(httpx.AsyncClient):
    """Sends forms as a browser does."""

    async def submits(self, path: str, site: str = "same-origin", **form: str) -> httpx.Response:
        """Submit a form to `path` from a page of that relation to it."""
        return await self.post(path, data=form, headers={"Sec-Fetch-Site": site, "Origin": "null"})

    async def nonce(self, link: str) -> str:
        """Open a link and read the nonce in its page."""
        page = await self.get(link)
        assert page.status_code == 200, page.text
        return page.text.split('name="nonce" value="')[1].split('"')[0]

    async def presses_sign_in(self, link: str) -> httpx.Response:
        """Open a link and press its button."""
        return await self.submits(link, nonce=await self.nonce(link))


@asynccontextmanager
async def desk(folder: Path, url: str = URL, webhook: Webhook | None = None) -> AsyncIterator[Desk]:
    """A desk on an empty database, at half past nine in the morning."""
    path = folder / "desk.sqlite"
    path.write_bytes(shipped.database())
    store = await open_sqlite(path, Vault(bytes(range(32))))
    try:
        yield Desk(store, MovableClock(NOW), url, webhook)
    finally:
        await store.close()


async def a_night(desk: Desk, *, scope: Scope = "today", reason: str = "My girls.") -> Person:
    """Ana's night: an urge, the questions, danger heard and closed, a coach who came, a group planned."""
    ana, ben = await desk.arrives(), await desk.arrives("coach", name="Ben")
    at = NOW - timedelta(hours=6)
    minutes = timedelta(minutes=1)
    talk, danger = HandoffId(1), DangerId(1)
    await desk.happened(
        ana,
        at,
        events.Arrived(Code("start")),
        events.FlowStarted(Code("urge")),
        events.IntakeAnswered(Code("where"), (Code("start_now"),)),
        events.IntakeAnswered(Code("about"), (Code("alcohol"), Code("sedatives"))),
        events.IntakeAnswered(Code("wants"), (Code("person"), Code("group"))),
        events.IntakeAnswered(Code("needs"), (Code("evenings"), Code("no_transport"), Code("childcare"))),
    )
    await desk.happened(ana, at + 4 * minutes, events.ReadinessSaid(7, reason_kept=True), reason=reason)
    await desk.happened(
        ana,
        at + 6 * minutes,
        events.DangerHeard(danger, Code("suicide"), Code("urgent"), Code("self")),
        events.DangerPaged(danger, Code("shift"), 2),
    )
    await desk.happened(ana, at + 9 * minutes, events.DangerAcknowledged(danger, ben.id, 180))
    await desk.happened(
        ana,
        at + 12 * minutes,
        events.HandoffAsked(talk, Code("urge"), scope),
        events.HandoffAlerted(talk, Code("shift"), 1),
    )
    await desk.happened(ana, at + 17 * minutes, events.HandoffAlerted(talk, Code("everyone"), 4))
    await desk.happened(ana, at + 27 * minutes, events.HandoffUnanswered(talk, 900))
    await desk.happened(ana, at + 31 * minutes, events.HandoffAccepted(talk, ben.id, 1140))
    await desk.happened(ana, at + 60 * minutes, events.DangerClosed(danger, "coach", Code("by_staff")))
    await desk.happened(ana, at + 72 * minutes, events.HandoffClosed(talk, "person", Code("talked"), 2460))
    await desk.happened(
        ana,
        at + 75 * minutes,
        events.UnmetNeed(Code("no_group_near"), Code("ls2"), (Code("no_transport"), Code("not_12_step"))),
        events.Planned(OfferingId(3), date(2026, 11, 24), reminder=True),
        events.CheckInPlanned(PlanId(1), Code("morning"), Code("standard")),
    )
    return ana


async def in_danger(desk: Desk) -> Person:
    """Dee's: danger heard twenty minutes ago, nobody has answered yet."""
    dee = await desk.arrives()
    at = NOW - timedelta(minutes=20)
    await desk.happened(
        dee,
        at,
        events.FlowStarted(Code("slip")),
        events.DangerHeard(DangerId(2), Code("overdose_now"), Code("emergency"), Code("other")),
        events.DangerPaged(DangerId(2), Code("shift"), 3),
    )
    return dee


async def heard_words(desk: Desk) -> tuple[Person, Person]:
    """Ana agreed to be remembered, Bea did not: what was heard of each, and what staff did."""
    ana, bea, ben = await desk.arrives(), await desk.arrives(), await desk.arrives("coach", name="Ben")
    at = NOW - timedelta(minutes=30)
    async with desk.store.transaction() as tx:
        people.set_remembers(tx, ana.id, True)
        for who in (ana, bea):
            await people.unlock(tx, who.id)
        which = await dangers.add(
            tx,
            ana.id,
            kind="suicide",
            level="urgent",
            tier="alarm",
            about="self",
            rule="suicide.wish",
            now=at,
        )
        dangers.paged(tx, which, at)
        await dangers.acknowledge(tx, which, ben.id, at + timedelta(minutes=3))
        await dangers.close(tx, which, "by_staff", at + timedelta(minutes=20), ben.id)
        wish = Hearing("suicide", "urgent", "alarm", "self", "suicide.wish")
        cut = Hearing("self_harm", "urgent", "alarm", "self", "self_harm.cut")
        blue = Hearing("overdose_now", "emergency", "alarm", "other", "overdose.blue")
        idiom = Hearing("suicide", "concern", "soft", "self", "suicide.idiom")
        log = [
            (ana, wish, which, "suicide", SAID),
            (bea, cut, None, "self_harm", ""),
            (bea, blue, None, "overdose_other", "hes gone blue"),
            (ana, idiom, None, "soft", "dying for a tea"),
        ]
        for who, heard, danger, shown, said in log:
            await danger_log.add(tx, who.id, heard, danger=danger, shown=shown, said=said, now=at)
    return ana, bea
