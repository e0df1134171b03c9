"""Danger goes to staff at once, and to the next ones until somebody has answered."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bot.app.conversing.conversations import Conversations
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import Talk
from bot.app.oncall.escalations import may_write_first
from bot.app.oncall.handoffs import Handoffs
from bot.app.rota.roster import roster
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.age import tells_safety_lead
from bot.domain.alias import alias
from bot.domain.channel.outgoing import SendClass
from bot.domain.danger.attending import writes_as_child
from bot.domain.danger.hearing import Hearing, Kind, card_for
from bot.domain.events import Code, DangerAcknowledged, DangerClosed, DangerPaged, HandoffAsked
from bot.domain.ids import DangerId, PersonId
from bot.domain.keeping.whereabouts import without_whereabouts
from bot.domain.messages import Messages, Said
from bot.domain.oncall import handoff
from bot.domain.oncall.escalation import (
    Action,
    Level,
    Seeker,
    Step,
    after_nobody,
    copy_steps,
    danger_policy,
    whom,
)
from bot.domain.person import Age, Person
from bot.domain.spans import in_words
from bot.domain.speech import SOURCE_LANGUAGE
from bot.domain.zones import local, zone_named
from bot.store.conversing import message_map, people
from bot.store.danger import dangers
from bot.store.engine.columns import from_ms
from bot.store.engine.transaction import Row
from bot.store.oncall import escalations, handoffs
from bot.store.oncall.escalations import Page

log = structlog.get_logger()

_ON_CARD: Mapping[str, str] = {"abuse": "abuse_line", "child": "child_line", "psychosis": "mental_line"}
"""The line that a card shows beside the emergency number, where it isn't the crisis line."""


