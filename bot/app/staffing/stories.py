"""Role models: coaches' own stories, approved by them, read by a coordinator, offered where one fits."""

from collections.abc import Mapping

import structlog

from bot.app.conversing.conversations import Conversations
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.turn import Turn, Wanted
from bot.domain.conversation.moves import Returned
from bot.domain.conversation.words import Answers, cut
from bot.domain.everyday.story import TAGS, check, fitting, told
from bot.store.conversing import answers, people
from bot.store.staffing import stories

log = structlog.get_logger()

PRESS = "story"
READ = "stories_read"
"""Which a person has read, among what is kept of them."""


class Stories:
    """Keeps them and finds one that fits."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {"story_for_me": self._for_me, "my_story": self._mine, "check_story": self._check}

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {
            "keep_story": self._keep,
            "drop_story": self._drop,
            "story_read": self._was_read,
            "show_waiting_stories": self._show_waiting,
        }

    def presses(self) -> Mapping[str, Handler]:
        """A coordinator's buttons under a new story."""
        return {PRESS: self._judged}

    async def _for_me(self, turn: Turn, talk: Talk, _: Answers) -> Returned:
        """One that shares something with what the person said; never in danger."""
        if turn.person.open_danger is not None or self._conversations.standing.in_danger(talk):
            return Returned("none")
        kept = await answers.all_of(turn.tx, turn.person.id) if turn.person.remembers else {}
        known = {**kept, **talk.unkept, **(talk.session.answers if talk.session else {})}
        for one in fitting(await stories.offered(turn.tx), told(known), _read(known)):
            author = await people.by_id(turn.tx, one.author)
            found = await stories.words_of(turn.tx, one.id) if author is not None else None
            if author is not None and "coach" in author.roles and found is not None and found[1]:
                return Returned("some", {"story": str(one.id), "story_text": cut(found[1], 600)})
        return Returned("none")

    async def _was_read(self, turn: Turn, talk: Talk, args: Answers) -> None:
        """Nobody is offered the same one twice, as long as they let us remember."""
        kept = await answers.all_of(turn.tx, turn.person.id) if turn.person.remembers else {}
        read = sorted(_read({**kept, **talk.unkept}) | {int(str(args["story"]))})
        if turn.person.remembers:
            answers.put(turn.tx, turn.person.id, READ, read, turn.now)
        else:
            talk.unkept[READ] = tuple(str(one) for one in read)

    async def _mine(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        mine = await stories.of_author(turn.tx, turn.person.id)
        return Returned("none") if mine is None else Returned(mine[1], {"story_text": cut(mine[0], 600)})

    async def _check(self, _: Turn, __: Talk, args: Answers) -> Returned:
        return Returned(check(str(args["words"])))

    async def _keep(self, turn: Turn, _: Talk, args: Answers) -> None:
        """The author has approved it; every coordinator is asked to read it, the first one decides."""
        words, tags = str(args["words"]), args.get("tags")
        if "coach" not in turn.person.roles or check(words) != "ok":
            return
        ticked = tuple(tag for tag in TAGS if isinstance(tags, list | tuple) and tag in tags)
        which = await stories.add(turn.tx, turn.person.id, words, ticked, turn.now)
        await turn.tell_coordinators("story_to_read", _rows(turn, which), key=f"story:{which}", words=words)
        log.info("story_written", story=which)

    async def _show_waiting(self, turn: Turn, _: Talk, __: Answers) -> None:
        """Those still to be read, for a coordinator who was not there or has lost the message."""
        if "coordinator" not in turn.person.roles:
            return
        waiting = await stories.waiting(turn.tx)
        for which in waiting:
            author = await stories.author_of(turn.tx, which)
            if author is not None and await people.by_id(turn.tx, author) is not None:
                found = await stories.words_of(turn.tx, which)
                turn.say("story_to_read", _rows(turn, which), words="" if found is None else found[1])
        if not waiting:
            turn.say("stories_none")

    async def _drop(self, turn: Turn, _: Talk, __: Answers) -> None:
        stories.drop(turn.tx, turn.person.id)

    async def _judged(self, turn: Turn, _: Talk, what: str) -> None:
        """`offer:12` or `back:12`; role and state are looked at again."""
        decision, _sep, number = what.partition(":")
        author = await stories.author_of(turn.tx, int(number)) if number.isdigit() else None
        if "coordinator" not in turn.person.roles or decision not in ("offer", "back"):
            return turn.say("button_not_yours")
        state = "offered" if decision == "offer" else "back"
        if author is None or not await stories.judge(turn.tx, int(number), state, turn.person.id):
            return turn.say("stale_button")
        said = "story_offered" if decision == "offer" else "story_back"
        await turn.tell(author, said, key=f"story:{number}:{state}")
        return turn.say("story_judged")


def _rows(turn: Turn, which: int) -> Wanted:
    """A coordinator's two buttons under a story."""
    return [[(one.label, f"{PRESS}:{one.id}:{which}") for one in turn.messages.buttons("story_to_read")]]


def _read(known: Mapping[str, object]) -> frozenset[int]:
    read = known.get(READ)
    return frozenset(int(one) for one in read) if isinstance(read, list | tuple) else frozenset()
