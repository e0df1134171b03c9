"""Listening while flows are played in a terminal or a transcript: what a turn of the service would do."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.conversation.load import Flows
from bot.domain.conversation.matching import matched
from bot.domain.conversation.moves import Start
from bot.domain.conversation.player import Player
from bot.domain.conversation.words import Answers
from bot.domain.danger.attending import (
    Here,
    Listens,
    Opened,
    attend,
    is_answered,
    is_worse,
    may_ask,
    mourns,
    told,
)
from bot.domain.danger.hearing import LEVELS, Hearing, Level, card_for

BEREAVEMENT = "bereavement"
BETWEEN = timedelta(seconds=20)
"""How long somebody takes for a line."""


@dataclass
class Rehearsal:
    """One person's danger while they play. Notes in the script when staff would be paged."""

    listener: Listens
    now: datetime = datetime(2026, 11, 22, 3, 40, tzinfo=UTC)
    opened: Opened | None = None
    recent: list[tuple[str, datetime]] = field(default_factory=list)
    asked: dict[str, datetime] = field(default_factory=dict)

    def interrupts(self, player: Player, text: str) -> Start | None:
        """As `Alarms` would: the card, one question, or None where the flow under way has the answer."""
        self.now += BETWEEN
        if text.startswith("[") and text.endswith("]"):
            return None  # a press is the flow's own answer
        here = _here(player, text)
        if not here.button:
            self.recent = [*self.recent, (text, self.now)][-3:]
        for heard in attend(self.listener, text, here, self.recent, self.now):
            soft = heard.tier == "soft"
            start = self._ask(heard, here, text) if soft else self._show(player, heard, here, text)
            if start is not None:
                return start
        mourned = not here.in_danger and not here.button and here.flow != BEREAVEMENT
        return Start(BEREAVEMENT) if mourned and mourns(self.listener, text) else None

    def did(self, player: Player, name: str, args: Answers) -> None:
        """A yes raises the danger and pages; a clear no closes it."""
        match name:
            case "danger_confirm":
                kind, level = str(args.get("kind") or "suicide"), str(args["level"])
                worse = self.opened is None or LEVELS.index(_level(level)) < LEVELS.index(self.opened.level)
                self.opened = Opened(kind, _level(level))
                if worse:
                    _page(player, kind, level, str(args.get("who") or "self"))
            case "danger_close":
                self.opened, self.recent = None, []
            case _:
                pass

    def waited(self, wait: timedelta) -> None:
        """Time passed."""
        self.now += wait

    def _ask(self, heard: Hearing, here: Here, text: str) -> Start | None:
        if not may_ask(here, self.asked.get(heard.rule), self.now):
            return None
        self.asked[heard.rule] = self.now
        return Start("soft", told(heard, text))

    def _show(self, player: Player, heard: Hearing, here: Here, text: str) -> Start | None:
        if is_answered(heard, here, self.opened):
            return None
        worse = self.opened is None or is_worse(heard, self.opened)
        level = heard.level if worse or self.opened is None else self.opened.level
        self.opened = Opened(heard.kind, level)
        if worse and heard.level != "concern":
            _page(player, heard.kind, heard.level, heard.who)
        return Start(card_for(heard), told(heard, text))


def _page(player: Player, kind: str, level: str, who: str) -> None:
    player.script.append(f"  (staff are paged: {kind}, {level}, {who})")


def _level(level: str) -> Level:
    return next(one for one in LEVELS if one == level)


def _here(player: Player, words: str) -> Here:
    session = player.session
    under_way = session is not None and not session.over
    flow = session.flow if session is not None and under_way else ""
    at_danger = session is not None and _is_danger(player.flows, session.flow)
    board = None
    if session is not None and under_way:
        board = player.flows.boards.get((session.flow, session.step))
    indexes = () if board is None else (board.index, board.controls_index)
    button = any(matched(words, index) is not None for index in indexes)
    return Here(flow, at_danger, button, player.said)


def _is_danger(flows: Flows, name: str) -> bool:
    flow = flows.by_name.get(name)
    return flow is not None and (flow.card or "danger/" in flow.file)
