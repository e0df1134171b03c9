"""`/me`: a coach's own page in the chat: what comes, what has been, and what they may."""

from collections.abc import Mapping
from datetime import timedelta

from bot.app.conversing.conversations import Conversations
from bot.app.conversing.handlers import Handler
from bot.app.conversing.talk import Talk
from bot.app.rota.loads import loads
from bot.app.rota.shift_changes import ShiftChanges
from bot.app.rules import Place
from bot.app.staffing.coach_care import CARE
from bot.app.staffing.staff_names import called
from bot.app.staffing.team import PRESS
from bot.app.turn import Turn
from bot.domain.conversation.moves import Start
from bot.domain.oncall import load, training
from bot.domain.rota.typed import Hours
from bot.domain.zones import local
from bot.store.oncall import fits
from bot.store.rota import rotas
from bot.store.staffing import team

_AHEAD = timedelta(days=14)
_SHOWN = 5


class CoachPage:
    """For coaches, and for whoever is about to be one."""

    def __init__(self, place: Place, conversations: Conversations, changes: ShiftChanges) -> None:
        self._place = place
        self._conversations = conversations
        self._changes = changes

    def staff_commands(self) -> Mapping[str, Handler]:
        """`/me`."""
        return {"me": self.show}

    def presses(self) -> Mapping[str, Handler]:
        """The buttons under it."""
        return {"me": self._pressed}

    async def show(self, turn: Turn, _: Talk, __: str) -> None:
        """The page; somebody new sees the list of what comes first."""
        if "trainee" in turn.person.roles:
            await self._list(turn)
        elif "coach" not in turn.person.roles:
            turn.say("coach_only")
        else:
            await self._page(turn)

    async def _page(self, turn: Turn) -> None:
        today = local(turn.now, self._place.zone)
        stretch = load.month(today.year, today.month, self._place.zone)
        mine = next(one for one in await loads(turn.tx, stretch, turn.now) if one.coach == turn.person.id)
        rota = await rotas.rota(turn.tx, self._place.zone, turn.now)
        ahead = [one for one in rota.turns(turn.now, turn.now + _AHEAD) if one.coach == turn.person.id]
        words = turn.messages.text
        shifts = [self._changes.when(Hours(one.start, one.end)) for one in ahead[:_SHOWN]]
        may = [
            words(f"may_{role}")
            for role in ("danger_trained", "young_people", "may_meet", "backup")
            if role in turn.person.roles
        ]
        turn.say(
            "coach_me",
            [
                [(b.label, f"{CARE}:someone" if b.id == "someone" else f"me:{b.id}")]
                for b in turn.messages.buttons("coach_me")
            ],
            name=await called(turn.tx, turn.person.id),
            hours=f"{mine.hours / timedelta(hours=1):.1f}",
            nights=mine.nights,
            alerts=mine.alerts,
            accepted=mine.accepted,
            shifts="\n".join(shifts) or words("coach_me_no_shift"),
            may=", ".join(may) or words("may_nothing"),
            about=words(
                "coach_me_about" if await fits.profile(turn.tx, turn.person.id) else "coach_me_no_about"
            ),
        )

    async def _list(self, turn: Turn) -> None:
        done = await team.ticked(turn.tx, turn.person.id)
        words = turn.messages.text
        lines = [("✓ " if item in done else "· ") + words(f"training_{item}") for item in training.ITEMS]
        rows = [
            [(words(f"training_{item}"), f"{PRESS}:{item}:{turn.person.id}")]
            for item in training.OWN
            if item not in done
        ]
        rows += [[(b.label, f"me:{b.id}")] for b in turn.messages.buttons("training_list")]
        turn.say("training_list", rows, list="\n".join(lines))

    async def _pressed(self, turn: Turn, talk: Talk, which: str) -> None:
        if not turn.person.roles & {"coach", "trainee"}:
            turn.say("button_not_yours")
        elif which == "shifts":
            await self._changes.says(turn, "my shifts")
        else:
            flow = {"about": "about_me", "card": "safeguarding"}.get(which, "coach_home")
            await self._conversations.event(turn, talk, Start(flow))
