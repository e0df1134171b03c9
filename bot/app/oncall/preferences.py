"""Whom a person would like to talk with, asked before a handoff; and what coaches say of themselves."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import structlog

from bot.app.conversing.conversations import Conversations
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import CallHandler, DoHandler, Talk
from bot.app.oncall import fitting
from bot.app.oncall.handoffs import Handoffs
from bot.app.rota.roster import roster
from bot.app.rules import Place
from bot.app.turn import Turn
from bot.domain.channel.outgoing import Redraw, SendClass
from bot.domain.conversation.labels import said
from bot.domain.conversation.load import Flows
from bot.domain.conversation.moves import Returned, Start
from bot.domain.conversation.words import Answer, Answers
from bot.domain.events import Code, UnmetNeed
from bot.domain.oncall import handoff
from bot.domain.oncall.fit import Agreed, Wish, traits_of, wishes_of
from bot.store.oncall import escalations, fits, handoffs

log = structlog.get_logger()

MINE = "my_"
"""How a coach's answers about themselves are called, so that they are never taken for a wish."""


class Preferences:
    """The look-ups and effects of `wishes` and `about_me`, and "ask anyone"."""

    def __init__(
        self, place: Place, conversations: Conversations, on_call: Handoffs, flows: Callable[[], Flows]
    ) -> None:
        self._place = place
        self._flows = flows
        self._conversations = conversations
        self._on_call = on_call

    def calls(self) -> Mapping[str, CallHandler]:
        """What flows may look up."""
        return {
            "wishes_known": self._known,
            "about_known": self._about_known,
            "no_wishes": self._no_wishes,
            "who_fits": self._who_fits,
            "my_profile": self._profile,
        }

    def dos(self) -> Mapping[str, DoHandler]:
        """What flows may have done."""
        return {
            "ask_anyone": self._do_anyone,
            "keep_profile": self._keep_profile,
            "drop_profile": self._drop_profile,
        }

    def presses(self) -> Mapping[str, Handler]:
        """ "Ask anyone" under what is said while somebody waits."""
        return {fitting.PRESS: self._pressed}

    def staff_commands(self) -> Mapping[str, Handler]:
        """`/aboutme`, or "about me"."""
        return {"aboutme": self._begin, "about": self._begin}

    async def _known(self, turn: Turn, talk: Talk, _: Answers) -> Returned:
        """What is known of their wishes from before: from the last time, or from the questions."""
        known = await fitting.known(turn, talk)
        before = wishes_of(known)
        if before:
            ticked = [one.name for one in before]
            kept = {name: known[name] for name in ("tongue", "band") if known.get(name)}
            return Returned("before", {**kept, "wishes": ticked, "wishes_line": self._line(turn, before)})
        ticked_for_groups = known.get("needs")
        needs = ticked_for_groups if isinstance(ticked_for_groups, list | tuple) else ()
        return Returned("women" if "women" in needs else "men" if "men" in needs else "none", {})

    async def _about_known(self, turn: Turn, talk: Talk, _: Answers) -> Returned:
        return Returned("yes" if (await fitting.known(turn, talk)).get("about") else "no", {})

    async def _no_wishes(self, _: Turn, __: Talk, ___: Answers) -> Returned:
        return Returned("done", {"wishes": [], "agreed": Agreed.ANYONE.value})

    async def _who_fits(self, turn: Turn, talk: Talk, _: Answers) -> Returned:
        """How close anybody who could be asked now comes. Where nobody fits, that is counted."""
        wishes = wishes_of(await fitting.known(turn, talk))
        if not wishes:
            return Returned("anyone", {})
        team = await roster(turn.tx, self._place, turn.now)
        best = await fitting.reachable(turn.tx, team, turn.person, wishes)
        told = {"agreed": Agreed.FIT.value, "wishes_line": self._line(turn, wishes)}
        if best is None:
            return Returned("later", told)
        if not best.missing:
            return Returned("fits", told)
        codes = tuple(Code(wish.name) for wish in best.missing)
        turn.record(UnmetNeed(Code("coach_who_fits"), barriers=codes))
        told["missing_line"] = self._line(turn, best.missing)
        return Returned("none" if best.nobody else "some", told)

    async def _do_anyone(self, turn: Turn, _: Talk, __: Answers) -> None:
        """The person lets their wishes go: everybody who may be asked is, at once."""
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        if opened is None:
            turn.say("person_cancelled")
        elif handoff.holder_of(opened.handoff) is not None:
            turn.say("fit_anyone_taken")
        elif (await fits.wanted(turn.tx, opened.handoff.ask.id)).agreed is Agreed.ANYONE:
            turn.say("fit_anyone_already")
        else:
            ask = opened.handoff.ask
            fits.agree(turn.tx, ask.id, Agreed.ANYONE)
            turn.say("fit_anyone_done")
            escalations.stop(turn.tx, "handoff", ask.id, turn.now)
            await self._on_call.escalation.start(turn, ask)
            log.info("handoff_wishes_let_go", handoff=ask.id)

    async def _pressed(self, turn: Turn, talk: Talk, of: str) -> None:
        """`anyone:HANDOFF`; of an older handoff it does nothing."""
        opened = await handoffs.open_of(turn.tx, turn.person.id)
        if opened is None or of != f"anyone:{opened.handoff.ask.id}":
            turn.say("stale_button")
            return
        if talk.pressed is not None:
            turn.post(Redraw(talk.pressed), send_class=SendClass.REPLACEABLE)
        await self._do_anyone(turn, talk, {})

    async def _begin(self, turn: Turn, talk: Talk, _: str) -> None:
        if "coach" not in turn.person.roles:
            turn.say("coach_only")
            return
        await self._conversations.event(turn, talk, Start("about_me"))

    async def _profile(self, turn: Turn, _: Talk, __: Answers) -> Returned:
        known = await fits.profile(turn.tx, turn.person.id)
        if not known:
            return Returned("none", {})
        lines = [self._shown(turn, f"{MINE}{name}", sorted(values)) for name, values in known.items()]
        return Returned("some", {"profile_text": "\n".join(lines)})

    async def _keep_profile(self, turn: Turn, talk: Talk, _: Answers) -> None:
        """What was answered now over what was said before; "rather not say" takes it away."""
        if "coach" not in turn.person.roles or talk.session is None:
            return
        now = talk.session.answers
        mine = {name.removeprefix(MINE): value for name, value in now.items() if name.startswith(MINE)}
        if mine.pop("place", None) is not None and now.get("place") == now.get(f"{MINE}place"):
            mine["area"] = now.get("area")
        both = {**await fits.profile(turn.tx, turn.person.id), **traits_of(mine)}
        kept = {name: values for name, values in both.items() if "unsaid" not in values}
        fits.put_profile(turn.tx, turn.person.id, kept, turn.now)
        gone = {name: value for name, value in now.items() if not name.startswith(MINE)}
        talk.session = replace(talk.session, answers=gone)

    def _line(self, turn: Turn, wishes: Iterable[Wish]) -> str:
        """Wishes as the person ticked them: "A woman, Another language (Polski)"."""
        return ", ".join(
            self._shown(turn, "wishes", wish.name)
            + (f" ({self._shown(turn, wish.trait, sorted(wish.any_of))})" if wish.name == "tongue" else "")
            for wish in wishes
        )

    def _shown(self, turn: Turn, name: str, value: Answer) -> str:
        return said(self._flows(), name, value, turn.messages.speech)

    async def _drop_profile(self, turn: Turn, _: Talk, __: Answers) -> None:
        fits.drop_profile(turn.tx, turn.person.id)
