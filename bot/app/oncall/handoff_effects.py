"""What follows when a handoff has changed: who is told, what is withdrawn, what leaves a coach's chat."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import assert_never

from bot.app.conversing.carrying import STEP_TIMER
from bot.app.conversing.conversations import Conversations
from bot.app.conversing.taking_back import take_back
from bot.app.conversing.talk import Talk
from bot.app.desk.summaries import Summaries
from bot.app.oncall.escalations import Escalation, may_write_first
from bot.app.oncall.reports import Reports
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.channel.outgoing import SendClass
from bot.domain.conversation.moves import Start
from bot.domain.ids import HandoffId, PersonId
from bot.domain.oncall import handoff
from bot.domain.oncall.handoff import (
    Ask,
    Change,
    Claimed,
    ClearCoachChat,
    Closed,
    Effect,
    NextStep,
    Record,
    Requested,
    ShowSummary,
    StartSteps,
    StopSteps,
    TellCoach,
    TellPerson,
    WithdrawAlerts,
)
from bot.domain.person import Age
from bot.store.conversing import message_map, outbox, people, timers
from bot.store.conversing.timers import Timer
from bot.store.oncall import call_backs, coach_notes, escalations, handoffs
from bot.store.oncall.handoffs import Stored

CLEAR = "clear_coach_chat"
CLEAR_AGAIN = timedelta(minutes=2)
"""Lines that were still on their way when a talk ended are deleted so long after."""


class Consequences:
    """Carries out the effects of a change, in the transaction of the change."""

    def __init__(
        self, place: Place, conversations: Conversations, summaries: Summaries, escalation: Escalation
    ) -> None:
        self._place = place
        self._conversations = conversations
        self._summaries = summaries
        self._escalation = escalation
        self._reports = Reports()
        self.given_back: Callable[[Turn, PersonId], Awaitable[None]] | None = None

    async def clear_again(self, turn: Turn, timer: Timer) -> None:
        """Delete what reached the coach's chat after the talk had ended."""
        if timer.object_id is not None:
            link = talk_link(HandoffId(timer.object_id), turn.person.id)
            await take_back(turn, link, turn.person.id)
            message_map.forget(turn.tx, link)

    async def carry_out(
        self,
        turn: Turn,
        change: Change,
        *,
        talk: Talk | None = None,
        silently: bool = False,
        was: Stored | None = None,
    ) -> None:
        """Do all that a change asks for. `talk`: the conversation of the turn's person, if it is loaded.

        `silently` when a flow has the words for the person; `was`: the handoff before.
        """
        ask = change.state.ask
        before = handoff.holder_of(was.handoff) if was is not None else None
        writing = turn.person.id == ask.person and turn.sent_at is not None
        held_back = was is not None and was.waits_for_person and not writing
        coach = handoff.holder_of(change.state) or before
        if isinstance(change.state, Claimed) and before is None:
            self._fall_silent(turn, ask.person)
        if isinstance(change.state, Closed):
            call_backs.drop(turn.tx, ask.id)
        for effect in change.effects:
            await self._effect(turn, change, effect, coach, silently=silently or held_back)
        if isinstance(change.state, Claimed) and before is None:
            await self._quieten(turn, ask.person)
        if isinstance(change.state, Requested) and before is not None and self.given_back is not None:
            await self.given_back(turn, ask.person)
        if (
            isinstance(change.state, Closed)
            and before is not None
            and change.state.outcome not in ("erased", "quiet")
            and not held_back
        ):
            await self._after_talk(turn, ask.person, talk)

    async def _effect(
        self, turn: Turn, change: Change, effect: Effect, coach: PersonId | None, *, silently: bool
    ) -> None:
        ask = change.state.ask
        match effect:
            case Record(event):
                turn.record(event, ask.person)
            case StartSteps():
                await self._escalation.start(turn, ask)
            case StopSteps():
                escalations.stop(turn.tx, "handoff", ask.id, turn.now)
            case NextStep():
                await self._escalation.next_now(turn, ask)
            case TellPerson(news):
                if not silently:
                    await self.tell_person(turn, ask, news, coach)
            case TellCoach(to, news):
                await self._tell_coach(turn, ask, to, news)
                if isinstance(change.state, Closed) and change.state.outcome != "erased":
                    await self._reports.ask(turn, ask, to)
            case ShowSummary(to):
                await self._show_summary(turn, ask, to)
            case WithdrawAlerts(news, but):
                await self._withdraw(turn, ask, news, but)
            case ClearCoachChat(to):
                await take_back(turn, talk_link(ask.id, to), to)
                due = turn.now + CLEAR_AGAIN
                timers.put(turn.tx, Timer(f"{CLEAR}:{ask.id}:{to}", to, CLEAR, 0, ask.id, due))
            case _:
                assert_never(effect)
        if isinstance(effect, TellCoach) and effect.news in ("passed", "released"):
            handoffs.note_alert(turn.tx, ask.id, effect.coach, "passed", turn.now)

    async def tell_person(self, turn: Turn, ask: Ask, news: str, coach: PersonId | None) -> None:
        """Say to the person what has happened, unless nothing may leave for them before they write."""
        person = await people.by_id(turn.tx, ask.person)
        if person is None:
            return
        writing = person.id == turn.person.id and turn.sent_at is not None
        if not writing and not await may_write_first(turn.tx, person):
            return
        name = f"person_{news}"
        if news == "accepted" and person.open_danger is not None:
            name = "danger_person_joined"
        lines = self._place.numbers(person, turn.now)
        buttons = [[(b.label, f"{b.id}:{ask.id}") for b in turn.messages.buttons(name)]]
        await turn.tell(ask.person, name, buttons, coach=alias(coach) if coach is not None else "", **lines)

    async def _tell_coach(self, turn: Turn, ask: Ask, coach: PersonId, news: str) -> None:
        if news == "yours":
            return
        after = turn.messages.text("coach_after")
        name = f"coach_{news}"
        wanted = [[(b.label, f"{b.id}:{ask.person}") for b in turn.messages.buttons(name)]]
        await turn.tell(coach, name, wanted, alias=alias(ask.person), after=after)

    async def _show_summary(self, turn: Turn, ask: Ask, coach: PersonId) -> None:
        """To the coach who has it, and nobody else; it leaves their chat again when the talk ends."""
        person = await people.by_id(turn.tx, ask.person)
        if person is None:
            return
        parts = [await self._summaries.for_coach(turn.tx, person, ask.scope, turn.now)]
        if person.age is Age.MINOR:
            parts.append(turn.messages.text("coach_young"))
        elif person.age is Age.UNSAID:
            parts.append(turn.messages.text("coach_age_unsaid"))
        if person.language != turn.person.language and f"code_language_{person.language}" in turn.messages:
            language = turn.messages.text(f"code_language_{person.language}")
            parts.append(turn.messages.text("coach_language", language=language))
        noted = await coach_notes.of_person(turn.tx, ask.person)
        if noted:
            parts.append(turn.messages.text("coach_notes_there", n=len(noted)))
        await turn.tell(
            coach,
            "coach_yours",
            [[(b.label, f"{b.id}:{ask.id}") for b in turn.messages.buttons("coach_yours")]],
            links=(talk_link(ask.id, coach),),
            protect=True,
            alias=alias(ask.person),
            coach=alias(coach),
            summary="\n".join(parts),
        )
        await self._show_number(turn, ask, coach)
        if not await may_write_first(turn.tx, person):
            await turn.tell(coach, "page_wait_for_them", alias=alias(ask.person))

    async def _withdraw(self, turn: Turn, ask: Ask, news: str, but: PersonId | None) -> None:
        """Every alert loses its buttons; all but the winner's say how it went."""
        coaches = await handoffs.alerted_coaches(turn.tx, ask.id)
        text = turn.messages.text(f"alert_{news}", alias=alias(ask.person))
        await self.redraw_alerts(turn, ask.id, [one for one in coaches if one != but], text)
        if but is not None:
            await self.redraw_alerts(turn, ask.id, [but], None)

    async def redraw_alerts(
        self, turn: Turn, which: HandoffId, coaches: list[PersonId], text: str | None
    ) -> None:
        """Take the buttons off these coaches' alerts, with new words where `text` is given."""
        for coach in coaches:
            await turn.redraw(coach, f"alert:{which}:", text)

    def _fall_silent(self, turn: Turn, who: PersonId) -> None:
        """What the bot had to say and has not left yet stays unsaid: from now on a person is speaking.

        The sender looks whether something was taken back when it has had to wait, so that a word held up by
        Telegram does not come in the middle of a talk.
        """
        for send_class in (SendClass.REPLY, SendClass.NUDGE):
            outbox.withdraw(turn.tx, who, send_class, turn.now)

    async def _show_number(self, turn: Turn, ask: Ask, coach: PersonId) -> None:
        """To the coach who has it and nobody else; out of their chat once they have rung, or at the end."""
        number = await call_backs.get(turn.tx, ask.id, ask.person)
        if number:
            rows = [[(b.label, f"{b.id}:{ask.id}") for b in turn.messages.buttons("coach_call_back")]]
            links, who = (talk_link(ask.id, coach),), alias(ask.person)
            await turn.tell(
                coach, "coach_call_back", rows, links=links, protect=True, alias=who, number=number
            )

    async def _quieten(self, turn: Turn, who: PersonId) -> None:
        """A coach has the person: what the bot was in the middle of is put down, unless it is danger."""
        timers.drop_of(turn.tx, who, STEP_TIMER)
        person = await people.by_id(turn.tx, who)
        if person is not None and person.open_danger is None and who != turn.person.id:
            theirs = turn.beside(person, "quiet")
            talk = await self._conversations.load(theirs)
            self._conversations.put_down(talk)
            self._conversations.save(theirs, talk)

    async def _after_talk(self, turn: Turn, who: PersonId, talk: Talk | None) -> None:
        person = turn.person if who == turn.person.id else await people.by_id(turn.tx, who)
        if person is None or not person.reachable or person.open_danger is not None:
            return
        if who == turn.person.id:
            if talk is not None:
                await self._conversations.event(turn, talk, Start("after_talk"))
            return
        theirs = turn.beside(person, "after_talk")
        loaded = await self._conversations.load(theirs)
        await self._conversations.event(theirs, loaded, Start("after_talk"))
        self._conversations.save(theirs, loaded)


def talk_link(which: HandoffId, coach: PersonId) -> str:
    """Under which the person's lines in a coach's chat are remembered, to be deleted at the end."""
    return f"talk:{which}:{coach}"
