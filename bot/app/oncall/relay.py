"""A talk through the bot: each reads the other's words, and neither sees who the other is."""

from collections.abc import Mapping
from datetime import timedelta
from typing import assert_never

from bot.app.conversing.conversations import Conversations
from bot.app.conversing.due import TimerHandler
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import Talk
from bot.app.conversing.typed import STOPS
from bot.app.danger.misses import missed_by_coach
from bot.app.danger.paging import Paging
from bot.app.oncall import notes
from bot.app.oncall.canned import Canned
from bot.app.oncall.consults import Consults
from bot.app.oncall.handoffs import Handoffs
from bot.app.oncall.left_over import LeftOver
from bot.app.oncall.lines import Lines
from bot.app.oncall.transfers import Transfers
from bot.app.oncall.typing import TYPING, ShowsTyping
from bot.app.rules import Place
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.channel.incoming import (
    Blocked,
    Commanded,
    Incoming,
    Moved,
    NotPrivate,
    Pressed,
    Said,
    SentMedia,
    SharedPlace,
    Unknown,
)
from bot.domain.channel.outgoing import SendClass
from bot.domain.conversation.matching import plain
from bot.domain.conversation.moves import Start
from bot.domain.danger.hearing import Hearing, card_for
from bot.domain.ids import HandoffId, PersonId
from bot.domain.oncall import coach_words, handoff, talk_words
from bot.domain.oncall.talk_words import END, About, AboutTalk, AskStaff, ForPerson, Noted, Ready, Transfer
from bot.store.conversing import message_map, people
from bot.store.danger import dangers
from bot.store.oncall import handoffs
from bot.store.oncall.handoffs import Stored

CARD = frozenset({"card", "safeguarding"})
DEBRIEF = frozenset({"debrief", "i need someone"})
_IN_TALK = frozenset(
    {"note", "notes", "team", "lead", "transfer", "replies", "reply", "typing", "end", "pass", "help"}
)
"""What works with a slash as well; other commands are the bot's."""

_RECENTLY = timedelta(hours=1)
"""A coach who types "take it" so long after an alert means that one, and learns what became of it."""

_LATER = timedelta(milliseconds=1)
"""By so much, at least, an alert is later than what was written before it."""


