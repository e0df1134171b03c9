"""conversations/messages.yaml and the code that says it: no text that nobody says, no id without its text."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import get_args

import pytest

from bot.app.everyday.families import PARTS
from bot.app.library import files
from bot.domain.checkins import cadence
from bot.domain.checkins.checkin import Window
from bot.domain.danger.hearing import LEVELS, Card, Kind, Who
from bot.domain.events import Scope
from bot.domain.everyday.daily import EVERY_TASK, NEEDS
from bot.domain.everyday.three_sentences import EVERY_PART
from bot.domain.messages import MessagesBroken, read_messages
from bot.domain.oncall import training
from bot.domain.oncall.escalation import Asked
from bot.domain.oncall.handoff import AlertNews, CoachNews, PersonNews, Topic
from bot.domain.speech import ENGLISH, Speech

MESSAGES = files.messages()
NAMED_AT = {"say": 0, "text": 0, "buttons": 0, "tell": 1}
"""Where the id stands among the arguments of what says a message."""
NOT_PLACES = frozenset({"send_class", "key", "links", "protect", "reply_to"})
FAMILIES: dict[str, tuple[str, ...]] = {
    "person": get_args(PersonNews),
    "coach": get_args(CoachNews),
    "alert": get_args(AlertNews),
    "topic": get_args(Topic),
    "kind": get_args(Kind),
    "level": LEVELS,
    "who": get_args(Who),
    "question": get_args(Card),
    "consult_asked": ("team", "lead"),
    "waiting_asked": get_args(Asked),
    "waiting_fit": get_args(Asked),
    "person_15_minutes": ("nobody", "off_shift", "fit"),
    "role": ("coach", "coordinator"),
    "training": training.ITEMS,
    "pair": ("offered", "introduced", "active", "paused", "ask_person", "ask_coach"),
    "pair_ended_for": ("person", "coach"),
    "may": ("danger_trained", "young_people", "may_meet", "backup"),
    "group_join": ("link", "phone", "code"),
    "checkin": (cadence.Kind.GENTLE, cadence.Kind.GOODBYE),
    "checkin_how": tuple(cadence.Cadence),
    "checkin_in": tuple(Window),
    "checkin_on": ("weekdays", "weekends", "some", "mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    "poster_said": ("right", "time", "place", "ended", "other"),
    "outing_arranged": ("company", "lift"),
    "outing_for_coordinator": ("company", "lift"),
    "outing_for_staff": ("company", "lift"),
    "outing_thanks": ("company", "lift"),
    "outing_soon": ("company", "lift"),
    "outing_meet_open": ("company", "lift"),
    "outing_person": ("wrote", "suits"),
    "outing_staff": ("wrote", "suits"),
    "gp": (*EVERY_PART, "and"),
    "daily": tuple(NEEDS),
    "family_part": PARTS,
    "task": EVERY_TASK,
    "summary_age": ("minor", "unsaid"),
    "summary_scope": get_args(Scope),
    "summary_danger": ("open", "paged", "answered", "closed"),
}
"""Ids that the code puts together: what stands before the last part, and all that may stand there."""
OPEN_FAMILIES = ("code_", "command_", "detail_", "step_", "reply_")
"""Looked up only where there is one: words for codes, commands, kept answers, steps, written replies."""


@dataclass(frozen=True)
class Use:
    """A call in the code that says a message by its name, or one of two."""

    where: str
    names: tuple[str, ...]
    fills: frozenset[str]
    more: bool
    """Whether more may be filled in than is written there (`**lines`)."""


@cache
def sources() -> dict[str, ast.Module]:
    code = files.ROOT / "bot"
    paths = (path for path in sorted(code.rglob("*.py")) if "sandbox" not in path.parts)
    return {path.relative_to(code).as_posix(): ast.parse(path.read_text("utf-8")) for path in paths}


def literals(node: ast.AST) -> Iterator[str]:
    """Every string below a node that is written out."""
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


@cache
def written() -> frozenset[str]:
    return frozenset(text for tree in sources().values() for text in literals(tree))


def uses() -> Iterator[Use]:
    """Calls of say, tell and text whose message is written out, also as one of two."""
    for where, tree in sources().items():
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            at = NAMED_AT.get(call.func.attr)
            if at is None or call.func.attr == "buttons" or len(call.args) <= at:
                continue
            fills = frozenset(one.arg for one in call.keywords if one.arg is not None) - NOT_PLACES
            more = any(one.arg is None for one in call.keywords)
            first = call.args[at]
            found = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            names = [str(one.value) for one in found if isinstance(one, ast.Constant)]
            if len(names) == len(found):
                yield Use(f"{where}:{call.lineno}", tuple(names), fills, more)


def made_up() -> set[str]:
    return {f"{prefix}_{end}" for prefix, ends in FAMILIES.items() for end in ends}


def test_every_message_is_said_somewhere() -> None:
    """A text that nobody says is deleted, or wired to what it was written for."""
    said = written() | made_up()
    idle = [name for name in MESSAGES.all() if name not in said and not name.startswith(OPEN_FAMILIES)]
    assert idle == []


def test_every_message_said_is_there_with_exactly_its_places() -> None:
    """No id without a text; nothing filled in that the text does not say, and no place left empty."""
    found = [one for one in uses() if one.where.startswith(("app/", "wiring/", "domain/"))]
    assert len(found) > 100
    assert [one for one in found if not all(name in MESSAGES for name in one.names)] == []
    wrong = []
    for one in found:
        places = frozenset().union(*(MESSAGES.all()[name].places for name in one.names))
        if one.fills - places:
            wrong.append(f"{one.where}: {one.names} have no {sorted(one.fills - places)}")
        if places - one.fills and not one.more:
            wrong.append(f"{one.where}: {one.names} leave {sorted(places - one.fills)} empty")
    assert wrong == []


def test_ids_put_together_by_the_code_are_there() -> None:
    """Whatever a state, a kind or a card is called, its words are there (one is said by its own name)."""
    assert [name for name in sorted(made_up()) if name not in MESSAGES] == []


def test_words_for_codes_are_for_codes_that_there_are() -> None:
    """Each `code_…` is a code in the flows or in the program; none is left over."""
    folder = files.CONVERSATIONS
    flows = "\n".join((folder / name).read_text("utf-8") for name in files.flow_texts(folder))
    known = set(re.findall(r"[a-z0-9_]+", flows)) | set(written())
    known |= {button.id for message in MESSAGES.all().values() for button in message.buttons}
    idle = [name for name in MESSAGES.all() if name.startswith("code_") and name[5:] not in known]
    assert idle == []


def test_kept_answers_have_their_question_in_my_details() -> None:
    """What a flow keeps for good can be seen in /mydetails, and nothing else stands there."""
    folder = files.CONVERSATIONS
    kept = set()
    for text in files.flow_texts(folder).values():
        kept |= set(re.findall(r"keep_person: \{name: ([a-z_]+)", text))
        kept |= set(re.findall(r"save: ([a-z_]+)(?:, from: \d+, to: \d+)?, keep: person", text))
        kept |= set(re.findall(r"save: ([a-z_]+)\n +keep: person", text))
        kept |= {
            n
            for save in re.findall(r"save: \{([^}]*)\}, keep: person", text)
            for n in re.findall(r"([a-z_]+):", save)
        }
    shown = {name.removeprefix("detail_") for name in MESSAGES.all() if name.startswith("detail_")}
    assert shown == kept - {"topic"}


def test_an_id_stands_once() -> None:
    """Of two texts with one id the first would never be said."""
    with pytest.raises(MessagesBroken, match="late stands here twice"):
        read_messages("late: Sorry.\nnoted: Thank you.\nlate: Oh.\n")


def test_a_message_speaks_the_language_of_who_reads_it() -> None:
    """Texts and buttons by gettext, English where nobody has been; from any language to any other."""
    source = (
        'late: "Sorry, {name}."\nask: {text: "Well?", buttons: [{id: "yes", label: "Yes"}]}\nmore: "More."\n'
    )
    catalog = {"Sorry, {name}.": "Przepraszam, {name}.", "Well?": "I jak?", "Yes": "Tak"}
    voices = {"pl": Speech("pl", catalog)}
    polish = read_messages(source, lambda code: voices.get(code, ENGLISH)).spoken_in("pl")
    assert polish.text("late", name="Ana") == "Przepraszam, Ana."
    assert [one.label for one in polish.buttons("ask")] == ["Tak"]
    assert polish.text("more") == "More."
    assert polish.spoken_in("en").text("ask") == "Well?"
    assert polish.spoken_in("cy").text("ask") == "Well?"
