"""A night on call: real database, real texts and flows, a clock that the test moves, and phones to look at.

Everything goes through the use cases as a turn would; nothing is sent, the outbox is what people hear.
"""

from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app.checkins.appointments import Appointments
from bot.app.checkins.lookouts import Lookouts
from bot.app.checkins.measure import Measure
from bot.app.checkins.promises import Promises
from bot.app.checkins.sending import CheckIns
from bot.app.checkins.steps import Steps
from bot.app.conversing.conversations import Conversations
from bot.app.conversing.deeds import Deeds
from bot.app.conversing.talk import CallHandler, Talk
from bot.app.conversing.too_late import TooLate
from bot.app.danger.paging import Paging
from bot.app.danger.sending_on import SendingOn
from bot.app.desk.summaries import Summaries
from bot.app.everyday import families, own_words
from bot.app.everyday.daily import Daily
from bot.app.everyday.explaining import Explaining
from bot.app.library import files
from bot.app.oncall.handoff_controls import HandoffControls
from bot.app.oncall.handoffs import Handoffs
from bot.app.oncall.mentoring import Mentoring
from bot.app.oncall.preferences import Preferences
from bot.app.oncall.relay import Relay
from bot.app.oncall.reports import Reports
from bot.app.oncall.waiting import Waiting
from bot.app.oncall.watch import Watch
from bot.app.rota.roster import on_shift
from bot.app.rota.rotas import ASK, LAPSE, Rotas
from bot.app.rota.shift_changes import ShiftChanges
from bot.app.rota.shift_notices import ShiftNotices
from bot.app.rota.stints import Stints
from bot.app.rules import Place, Rules
from bot.app.staffing.coach_care import CoachCare
from bot.app.staffing.coach_page import CoachPage
from bot.app.staffing.staff import Staff
from bot.app.staffing.stories import Stories
from bot.app.staffing.team import Team
from bot.app.turn import Turn
from bot.clock import MovableClock
from bot.domain.channel.incoming import Content, Incoming, Said
from bot.domain.channel.outgoing import Copy, Photo, Redraw, Remove, Text, Typing
from bot.domain.conversation.moves import Chose, Event, Returned, Typed
from bot.domain.conversation.registry import FACTS
from bot.domain.conversation.session import Session
from bot.domain.conversation.words import Answer, Answers
from bot.domain.events import Code, DangerHeard
from bot.domain.ids import ChatId, DangerId, HandoffId, MessageId, OutboxId, PersonId
from bot.domain.person import Age, Person
from bot.store.conversing import keyboards, outbox, people, timers
from bot.store.conversing.timers import Timer
from bot.store.danger import dangers
from bot.store.engine.sqlite import open_sqlite
from bot.store.engine.transaction import Transaction
from bot.store.keeping.vault import Vault
from bot.store.oncall import handoffs
from bot.store.store import Store
from tests import shipped

ZONE = ZoneInfo("Europe/London")
THREE_AT_NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
KEY = bytes(range(32))
MESSAGES, FLOWS = files.messages(), shipped.flows()
EXPLANATIONS = files.explanations()
LINES = {name: f"<{name}>" for name in FACTS} | {"service": "Harbour"}


async def _open_line(_turn: Turn, _talk: Talk, _args: Answers) -> Returned:
    return Returned("found", {"line_text": "<line>"})


class Phone:
    """One person's phone: what came since last looked at, newest buttons, and what was taken away again."""

    def __init__(self, night: "Night", name: str, person: Person) -> None:
        self.night, self.name, self.id, self.chat = night, name, person.id, person.chat
        self.shown: dict[int, str] = {}
        self.buttons: dict[int, dict[str, str]] = {}
        self.answers: dict[int, int] = {}
        """Which message of this phone one that came answers."""
        self.typing = 0
        """How often the phone showed that somebody is writing."""
        self.sent = 0
        """The number of one's own last message."""
        self._unheard: deque[str] = deque()

    def heard(self) -> list[str]:
        """Every new message since the last look, the first line of each."""
        heard = [text.split("\n")[0] for text in self._unheard]
        self._unheard.clear()
        return heard

    def all_of_it(self) -> str:
        """Everything that can be read on the phone now."""
        return "\n".join(self.shown.values())

    def newest(self) -> str:
        """The whole of the last message that is on the phone."""
        return self.shown[max(self.shown)]

    def take(self, message: int, text: str, buttons: dict[str, str]) -> None:
        self.shown[message], self.buttons[message] = text, buttons
        self._unheard.append(text)

    async def says(self, text: str, *, re: int | None = None, forwarded: bool = False) -> bool:
        """Type a message into a talk, or about one; `re`: in reply to which message of one's phone."""
        return await self.night.turn(self, Said(text, forwarded=forwarded), re=re)

    async def edits(self, message: int, text: str) -> bool:
        """Change a message of one's own."""
        return await self.night.turn(self, Said(text, edited=True), message=message)

    def number_of(self, part: str) -> int:
        """The newest message on the phone that holds these words."""
        return max(number for number, text in self.shown.items() if part in text)

    async def sends(self, content: Content) -> bool:
        """Send something that is not words."""
        return await self.night.turn(self, content)

    async def types(self, text: str) -> None:
        """Answer a conversation in words."""
        await self.night.event(self, Typed(text))

    async def presses(self, label: str) -> None:
        """Press the newest button of that label."""
        data = next(d[label] for d in reversed(self.buttons.values()) if label in d)
        await self.night.press(self, data)


