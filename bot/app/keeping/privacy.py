"""What a person may see, take along, hide and erase of what is kept about them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.app.conversing.receiving import CHANNEL
from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.keeping.leaving import Leaving
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.channel.outgoing import File, Remove, SendClass
from bot.domain.conversation.labels import said
from bot.domain.conversation.load import Flows
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.session import Session, session_from_json
from bot.domain.conversation.words import Answer, Answers
from bot.domain.events import to_json
from bot.domain.ids import ChatId, MessageId
from bot.domain.keeping.data_map import DataMap
from bot.domain.person import Person
from bot.store.conversing import answers, events, inbox, outbox, people, sessions, steps_seen
from bot.store.danger import danger_log
from bot.store.desk import reviews
from bot.store.engine.transaction import Transaction
from bot.store.keeping.erasing import Erasing
from bot.store.keeping.vault import SERVICE
from bot.store.staffing import looks
from bot.store.store import Store

log = structlog.get_logger()

DELETABLE = timedelta(hours=48)
"""Telegram lets a bot delete messages of a private chat, both sides', for so long."""
_RISKS: Mapping[str, str] = {
    "ending_life": "ending_life",
    "unsafe": "unsafe",
    "fits": "fits",
    "shakes": "withdrawal",
    "heavy": "withdrawal",
    "sedatives": "withdrawal",
    "opioid_break": "opioid_break",
    "pregnant": "pregnant",
}
"""Ticks of the intake's safety question, most urgent first, and the card that answers each."""


class Privacy:
    """Carries out the rights of the person whose turn it is."""

    def __init__(self, data_map: DataMap, leaving: Leaving, flows: Callable[[], Flows]) -> None:
        self._erasing = Erasing(data_map)
        self._leaving = leaving
        self._flows = flows

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {
            "my_details": self.my_details,
            "safety_card": self.safety_card,
            "anything_to_keep": self.anything_to_keep,
        }

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {"forget_me": self.forget, "hide_chat": self.hide, "send_my_data": self.send_data}

    async def my_details(self, turn: Turn, talk: Talk, _: Answers) -> Returned:
        """Everything the person told, in the words of the questions."""
        words = turn.messages.text
        lines = [
            words("details_line", question=words(f"detail_{name}"), answer=shown)
            for name, value in (await self._known(turn, talk)).items()
            if f"detail_{name}" in turn.messages and (shown := self._shown(turn, name, value))
        ]
        if not lines:
            return Returned("none")
        return Returned("some" if turn.person.remembers else "today", {"details_text": "\n".join(lines)})

    async def safety_card(self, _: Turn, talk: Talk, __: Answers) -> Returned:
        """The next card for a risk that was ticked and not shown yet, most urgent first."""
        known = talk.session.answers if talk.session else {}
        ticked = known.get("safety") or ()
        shown = known.get("cards_shown") or ()
        done = tuple(str(each) for each in shown) if isinstance(shown, tuple | list) else ()
        named = (ticked,) if isinstance(ticked, str) else ticked
        for tick, card in _RISKS.items():
            if isinstance(named, tuple | list) and tick in named and card not in done:
                return Returned(card, {"cards_shown": (*done, card)})
        return Returned("done")

    async def anything_to_keep(self, _: Turn, talk: Talk, __: Answers) -> Returned:
        """Whether there are answers that wait for the person's word on keeping them."""
        return Returned("ask" if talk.unkept else "nothing")

    async def send_data(self, turn: Turn, talk: Talk, _: Answers) -> None:
        """A file with everything kept about the person, readable by a program."""
        content = await all_kept(turn.tx, turn.person, talk.session.answers if talk.session else {})
        turn.post(File("my-data.json", content, turn.messages.text("my_data_caption")))

    async def hide(self, turn: Turn, talk: Talk, _: Answers) -> None:
        """Delete both sides of the chat as far back as Telegram allows, and write first no more."""
        await self._leaving.hides(turn)
        since = turn.now - DELETABLE
        theirs = await inbox.messages_of(turn.tx, turn.person.chat, since)
        ours = await outbox.messages_of(turn.tx, turn.person.id, since)
        outbox.drop_waiting(turn.tx, turn.person.id, turn.now)
        people.set_pushes(turn.tx, turn.person.id, False)
        people.set_hidden(turn.tx, turn.person.id, True)
        turn.person = replace(turn.person, pushes=False, hidden=True)
        ids = sorted({*theirs, *ours} | ({int(turn.message_id)} if turn.message_id else set()))
        talk.hidden = tuple(MessageId(n) for n in ids)
        _remove(turn, talk)
        talk.asked, talk.recent, talk.place = "", [], ""
        if talk.session is not None:
            talk.session = replace(talk.session, returns=())  # nothing is said again that was hidden

    async def forget(self, turn: Turn, talk: Talk, _: Answers) -> None:
        """Erase the person. What the flow says after this leaves as the service's own words."""
        await self.erase(turn, talk)
        turn.person = replace(turn.person, id=SERVICE, roles=frozenset(), open_danger=None)
        _remove(turn, talk)  # what was to be hidden went with the person's outbox
        talk.session = Session("", 0, "", seq=talk.session.seq if talk.session else 0)

    async def erase(self, turn: Turn, talk: Talk | None = None) -> None:
        """End what is open around the turn's person and erase them. `talk`: none if asked for in writing."""
        await self._leaving.erased(turn, talk)
        await self._erasing.erase(turn.tx, turn.person.id, turn.now)
        log.info("person_erased")

    def _shown(self, turn: Turn, name: str, value: Answer) -> str:
        if isinstance(value, Mapping):
            return turn.messages.text("place_shared")
        return said(self._flows(), name, value, turn.messages.speech)

    async def _known(self, turn: Turn, talk: Talk) -> dict[str, Answer]:
        kept = await answers.all_of(turn.tx, turn.person.id)
        return {**kept, **talk.unkept, **(talk.session.answers if talk.session else {})}


