"""Events are stored for years and counted: what is written must come back, and no free word may enter."""

import json
import typing
from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import events
from bot.domain.events import KINDS, Code, Event, from_json, name_of, to_json
from bot.domain.ids import OfferingId, PlanId

CODES = st.text("abcdefgh_0123456789", min_size=0, max_size=20).map(lambda tail: Code(f"x{tail}"))
st.register_type_strategy(Code, CODES)
ANY_EVENT: st.SearchStrategy[Event] = st.sampled_from(sorted(KINDS)).flatmap(lambda n: st.builds(KINDS[n]))


@given(ANY_EVENT)
def test_every_event_comes_back_from_the_text_it_is_stored_as(event: Event) -> None:
    """Whatever was recorded is read back the same, through real JSON text."""
    assert from_json(json.loads(json.dumps(to_json(event)))) == event


@given(ANY_EVENT)
def test_the_stored_name_leads_back_to_the_kind(event: Event) -> None:
    """`name_of` and `KINDS` say the same; a renamed class must not orphan stored rows."""
    assert KINDS[name_of(event)] is type(event)


def test_no_event_has_room_for_free_text() -> None:
    """A field holds an id, a number, a yes or no, a date, or a code out of our own files: nothing else."""
    allowed = {int, bool, date, Code, type(None)}
    for kind in KINDS.values():
        hints = typing.get_type_hints(kind)
        for field in fields(kind):
            for part in _parts(hints[field.name]):
                assert part in allowed, f"{kind.__name__}.{field.name} could hold {part}"


def _parts(hint: typing.Any) -> list[typing.Any]:
    if isinstance(hint, typing.NewType):
        return [hint.__supertype__]
    if typing.get_origin(hint) is typing.Literal:
        return []
    inner = [one for one in typing.get_args(hint) if one is not Ellipsis]
    return [part for one in inner for part in _parts(one)] if inner else [hint]


@pytest.mark.parametrize("text", ["", "Two words", "I want to stop", "naïve", "a" * 49, "x\n", "@ana"])
def test_what_somebody_wrote_is_not_a_code(text: str) -> None:
    """Words typed by a person cannot slip into an event, not even as an answer's id."""
    with pytest.raises(ValueError, match="not a code"):
        Code(text)


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"event": "party"},
        {"event": "opened"},
        {"event": "opened", "offering": "12"},
        {"event": "opened", "offering": True},
        {"event": "opened", "offering": 12, "note": "hello"},
        {"event": "handoff_asked", "handoff": 1, "topic": "alcohol", "scope": "all of it"},
        {"event": "checkin_sent", "plan": 1, "on": "tomorrow"},
    ],
)
def test_a_row_that_is_not_an_event_is_refused(stored: dict[str, typing.Any]) -> None:
    """A wrong name, a missing, extra or mistyped field raises: nothing is guessed."""
    with pytest.raises(ValueError, match=r".+"):
        from_json(stored)


def test_a_flow_may_name_an_event_in_plain_yaml() -> None:
    """What a flow's `record:` says is the same shape as what is stored."""
    assert from_json({"event": "opened", "offering": 3}) == events.Opened(OfferingId(3))
    sent = events.CheckInSent(PlanId(4), date(2026, 11, 23))
    assert to_json(sent) == {"event": "checkin_sent", "plan": 4, "on": "2026-11-23"}
