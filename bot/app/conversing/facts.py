"""Facts that any text may use: the service's name, numbers for the place, the time, who is there."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.app.turn import Turn
from bot.domain.conversation.session import Session
from bot.domain.conversation.words import Answer
from bot.domain.messages import said_by
from bot.domain.oncall.handoff import holder_of
from bot.domain.person import Person
from bot.domain.speech import ENGLISH_TOO, SOURCE_LANGUAGE, Speech
from bot.domain.zones import zone_named
from bot.settings.model import Privacy
from bot.store.danger import dangers
from bot.store.engine.transaction import Transaction
from bot.store.oncall import escalations, handoffs

Numbers = Callable[[Person, datetime], Mapping[str, str]]
"""Numbers for where a person is, at a moment (`bot.domain.directory.helplines.number_facts`)."""
OnShift = Callable[[Transaction, datetime], Awaitable[bool]]
"""Whether a coach is there at a moment."""


def keeping_times(settings: Privacy, speech: Speech) -> Mapping[str, str]:
    """How long things are kept, in words, as /privacy says it."""
    return {
        "kept_unsaved": speech.count(settings.unkept_hours, "hour"),
        "kept_words": speech.count(settings.free_text_days, "day"),
        "kept_events": speech.count(settings.events_months, "month"),
        "kept_notes": speech.count(settings.notes_months, "month"),
        "kept_backups": speech.count(settings.backups_days, "day"),
    }


class Facts:
    """Gathers the facts of one turn. `kept` says how long things are kept."""

    def __init__(
        self,
        service: str,
        safety_lead: str,
        zone: ZoneInfo,
        numbers: Numbers,
        on_shift: OnShift,
        kept: Privacy,
    ) -> None:
        self._service = service
        self._safety_lead = safety_lead
        self._zone = zone
        self._numbers = numbers
        self._on_shift = on_shift
        self._kept = kept

    async def gather(self, turn: Turn, _: Session | None) -> Mapping[str, Answer]:
        """Everything in `bot.domain.conversation.registry.FACTS`, and place and language for the engine."""
        person = turn.person
        there = await self._on_shift(turn.tx, turn.now)
        local = turn.now.astimezone(zone_named(person.zone) or self._zone)
        said = {
            "coach_line": turn.messages.text("coach_line_on" if there else "coach_line_off"),
            "pages_state": await self._pages(turn),
        }
        if person.language != SOURCE_LANGUAGE:
            english = turn.messages.spoken_in(SOURCE_LANGUAGE)
            said |= {f"{name}{ENGLISH_TOO}": said_by(english, told) for name, told in said.items()}
        return {
            **said,
            **self._numbers(person, turn.now),
            **keeping_times(self._kept, turn.messages.speech),
            "service": self._service,
            "safety_lead": self._safety_lead,
            "time": f"{local:%H:%M}",
            "today": f"{local:%Y-%m-%d}",
            "country": person.country,
            "nation": person.nation,
            "language": person.language,
        }

    async def _pages(self, turn: Turn) -> str:
        """What has become of the page for the open danger, said no better than it is; "" without one."""
        danger = turn.person.open_danger
        row = None if danger is None else await dangers.get(turn.tx, danger)
        if danger is None or row is None or row["paged_at"] is None:
            return ""
        if row["acknowledged_at"] is not None:
            asked = await handoffs.open_of(turn.tx, turn.person.id)
            joined = asked is not None and holder_of(asked.handoff) is not None
            return turn.messages.text("pages_state_joined" if joined else "pages_state_seen")
        told = await escalations.reached(turn.tx, "danger", danger)
        return turn.messages.text("pages_state_sent" if told else "pages_state_nobody")