class Paging:
    """Pages staff for open dangers."""

    def __init__(self, place: Place, conversations: Conversations, on_call: Handoffs) -> None:
        self._place = place
        self._conversations = conversations
        self._on_call = on_call
        on_call.on_given_back(self._given_back)

    def presses(self) -> Mapping[str, Handler]:
        """Buttons under a page."""
        return {"page_accept": self._pressed_accept, "page_decline": self._pressed_decline}

    async def page(self, turn: Turn, danger: DangerId, words: str) -> None:
        """Page for the turn's person: at once, or when a coach is with them, unless that coach answers.

        The person's words go along only where they agreed to be remembered or life is at risk. A page that
        is running already is not started again, unless the danger has become worse. An answer counts for what
        was known then, and while whoever gave it is with the person.
        """
        row = await dangers.get(turn.tx, danger)
        if row is None or row["closed_at"] is not None:
            return
        before = await escalations.page(turn.tx, danger)
        worse = before is None or _rank(row["level"]) < _rank(before.level)
        answered = row["acknowledged_at"] is not None
        if answered:
            if not worse and await self._coach_of(turn, turn.person.id) == row["acknowledged_by"]:
                return  # they are in the talk, where `Relay.warn` tells them
            dangers.unanswer(turn.tx, danger)
        elif not worse:
            return
        share = row["level"] == "emergency" or bool(turn.person.remembers)
        said = without_whereabouts(words, turn.messages.text("held_back"))
        kept = (said or (before.last_words if before else "")) if share else ""
        began = turn.now if before is None or answered else before.began
        escalations.put_page(
            turn.tx, danger, turn.person.id, level=row["level"], last_words=kept, began=began
        )
        dangers.paged(turn.tx, danger, turn.now)
        _, last = await escalations.left(turn.tx, "danger", danger)
        escalations.stop(turn.tx, "danger", danger, turn.now)
        level = _level(row)
        with_coach = await self._coach_of(turn, turn.person.id) is not None
        start = turn.now + self._place.rules.waits.acknowledge(level) if with_coach else turn.now
        steps = copy_steps(danger_policy(level, self._place.rules.waits), start, last + 1)
        escalations.add(turn.tx, "danger", danger, steps)
        if not with_coach:
            await self.run(turn, danger, steps[0])

    async def young(self, turn: Turn, danger: DangerId) -> None:
        """The turn's person turns out to be a child: children's lines, and the safeguarding lead is told.

        The lead's page is one more beside those that run; whoever had it before is not paged again.
        """
        turn.say("safety_line", send_class=SendClass.DANGER, **self._place.numbers(turn.person, turn.now))
        row = await dangers.get(turn.tx, danger)
        paged = await self._page_of(turn, danger, row)
        if row is None or paged is None:
            return
        team = await roster(turn.tx, self._place, turn.now)
        leads = {one.person for one in team if one.has("safety_lead")} - {turn.person.id}
        step = Step(-1, Action.TRAINED, turn.now)
        for lead in sorted(leads - set(await escalations.paged_staff(turn.tx, danger))):
            await self._tell(turn, lead, turn.person, row, paged, step)

    async def back(self, turn: Turn, danger: DangerId) -> None:
        """The turn's person writes again, or unhides the chat: whoever answered was promised to hear."""
        row = await dangers.get(turn.tx, danger)
        if row is None or row["closed_at"] is not None or row["acknowledged_by"] is None:
            return
        if await self._coach_of(turn, turn.person.id) is None:  # else they read it in the talk
            to = PersonId(row["acknowledged_by"])
            await turn.tell(to, "page_new_words", alias=alias(turn.person.id), **_named(turn, row))

    async def _given_back(self, turn: Turn, who: PersonId) -> None:
        """The coach who was with a person no longer is: an open danger has no answer, and no time."""
        person = await people.by_id(turn.tx, who) if await people.unlock(turn.tx, who) else None
        danger = None if person is None else person.open_danger
        row = None if danger is None else await dangers.get(turn.tx, danger)
        if person is None or danger is None or row is None or row["closed_at"] is not None:
            return
        if row["acknowledged_at"]:
            await self.page(turn.beside(person, "given_back"), danger, "")
            return
        left, _ = await escalations.left(turn.tx, "danger", danger)
        if left and left[0].due > turn.now:
            first = replace(left[0], due=turn.now)
            escalations.move(turn.tx, "danger", danger, first)
            await self.run(turn, danger, first)

    async def run(
        self, turn: Turn, danger: DangerId, step: Step, *, declined: PersonId | None = None
    ) -> None:
        """Carry out one step of a page, unless somebody has answered or the danger is over.

        `declined`: who has just said that they can't; a step that comes early for that is not for them.
        """
        row = await dangers.get(turn.tx, danger)
        paged = await self._page_of(turn, danger, row)
        if row is None or paged is None or row["closed_at"] is not None or row["acknowledged_at"] is not None:
            escalations.stop(turn.tx, "danger", danger, turn.now)
            return
        person = await people.by_id(turn.tx, paged.person)
        if person is None:
            escalations.stop(turn.tx, "danger", danger, turn.now)
            return
        if step.action is Action.NOBODY_YET:
            await self._nobody_yet(turn, person, danger, step)
            return
        team = await roster(turn.tx, self._place, turn.now)
        wanted = whom(step.action, team, Seeker(person.id, person.age))
        if step.action is Action.TRAINED and (row["kind"] == "child_risk" or tells_safety_lead(person.age)):
            wanted |= {one.person for one in team if one.has("safety_lead")} - {person.id}
        wanted -= {declined}
        knowing = wanted & await escalations.told_since(turn.tx, danger, step.due)  # several steps were late
        told = [
            who for who in sorted(wanted - knowing) if await self._tell(turn, who, person, row, paged, step)
        ]
        told += sorted(knowing)
        if not await escalations.done(turn.tx, "danger", danger, step.no, turn.now, len(told)):
            return
        turn.record(DangerPaged(danger, Code(step.action.value), len(told)), person.id)
        log.info("danger_paged", danger=danger, step=step.action.value, staff=len(told))
        if await self._coach_of(turn, person.id) is not None:
            await self._start_card(turn, person, row)
        left, _ = await escalations.left(turn.tx, "danger", danger)
        follows = None if told else after_nobody(step, left, turn.now)
        if follows is not None:
            escalations.move(turn.tx, "danger", danger, follows)
            await self.run(turn, danger, follows, declined=declined)

    async def acknowledge(self, turn: Turn, danger: DangerId) -> bool:
        """The turn's member of staff is with the person; the first one has it."""
        row = await dangers.get(turn.tx, danger)
        if row is None or not turn.person.is_staff or turn.person.id == row["person_id"]:
            turn.say("button_not_yours")
            return False
        who = PersonId(row["person_id"])
        if await self._on_call.full(turn, who):
            self._on_call.say_full(turn)
            return False
        if row["closed_at"] is not None:
            turn.say("page_over", alias=alias(who))
            return False
        if not await self.answered(turn, danger):
            by = (await dangers.get(turn.tx, danger) or row)["acknowledged_by"]
            if by != turn.person.id:
                turn.say("page_taken", alias=alias(who), coach=alias(PersonId(by)) if by else "")
                return False
        await self._join(turn, who, row)
        return True

    async def typed(self, turn: Turn, *, take: bool, since: datetime) -> bool:
        """Whether words that take or leave a page answered the newest since then, still without an answer."""
        danger = await self.newest(turn, since)
        row = None if danger is None else await dangers.get(turn.tx, danger)
        if (
            danger is None
            or row is None
            or row["acknowledged_at"] is not None
            or row["closed_at"] is not None
        ):
            return False
        if take:
            await self.acknowledge(turn, danger)
        else:
            await self.decline(turn, danger)
            turn.say("alert_declined", alias=alias(PersonId(row["person_id"])))
        return True

    async def newest(self, turn: Turn, since: datetime) -> DangerId | None:
        """What the turn's member of staff was last paged for since then, whatever became of it."""
        link = await message_map.last_link(turn.tx, turn.person.chat, "page:", since)
        return None if link is None else DangerId(int(link.split(":")[1]))

    async def answered(self, turn: Turn, danger: DangerId) -> bool:
        """Note that the turn's member of staff has answered; False when somebody was faster."""
        row = await dangers.get(turn.tx, danger)
        if row is None or not await dangers.acknowledge(turn.tx, danger, turn.person.id, turn.now):
            return False
        who = PersonId(row["person_id"])
        escalations.stop(turn.tx, "danger", danger, turn.now)
        began = from_ms(row["paged_at"] or row["opened_at"])
        after_s = int((turn.now - began).total_seconds())
        turn.record(DangerAcknowledged(danger, turn.person.id, after_s), who)
        text = turn.messages.text("page_taken", alias=alias(who), coach=alias(turn.person.id))
        for one in await escalations.paged_staff(turn.tx, danger):
            await self._redraw(turn, danger, one, None if one == turn.person.id else text)
        log.info("danger_acknowledged", danger=danger, staff=turn.person.id, after_s=after_s)
        return True

    async def decline(self, turn: Turn, danger: DangerId) -> None:
        """The turn's member of staff cannot: if nobody else was asked, the next are asked at once."""
        row = await dangers.get(turn.tx, danger)
        if row is None or not turn.person.is_staff:
            return
        text = turn.messages.text("alert_declined", alias=alias(PersonId(row["person_id"])))
        await self._redraw(turn, danger, turn.person.id, text)
        escalations.decline(turn.tx, danger, turn.person.id)
        if row["acknowledged_at"] is None and not await escalations.undecided(turn.tx, danger):
            left, _ = await escalations.left(turn.tx, "danger", danger)
            follows = after_nobody(Step(-1, Action.TRAINED, turn.now), left, turn.now)
            if follows is not None:
                await self.run(turn, danger, follows, declined=turn.person.id)

    async def closed_by_staff(self, turn: Turn, person: Person, danger: DangerId) -> None:
        """The turn's member of staff has closed it: nobody is paged any more, and the person is told.

        Not where they are to write first: the danger that is over may still hold their phone.
        """
        turn.record(DangerClosed(danger, "coach", Code("by_staff")), person.id)
        await self._ended(turn, person.id, danger, "page_over")
        turn.say("page_over", alias=alias(person.id))
        opened = await handoffs.open_of(turn.tx, person.id)
        there = opened is not None and isinstance(opened.handoff, handoff.Active)
        writing = there and opened is not None and not opened.waits_for_person
        if writing or await may_write_first(turn.tx, person):
            await turn.tell(person.id, "danger_closed_by_staff", coach=alias(turn.person.id))

    async def over(self, turn: Turn, danger: DangerId) -> None:
        """The turn's person has said no: nobody is paged any more, and staff see that it is over."""
        await self._ended(turn, turn.person.id, danger, "page_over")

    async def erased(self, turn: Turn, danger: DangerId) -> None:
        """The turn's person has everything erased: staff see that it was they who ended it."""
        await self._ended(turn, turn.person.id, danger, "page_ended_by_person")

    async def _ended(self, turn: Turn, whose: PersonId, danger: DangerId, name: str) -> None:
        """Nobody is paged any more, and every page says the text `name` instead."""
        escalations.stop(turn.tx, "danger", danger, turn.now)
        text = turn.messages.text(name, alias=alias(whose))
        for one in await escalations.paged_staff(turn.tx, danger):
            await self._redraw(turn, danger, one, text)

    async def _tell(
        self, turn: Turn, staff: PersonId, person: Person, row: Row, paged: Page, step: Step
    ) -> bool:
        again = step.due - paged.began >= self._place.rules.waits.acknowledge(_level(row))
        name = "page_again" if again else "page"
        zone = zone_named(person.zone) or self._place.zone
        said_at = (turn.sent_at if turn.person.id == person.id else None) or paged.began
        told = await turn.tell(
            staff,
            name,
            [[(b.label, f"page_{b.id}:{paged.danger}") for b in turn.messages.buttons(name)]],
            key=f"page:{paged.danger}:{step.no}:{staff}",
            links=(f"page:{paged.danger}:{staff}",),
            protect=True,
            alias=alias(person.id),
            local_time=local(said_at, zone).strftime("%H:%M"),
            last_words=_known(turn.messages, person, row, paged),
            wait=in_words(turn.messages, turn.now - paged.began),
            **_named(turn, row),
        )
        if told:
            escalations.note_paged(turn.tx, paged.danger, staff, turn.now)
        return told

    async def _tell_place(self, turn: Turn, staff: PersonId, paged: Page | None) -> None:
        """What the person sent on goes to whoever hears of them later, too."""
        if paged is not None and paged.place:
            who = alias(paged.person)
            await turn.tell(staff, "page_place", protect=True, alias=who, place=paged.place)

    async def _nobody_yet(self, turn: Turn, person: Person, danger: DangerId, step: Step) -> None:
        """The honest word to the person, with the numbers again."""
        if not await escalations.done(turn.tx, "danger", danger, step.no, turn.now, 0):
            return
        if not await may_write_first(turn.tx, person):
            return
        told = await escalations.reached(turn.tx, "danger", danger)
        row = await dangers.get(turn.tx, danger)
        young = row is not None and writes_as_child(row["kind"], row["rule"])
        asked_by = replace(person, age=Age.MINOR) if young else person
        lines = self._place.numbers(asked_by, turn.now)
        await turn.tell(
            person.id,
            "danger_nobody_yet" if told else "danger_nobody_there",
            send_class=SendClass.DANGER,
            key=f"danger:{danger}:nobody:{step.no}",
            **lines,
        )

    async def _join(self, turn: Turn, who: PersonId, row: Row) -> None:
        """Whoever answered is with the person: the request they had is theirs, or one is made."""
        person = await people.by_id(turn.tx, who)
        if person is None:
            return
        opened = await handoffs.open_of(turn.tx, who)
        if opened is None:
            which = await handoffs.add(
                turn.tx, who, topic="danger", scope="nothing", urgent=True, now=turn.now
            )
            if which is not None:
                turn.record(HandoffAsked(which, Code("danger"), "nothing", urgent=True), who)
        else:
            which = opened.handoff.ask.id
        if which is None or not await self._on_call.accept(turn, which):
            return
        lines = self._place.numbers(person, turn.now)
        fill: dict[str, Any] = {**_named(turn, row), "alias": alias(who), "emergency": lines["emergency"]}
        fill["line"] = lines[_ON_CARD.get(_card(row), "crisis_line")]
        turn.say("page_yours", send_class=SendClass.HANDOFF, **fill)
        await self._tell_place(turn, turn.person.id, await self._page_of(turn, DangerId(row["id"]), row))

    async def _start_card(self, turn: Turn, person: Person, row: Row) -> None:
        """The coach in the talk has not answered: the card's own questions start."""
        theirs = turn.beside(person, "card")
        talk = await self._conversations.load(theirs)
        card = _card(row)
        if talk.session is None or talk.session.flow != card or talk.session.over:
            known = {"level": row["level"], "who": row["who"], "kind": row["kind"]}
            await self._conversations.interrupt(theirs, talk, card, known)
            self._conversations.save(theirs, talk)

    async def _redraw(self, turn: Turn, danger: DangerId, staff: PersonId, text: str | None) -> None:
        await turn.redraw(staff, f"page:{danger}:", text)

    async def _page_of(self, turn: Turn, danger: DangerId, row: Row | None) -> Page | None:
        if row is None or not await people.unlock(turn.tx, PersonId(row["person_id"])):
            return None
        return await escalations.page(turn.tx, danger)

    async def _coach_of(self, turn: Turn, who: PersonId) -> PersonId | None:
        opened = await handoffs.open_of(turn.tx, who)
        return None if opened is None else handoff.holder_of(opened.handoff)

    async def _pressed_accept(self, turn: Turn, _: Talk, which: str) -> None:
        await self.acknowledge(turn, DangerId(int(which)))

    async def _pressed_decline(self, turn: Turn, _: Talk, which: str) -> None:
        await self.decline(turn, DangerId(int(which)))