class Night:
    """The service without Telegram, and the phones around it."""

    def __init__(self, store: Store, clock: MovableClock, rules: Rules | None = None) -> None:
        self.store, self.clock = store, clock
        self.messages, flows = MESSAGES, FLOWS
        place = Place(ZONE, lambda _person, _at: LINES, rules or Rules())
        self.place = place
        dos: dict[str, object] = {}
        calls: dict[str, CallHandler] = {}
        self.conversations = Conversations(lambda: flows, [self._facts], calls, dos)  # type: ignore[arg-type]
        self.summaries = Summaries(self.messages, ZONE)
        self.on_call = Handoffs(place, self.conversations, self.summaries)
        self.controls = HandoffControls(place, self.conversations, self.on_call)
        self.waiting = Waiting(place, self.on_call)
        self.paging = Paging(place, self.conversations, self.on_call)
        self.preferences = Preferences(place, self.conversations, self.on_call, lambda: flows)
        self.coach_care = CoachCare(place, self.on_call)
        self.stints = Stints(store, clock, place)
        self.relay = Relay(place, self.conversations, self.on_call, self.paging)
        self.sending_on = SendingOn()
        self.rotas = Rotas(place, self.on_call)
        self.shift_changes = ShiftChanges(place, self.on_call)
        self.coach_page = CoachPage(place, self.conversations, self.shift_changes)
        self.mentoring = Mentoring(place, self.on_call, lambda: flows)
        self.team, self.staff = Team(self.on_call, self.mentoring), Staff()
        self.shift_notices = ShiftNotices(store, clock, self.messages, place, self.shift_changes)
        self.check_ins = CheckIns(
            store, clock, self.messages, self.conversations, "Harbour", place, files.caring()
        )
        self.promises = Promises(place, self.conversations, self.check_ins)
        self.stories = Stories(self.conversations)
        self.too_late = TooLate(clock, self.messages, place, self.conversations)
        self.lookouts = Lookouts(store, clock, self.messages, place)
        self.appointments = Appointments(place, self.conversations, self.check_ins)
        self.steps = Steps(place, self.check_ins)
        self.watch = Watch(store, clock, self.messages, self.on_call, self.paging)
        dos |= {
            **self.waiting.dos(),
            **self.controls.dos(),
            **self.check_ins.dos(),
            **self.promises.dos(),
            **self.sending_on.dos(),
        }
        dos |= {"record": Deeds(None).record, "remember_consent": Deeds(None).remember_consent}  # type: ignore[arg-type]
        dos |= {
            **self.appointments.dos(),
            **self.lookouts.dos(),
            **Measure(ZONE).dos(),
            **own_words.dos(),
            **self.stories.dos(),
        }
        dos |= {**self.preferences.dos(), **self.mentoring.dos()}
        dos |= {**self.steps.dos(), **Daily().dos()}
        calls |= {
            **self.waiting.calls(),
            **self.controls.calls(),
            **self.preferences.calls(),
            **self.mentoring.calls(),
            **self.check_ins.calls(),
            **own_words.calls(),
            **self.stories.calls(),
            **self.appointments.calls(),
            **Explaining(EXPLANATIONS).calls(),
            **Daily().calls(),
            **families.calls(),
            **self.lookouts.calls(),
        }
        calls["open_line"] = _open_line
        self.phones: dict[ChatId, Phone] = {}
        self._seen, self._causes, self._message = OutboxId(0), 0, 1000

    def restarted(self, rules: Rules) -> "Night":
        """The same night and phones, once the service has been started again with other settings."""
        after = Night(self.store, self.clock, rules)
        after.phones, after._causes, after._message = self.phones, self._causes + 1000, self._message
        for phone in self.phones.values():
            phone.night = after
        return after

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def _facts(self, turn: Turn, _: Session | None) -> Mapping[str, Answer]:
        there = await on_shift(turn.tx, self.place, turn.now)
        return {
            **LINES,
            "coach_line": "on" if there else "off",
            "country": "GB",
            "nation": "",
            "language": "en",
            "today": f"{turn.now:%Y-%m-%d}",
        }

    async def arrives(self, name: str, *roles: str, age: Age = Age.ADULT) -> Phone:
        """Somebody with an account; with roles they work here."""
        async with self.store.transaction() as tx:
            chat = ChatId(100 + len(self.phones))
            who = await people.arrive(
                tx, "telegram", chat, self.now, language="en", country="GB", zone="Europe/London"
            )
            people.set_age(tx, who.id, age)
            for role in roles:
                people.give(tx, who.id, role, self.now, None)
        self.phones[chat] = Phone(self, name, who)
        return self.phones[chat]

    @asynccontextmanager
    async def as_(self, phone: Phone) -> AsyncIterator[Turn]:
        """A turn of somebody's own, in a transaction; afterwards everything in the outbox has arrived."""
        async with self.store.transaction() as tx:
            yield await self._turn(tx, phone)
        await self.deliver()

    async def _turn(self, tx: Transaction, phone: Phone, message: int | None = None) -> Turn:
        who = await people.by_id(tx, phone.id)
        assert who is not None
        self._causes += 1
        at = None if message is None else MessageId(message)
        return Turn(tx, self.now, who, f"in:{self._causes}", self.messages, self.now, at)

    async def turn(
        self, phone: Phone, content: Content, *, re: int | None = None, message: int | None = None
    ) -> bool:
        """What `Turns` does with a message once danger has been listened for: the relay's part of it."""
        self._message += message is None
        phone.sent = message or self._message
        incoming = Incoming(phone.chat, content, self.now, MessageId(phone.sent))
        async with self.store.transaction() as tx:
            turn = await self._turn(tx, phone, phone.sent)
            turn.reply_to = None if re is None else MessageId(re)
            handled = turn.person.is_staff and await self.relay.from_staff(turn, incoming)
            if not handled:
                talk = await self.conversations.load(turn)
                handled = await self.relay.from_person(turn, talk, incoming)
                if isinstance(content, Said):
                    await self.sending_on.noticed(turn, talk, content.text)
                self.conversations.save(turn, talk)
        await self.deliver()
        return handled

    async def press(self, phone: Phone, data: str) -> None:
        """A press, found in the store as a real one is."""
        presses = {
            **self.controls.presses(),
            **Reports().presses(),
            **self.preferences.presses(),
            **self.mentoring.presses(),
            **self.coach_care.presses(),
            **self.coach_page.presses(),
            **self.team.presses(),
            **self.staff.presses(),
            **self.paging.presses(),
            **self.relay.presses(),
            **self.waiting.presses(),
            **self.sending_on.presses(),
            **self.rotas.presses(),
            **self.lookouts.presses(),
            **self.stories.presses(),
            **self.shift_changes.presses(),
            **self.shift_notices.presses(),
        }
        async with self.store.transaction() as tx:
            turn = await self._turn(tx, phone)
            found = await keyboards.meaning(tx, phone.id, data, self.now)
            assert found is not None, "the button is somebody else's or too old"
            kind, _, of = found[0].partition(":")
            talk = await self.conversations.load(turn)
            talk.pressed = next(MessageId(n) for n, keys in phone.buttons.items() if data in keys.values())
            if turn.person.unanswered:
                await self.check_ins.plans.returned(turn)
            if kind == "choose":
                await self.conversations.event(turn, talk, Chose(of, found[1]))
            else:
                await presses[kind](turn, talk, of)
            self.conversations.save(turn, talk)
        await self.deliver()

    async def event(self, phone: Phone, event: Event) -> None:
        """Something happens in somebody's conversation."""
        async with self.as_(phone) as turn:
            if turn.person.unanswered:
                await self.check_ins.plans.returned(turn)
            talk = await self.conversations.load(turn)
            await self.conversations.event(turn, talk, event)
            self.conversations.save(turn, talk)

    async def asks(self, phone: Phone, *, share: str = "today", topic: str = "urge") -> HandoffId:
        """Ask for a person, as the flow `talk` does."""
        async with self.as_(phone) as turn:
            which = await self.on_call.request(turn, share=share, topic=topic)
        assert which is not None
        return which

    async def comes_on(self, phone: Phone) -> None:
        """`/on`."""
        async with self.as_(phone) as turn:
            await self.rotas.on(turn, Talk(), "")
        phone.heard()

    async def danger(
        self, phone: Phone, kind: str, level: str, words: str = "", *, rule: str = "test"
    ) -> DangerId:
        """Danger is heard and staff are paged, as `Alarms` does."""
        async with self.as_(phone) as turn:
            which = await dangers.add(
                turn.tx,
                phone.id,
                kind=kind,
                level=level,
                tier="alarm",
                about="self",
                rule=rule,
                now=self.now,
            )
            heard = DangerHeard(which, Code(kind), Code(level), Code("self"))
            turn.record(heard)
            await self.paging.page(await self._turn(turn.tx, phone), which, words)
        return which

    async def passes(self, **span: int) -> None:
        """Time passes, stopping wherever something is due."""
        until = self.now + timedelta(**span)
        while (at := await self._next()) is not None and at <= until:
            self.clock.move(max(at - self.now, timedelta()))
            await self.watch.sweep()
            await self.check_ins.sweep()
            await self.shift_notices.sweep()
            await self.stints.sweep()
            await self._timers()
            await self.deliver()
        self.clock.move(until - self.now)

    async def _next(self) -> datetime | None:
        async with self.store.reading() as tx:
            found = [
                await self.watch.next_due(tx),
                await self.check_ins.next_due(tx),
                await self.shift_notices.next_due(tx),
                await self.stints.next_due(tx),
                await timers.next_due(tx),
            ]
        return min((at for at in found if at is not None), default=None)

    async def _timers(self) -> None:
        kinds = {
            ASK: self.rotas.ask,
            LAPSE: self.rotas.lapse,
            "clear_coach_chat": self.on_call.clear_again,
            **self.relay.timers(),
            **self.waiting.timers(),
            **self.promises.timers(),
            **self.mentoring.timers(),
            **self.appointments.timers(),
            **self.steps.timers(),
        }
        async with self.store.reading() as tx:
            due = await timers.due(tx, self.now, 100)
        for timer in due:
            async with self.store.transaction() as tx:
                await timers.drop(tx, timer.key)
                if timer.kind in kinds:
                    await kinds[timer.kind](await self._timer_turn(tx, timer), timer)

    async def _timer_turn(self, tx: Transaction, timer: Timer) -> Turn:
        who = await people.by_id(tx, timer.person)
        assert who is not None
        return Turn(tx, self.now, who, f"timer:{timer.key}:{timer.due}", self.messages)

    async def deliver(self) -> None:
        """Telegram takes everything, and remembers ids."""
        async with self.store.transaction() as tx:
            for item in await outbox.open_after(tx, self._seen, 10_000):
                self._seen = item.id
                if await self.too_late.unsaid(tx, item):
                    continue
                self._message += 1
                phone = self.phones[item.chat]
                message: int | None = self._message
                match item.body:
                    case Text(text, rows):
                        keys = {b.label: b.data for row in rows for b in row}
                        phone.take(self._message, text, keys)
                        if item.body.reply_to is not None:
                            phone.answers[self._message] = item.body.reply_to
                    case Photo(content, caption):
                        assert content.startswith(b"\x89PNG")
                        phone.take(self._message, f"(picture) {caption}", {})
                    case Copy(from_chat, source):
                        phone.take(self._message, f"copy of {from_chat}/{source}", {})
                        if item.body.reply_to is not None:
                            phone.answers[self._message] = item.body.reply_to
                    case Typing():
                        phone.typing += 1
                    case Redraw(of, rows, new):
                        message = None
                        phone.buttons[of] = {b.label: b.data for row in rows for b in row}
                        phone.shown[of] = phone.shown[of] if new is None else new
                    case Remove(gone):
                        message = None
                        for one in gone:
                            phone.shown.pop(one, None)
                    case _:
                        raise AssertionError(f"not expected: {item.body}")
                outbox.settle(tx, item, "delivered", self.now, message=message)

    async def state_of(self, which: HandoffId) -> str:
        """The state's name."""
        async with self.store.reading() as tx:
            stored = await handoffs.get(tx, which)
        assert stored is not None
        return type(stored.handoff).__name__

    async def person(self, who: PersonId) -> Person:
        """As the store has them."""
        async with self.store.reading() as tx:
            found = await people.by_id(tx, who)
        assert found is not None
        return found


@asynccontextmanager
async def night(folder: Path, at: datetime = THREE_AT_NIGHT, *, new: bool = True) -> AsyncIterator[Night]:
    """A night with its own database in `folder`, or beside another on the one that is there."""
    path = folder / "night.sqlite"
    if new:
        folder.mkdir(exist_ok=True)
        path.write_bytes(shipped.database())
    store = await open_sqlite(path, Vault(KEY))
    try:
        yield Night(store, MovableClock(at))
    finally:
        await store.close()