def _remove(turn: Turn, talk: Talk) -> None:
    if talk.hidden:
        turn.post(Remove(talk.hidden), send_class=SendClass.HANDOFF, key=f"{turn.cause}:hide")


async def all_kept(tx: Transaction, person: Person, conversation: Answers) -> bytes:
    """Everything kept about a person, whose key must be unlocked, as JSON in UTF-8.

    `conversation` are the answers of the conversation they are in.
    """
    happened = await events.of_person(tx, person.id)
    kept = {
        "language": person.language,
        "country": person.country,
        "nation": person.nation,
        "time_zone": person.zone,
        "age": person.age.value,
        "may_write_first": person.pushes,
        "may_remember": person.remembers,
        "first_seen": person.created_at.isoformat(),
        "answers": await answers.all_of(tx, person.id),
        "danger_heard": [
            {"at": one.at.isoformat(), "kind": one.kind, "level": one.level, "said": one.said}
            for one in await danger_log.of_person(tx, person.id)
        ],
        "this_conversation": dict(conversation),
        "steps_you_came_to": [
            {"conversation": flow, "step": step, "at": at.isoformat(), "went_on": went_on}
            for flow, step, at, went_on in await steps_seen.of_person(tx, person.id)
        ],
        "notes_of_staff": [
            {"at": one.at.isoformat(), "note": one.note} for one in await reviews.of_person(tx, person.id)
        ],
        "who_looked": [
            {"at": one.at.isoformat(), "who": alias(one.staff), "looked_at": one.what}
            for one in await looks.of_person(tx, person.id)
        ],
        "what_happened": [{"at": at.isoformat(), **to_json(what)} for at, what in happened],
    }
    return json.dumps(kept, ensure_ascii=False, indent=2, default=list).encode("utf-8", "replace")


async def export(store: Store, chat: ChatId) -> bytes | None:
    """What `/mydata` would send to the person of a chat, read beside the service; None: nobody is known."""
    async with store.reading() as tx:
        person = await people.by_chat(tx, CHANNEL, chat)
        if person is None:
            return None
        saved = await sessions.get(tx, person.id)
        session = "" if saved is None else json.loads(saved.state)["session"]
        return await all_kept(tx, person, session_from_json(session).answers if session else {})