class Relay:
    """Takes what people and coaches write in a talk to where it belongs."""

    def __init__(self, place: Place, conversations: Conversations, on_call: Handoffs, paging: Paging) -> None:
        self._place = place
        self._conversations = conversations
        self._on_call = on_call
        self._paging = paging
        self._lines = Lines(place, on_call, paging)
        self._consults = Consults(place)
        self._transfers = Transfers(place, on_call)
        self._canned = Canned(place, self._lines.coach_says)
        self._typing = ShowsTyping()
        self._left_over = LeftOver(place)
        self.left_over = self._left_over.ask

    def presses(self) -> Mapping[str, Handler]:
        """Buttons in a talk: "shall I end it?", whom a line is for, a colleague, a reply, a miss."""
        return {
            "talk_end": self._pressed_end,
            "missed": self._pressed_missed,
            "talk_to": self._pressed_which,
            **self._transfers.presses(),
            **self._canned.presses(),
            **self._typing.presses(),
        }

    def timers(self) -> Mapping[str, TimerHandler]:
        """What comes due in a talk."""
        return {TYPING: self._typing.again}

    async def live(self, turn: Turn) -> bool:
        """Whether a coach has the turn's person at this moment."""
        return await self._with_coach(turn) is not None

    async def from_staff(self, turn: Turn, incoming: Incoming) -> bool:
        """A coach's line to the person they are with, or a word about the talk. False: it was neither.

        Staff's words are not listened to for danger (safety design, "During a live talk").
        """
        content = incoming.content
        if isinstance(content, Said) and plain(content.text) in CARD:
            await self._show_card(turn)
            return True
        if isinstance(content, Said) and not content.edited and await self._consults.answered(turn, content):
            return True
        held = [
            one
            for one in await handoffs.held_by(turn.tx, turn.person.id)
            if not await self._on_call.over_by_silence(turn, one)
        ]
        if not held and isinstance(content, SentMedia):
            return await self._left_over.sent(turn)
        if not held:
            return isinstance(content, Said) and await self._about_alerts(turn, plain(content.text))
        if isinstance(content, Said) and await self._answers_alert(turn, content):
            return True
        match content:
            case Commanded(name, payload) if name in _IN_TALK:
                content = Said(f"{name} {payload}".strip())
            case Said() | SentMedia() | SharedPlace():
                pass
            case Commanded() | Pressed() | Blocked() | Moved() | NotPrivate() | Unknown():
                return False
            case _:
                assert_never(content)
        own = await self._with_coach(turn)
        answered = await self._talk_of(turn, content)
        if own is not None and answered == own[0].handoff.ask.id:
            return False
        stored = await self._meant(turn, held, content, answered, own)
        if stored is not None:
            await self._from_coach(turn, stored, content)
        return True

    async def _from_coach(self, turn: Turn, stored: Stored, content: Said | SentMedia | SharedPlace) -> None:
        match content:
            case Said(forwarded=True):
                turn.say("talk_forward_off")
            case Said():
                await self._coach_types(turn, stored, content)
            case SentMedia():
                await self._lines.coach_sends(turn, stored, content)
            case SharedPlace():
                turn.say("talk_kind_off")
            case _:
                assert_never(content)

    async def _coach_types(self, turn: Turn, stored: Stored, said: Said) -> None:
        ask = stored.handoff.ask
        match talk_words.read(said.text, edited=said.edited):
            case ForPerson(text):
                await self._lines.coach_says(turn, stored, text, edited=said.edited and not said.under)
            case Noted(note):
                await (notes.show(turn, ask.person) if note is None else notes.keep(turn, ask, note))
            case AskStaff() as asked:
                await self._consults.ask(turn, ask, asked)
            case Transfer(name):
                await self._transfers.to(turn, ask, name)
            case Ready(name):
                await self._canned.typed(turn, stored, name)
            case AboutTalk(what):
                await self._about_talk(turn, stored, what, said.text)
            case unread:
                assert_never(unread)

    async def _about_talk(self, turn: Turn, stored: Stored, what: About, text: str) -> None:
        ask = stored.handoff.ask
        match what:
            case "end":
                await self._on_call.end_by_coach(turn, ask.id)
            case "pass":
                await self._on_call.pass_on(turn, ask.id)
            case "missed":
                await missed_by_coach(turn, ask.id)
            case "help":
                turn.say("coach_help", alias=alias(ask.person))
            case "stuck":
                turn.say("coach_stuck", alias=alias(ask.person))
            case "typing":
                await self._typing.show(turn, stored)
            case "over":
                if not await self._danger_over(turn, stored):
                    await self._lines.coach_says(turn, stored, text)
            case _:
                assert_never(what)

    async def _meant(
        self,
        turn: Turn,
        held: list[Stored],
        content: Said | SentMedia | SharedPlace,
        answered: HandoffId | None,
        own: tuple[Stored, PersonId] | None,
    ) -> Stored | None:
        """Which talk a coach's line is for; with several open they must say, by a reply or when asked.

        `own` is the talk in which they are the one who has somebody to talk to. None: they were asked, and
        what they wrote waits for their answer, or is to be sent again.
        """
        if answered is not None:
            found = next((one for one in held if one.handoff.ask.id == answered), None)
            if found is None:
                turn.say("talk_over_there")
            await self._forget_unsent(turn)
            return found
        if len(held) == 1 and own is None:
            await self._forget_unsent(turn)
            return held[0]
        talk = await self._conversations.load(turn)
        if isinstance(content, Said):
            talk.unsent = f"{talk.unsent}\n{content.text}".strip()
            self._conversations.save(turn, talk)
        name = "talk_which" if isinstance(content, Said) else "talk_which_reply"
        who = [(alias(one.handoff.ask.person), one.handoff.ask.id) for one in held]
        who += [] if own is None else [(alias(own[1]), own[0].handoff.ask.id)]
        rows = [[(known, f"talk_to:{which}")] for known, which in who] if isinstance(content, Said) else []
        turn.say(name, rows)
        return None

    async def _forget_unsent(self, turn: Turn) -> None:
        """What was written and never given to one of several talks must not go to another one later."""
        if self._place.rules.limits.talks == 1 and not turn.person.in_handoff:
            return
        talk = await self._conversations.load(turn)
        if talk.unsent:
            talk.unsent = ""
            self._conversations.save(turn, talk)

    async def _talk_of(self, turn: Turn, content: Said | SentMedia | SharedPlace) -> HandoffId | None:
        """The talk of the message that the turn's coach has answered, or of their own that they changed."""
        edited = isinstance(content, Said) and content.edited
        which = turn.reply_to or (turn.message_id if edited else None)
        if which is None:
            return None
        for link in await message_map.links_of(turn.tx, turn.person.chat, which):
            kind, _, rest = link.partition(":")
            if kind in ("line", "talk"):
                return HandoffId(int(rest.partition(":")[0]))
        return None

    async def _pressed_which(self, turn: Turn, talk: Talk, which: str) -> None:
        """What a coach with several talks had written goes to the one they chose."""
        stored = await handoffs.get(turn.tx, HandoffId(int(which)))
        text, talk.unsent = talk.unsent, ""
        if text and stored is not None and stored.handoff.ask.person == turn.person.id:
            await self.from_person(turn, talk, Incoming(turn.person.chat, Said(text), turn.now))
        elif stored is None or handoff.holder_of(stored.handoff) != turn.person.id:
            turn.say("coach_not_yours")
        elif text:
            await self._coach_types(turn, stored, Said(text))
            turn.say("talk_sent_to", alias=alias(stored.handoff.ask.person))

    async def from_person(self, turn: Turn, talk: Talk, incoming: Incoming) -> bool:
        """The person's line to their coach. False when no coach has them.

        Whatever they write, they are there again: what waited for them to write first may leave.
        """
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        if opened is not None and opened.waits_for_person:
            await self._on_call.back(turn, opened.handoff.ask.id)
            opened = await handoffs.open_of(turn.tx, turn.person.id)
        coach = None if opened is None else handoff.holder_of(opened.handoff)
        if opened is None or coach is None or await self._on_call.over_by_silence(turn, opened):
            return False
        stored, content = opened, incoming.content
        match content:
            case Said(text) if not content.edited and plain(text) in END:
                await self._on_call.end_by_person(turn, talk)
            case Said(text) if not content.edited and plain(text) in STOPS:
                await self.ask_before_stop(turn)
            case Said():
                await self._lines.person_says(turn, stored, coach, content)
            case SentMedia():
                await self._lines.person_sends(turn, stored, coach, content)
            case SharedPlace():
                turn.say("talk_kind_off")
            case Commanded() | Pressed() | Blocked() | Moved() | NotPrivate() | Unknown():
                return False
            case _:
                assert_never(content)
        return True

    async def ask_before_stop(self, turn: Turn) -> bool:
        """ "Stop" in a talk asks first. False when the turn's person is in none."""
        found = await self._with_coach(turn)
        if found is None:
            return False
        buttons = turn.messages.buttons("talk_stop_ask")
        turn.say("talk_stop_ask", [[(b.label, f"talk_end:{b.id}") for b in buttons]], coach=alias(found[1]))
        return True

    async def warn(self, turn: Turn, heard: Hearing) -> None:
        """Danger in the person's words during a talk: the coach hears what it is and what to ask next.

        An emergency shows the person the numbers, once.
        """
        found = await self._with_coach(turn)
        if found is None:
            return
        stored, coach = found
        words = turn.messages.text
        await turn.tell(
            coach,
            "page_new_words",
            alias=alias(turn.person.id),
            kind=words("kind_threat" if card_for(heard) == "threat" else f"kind_{heard.kind}"),
            level=words(f"level_{heard.level}"),
            question=words(f"question_{card_for(heard)}"),
        )
        if heard.level == "emergency":
            key = f"danger_in_talk:{stored.handoff.ask.id}:{turn.person.open_danger}"
            lines = self._place.numbers(turn.person, turn.now)
            await turn.tell(
                turn.person.id,
                "danger_in_talk",
                send_class=SendClass.DANGER,
                key=key,
                coach=alias(coach),
                **lines,
            )

    async def _about_alerts(self, turn: Turn, typed: str) -> bool:
        """Whatever a button does also works typed: without a talk, danger first, then the oldest alert."""
        if typed in DEBRIEF:
            await self._debrief(turn)
            return True
        waiting = await handoffs.alerted_to(turn.tx, turn.person.id)
        if not waiting and "coach" in turn.person.roles and coach_words.asks_who_waits(typed):
            turn.say("coach_nobody_waits")
            return True
        answer = coach_words.answer(typed, alone=await self._asked_last(turn))
        if answer is None:
            return False
        since = turn.now - _RECENTLY
        if await self._paging.typed(turn, take=answer == "take", since=since):
            return True
        if waiting:
            which = waiting[0].handoff.ask.id
            if answer == "take":
                await self._on_call.accept(turn, which)
            else:
                await self._on_call.decline(turn, which)
                turn.say("alert_declined", alias=alias(waiting[0].handoff.ask.person))
            return True
        if await self._transfers.typed(turn, take=answer == "take"):
            return True
        page = await self._paging.newest(turn, since)
        if page is not None and answer == "take":  # over, or somebody's: they are told whose
            await self._paging.acknowledge(turn, page)
            return True
        last = await handoffs.last_alerted_to(turn.tx, turn.person.id, since)
        if last is None:
            return False
        if answer == "take":
            await self._on_call.accept(turn, last)
        return True

    async def _answers_alert(self, turn: Turn, said: Said) -> bool:
        """Whether a coach in a talk answered what came for somebody else since they last wrote."""
        typed = plain(said.text)
        if said.edited or turn.reply_to is not None or coach_words.plain_answer(typed) is None:
            return False
        return await self._asked_last(turn) and await self._about_alerts(turn, typed)

    async def _asked_last(self, turn: Turn) -> bool:
        """Whether they were alerted or paged since they last wrote, and are in no danger of their own."""
        since = turn.person.seen_at
        if since is None or turn.person.open_danger is not None:
            return False
        since += _LATER
        alerted = await handoffs.last_alerted_to(turn.tx, turn.person.id, since) is not None
        return alerted or await self._paging.newest(turn, since) is not None

    async def _danger_over(self, turn: Turn, stored: Stored) -> bool:
        """The coach says that the person is safe: the danger is closed, and the person is told."""
        person = await people.by_id(turn.tx, stored.handoff.ask.person)
        if person is None or person.open_danger is None:
            return False
        if await dangers.close(turn.tx, person.open_danger, "by_staff", turn.now, turn.person.id):
            await self._paging.closed_by_staff(turn, person, person.open_danger)
        return True

    async def _show_card(self, turn: Turn) -> None:
        talk = await self._conversations.load(turn)
        await self._conversations.event(turn, talk, Start("safeguarding"))
        self._conversations.save(turn, talk)

    async def _debrief(self, turn: Turn) -> None:
        name = await called(turn.tx, turn.person.id)
        await turn.tell_coordinators("coordinator_debrief", key=f"{turn.cause}:debrief", name=name)
        turn.say("coach_debrief")

    async def _pressed_end(self, turn: Turn, talk: Talk, which: str) -> None:
        if which != "yes":
            found = await self._with_coach(turn)
            if found is not None:
                turn.say("person_with_you", coach=alias(found[1]))
        elif await self._on_call.end_by_person(turn, talk):
            people.set_pushes(turn.tx, turn.person.id, False)

    async def _pressed_missed(self, turn: Turn, _: Talk, which: str) -> None:
        await missed_by_coach(turn, HandoffId(int(which)))

    async def _with_coach(self, turn: Turn) -> tuple[Stored, PersonId] | None:
        if not turn.person.in_handoff:
            return None
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        coach = None if opened is None else handoff.holder_of(opened.handoff)
        if opened is None or coach is None or await self._on_call.over_by_silence(turn, opened):
            return None
        return opened, coach
