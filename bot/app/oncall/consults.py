"""A coach asks the team or the safety lead in the middle of a talk, and the person sees nothing of it."""

from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.app.rota.roster import roster
from bot.app.rules import Place
from bot.app.staffing.staff_names import called
from bot.app.turn import Turn
from bot.domain.alias import alias
from bot.domain.channel.incoming import Said
from bot.domain.ids import PersonId
from bot.domain.oncall.duty import Standing, is_free
from bot.domain.oncall.handoff import Ask
from bot.domain.oncall.note import Note
from bot.domain.oncall.talk_words import AskStaff
from bot.store.conversing import message_map

log = structlog.get_logger()

LINK = "consult:"
ANSWERS = ("answer", "answers")
_RECENTLY = timedelta(hours=1)


class Consults:
    """Carries questions and answers among staff. Only a `Standing`, which only staff have, is ever told."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def ask(self, turn: Turn, ask: Ask, question: AskStaff) -> None:
        """Put the question of the turn's coach to free coaches on shift, or to the safety lead."""
        if not question.question:
            turn.say("consult_how", alias=alias(ask.person))
            return
        team = await self._others(turn, ask.person)
        wanted = [one for one in team.values() if one.on_shift and is_free(one)]
        if question.whom == "lead":
            leads = [one for one in team.values() if one.has("safety_lead")]
            wanted = leads or [one for one in team.values() if one.has("coordinator")]
        told = [
            one for one in wanted if await self._tell(turn, one, "consult_ask", ask.id, question.question)
        ]
        name = "consult_nobody" if not told else f"consult_asked_{question.whom}"
        turn.say(name, alias=alias(ask.person), n=len(told))
        log.info("consult_asked", handoff=ask.id, whom=question.whom, staff=len(told))

    async def answered(self, turn: Turn, said: Said) -> bool:
        """Whether the turn's member of staff answered a question, by a reply or by "answer …".

        Looked at before anything else: an answer must not go to whomever they are in a talk with.
        """
        link = await self._of_reply(turn)
        words = said.text.strip()
        first, _, rest = words.partition(" ")
        if link is None and first.casefold().strip(":,.") in ANSWERS and rest.strip():
            since = turn.now - _RECENTLY
            link, words = await message_map.last_link(turn.tx, turn.person.chat, LINK, since), rest.strip()
        if link is None:
            return False
        _, which, asker = link.split(":")
        standing = (await self._others(turn)).get(PersonId(int(asker)))
        told = standing is not None and await self._tell(
            turn, standing, "consult_answer", int(which), Note(words)
        )
        turn.say(
            "consult_passed" if told else "consult_gone", name=await called(turn.tx, PersonId(int(asker)))
        )
        return True

    async def _of_reply(self, turn: Turn) -> str | None:
        if turn.reply_to is None:
            return None
        links = await message_map.links_of(turn.tx, turn.person.chat, turn.reply_to)
        return next((link for link in links if link.startswith(LINK)), None)

    async def _others(self, turn: Turn, but: PersonId | None = None) -> Mapping[PersonId, Standing]:
        team = await roster(turn.tx, self._place, turn.now)
        return {one.person: one for one in team if one.person not in (turn.person.id, but)}

    async def _tell(self, turn: Turn, to: Standing, name: str, which: int, words: Note) -> bool:
        """The answer to it finds its way by the link: back to who asked."""
        return await turn.tell(
            to.person,
            name,
            links=(f"{LINK}{which}:{turn.person.id}",),
            protect=True,
            name=await called(turn.tx, turn.person.id),
            text=words.for_staff(),
        )