def next_question(turn: Turn, row: Row) -> str:
    """What a coach is to ask next, by the card of the danger."""
    return turn.messages.text(f"question_{_card(row)}")


def _named(turn: Turn, row: Row) -> dict[str, Any]:
    words, threat = turn.messages.text, _card(row) == "threat"
    return {
        "kind": words("kind_threat" if threat else f"kind_{row['kind']}"),
        "level": words(f"level_{row['level']}"),
        "who": words("who_self" if threat else f"who_{row['who']}"),
        "question": next_question(turn, row),
    }


def _card(row: Row) -> str:
    kind: Kind = row["kind"]
    return card_for(Hearing(kind, _level(row), "alarm", row["who"], row["rule"]))


def _level(row: Row) -> Level:
    level: Level = row["level"]
    return level


def _rank(level: str) -> int:
    return ("emergency", "urgent", "concern").index(level)


def _known(messages: Messages, person: Person, row: Row, paged: Page) -> Said:
    """What a page says below its first line, all in one message: a chat takes one a second."""
    return Said.of(
        "\n".join(_lines(messages, person, row, paged)),
        lambda words: "\n".join(_lines(words, person, row, paged)),
    )


def _lines(messages: Messages, person: Person, row: Row, paged: Page) -> Iterator[str]:
    words, who = messages.text, alias(person.id)
    yield f"“{paged.last_words}”" if paged.last_words else words("page_no_words")
    if paged.place:
        yield words("page_place", alias=who, place=paged.place)
    if person.language != SOURCE_LANGUAGE and f"code_language_{person.language}" in messages:
        yield words("page_language", alias=who, language=words(f"code_language_{person.language}"))
    if row["quiet"] or person.hidden:
        yield words("page_wait_for_them", alias=who)
