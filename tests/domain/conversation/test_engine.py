"""Ana talks to small flows; the engine must always know where she is and always leave her a way on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.channel.incoming import SentMedia, SharedPlace
from bot.domain.conversation.moves import (
    Call,
    Chose,
    Do,
    Ended,
    Expired,
    Keep,
    Redraw,
    Returned,
    Say,
    SetTimer,
    Start,
    TimedOut,
)
from bot.domain.conversation.session import Session, session_from_json, session_to_json
from tests.domain.conversation.conftest import Talker


def test_a_flow_starts_with_its_effects_then_its_words(ana: Talker) -> None:
    """On entering a step its effects come before its words, and every button carries the step's number."""
    done, said = ana.starts("visit")
    assert done == Do("record", {"event": "helped", "by": "visit"})
    assert isinstance(said, Say)
    assert said.text == "1 of 5\nWhat is it about? Tick any."
    assert said.seq == 1
    assert ana.buttons()[-3:] == ["Done", "Skip", "Talk to someone"]


def test_ticks_redraw_the_keyboard_and_done_goes_on(ana: Talker) -> None:
    """A tick changes the keyboard and nothing else; Done saves what is ticked."""
    ana.starts("visit")
    (redraw,) = ana.presses("alcohol")
    assert isinstance(redraw, Redraw)
    assert redraw.rows[0][0].label == "✓ Alcohol"
    ana.presses("opioids")
    ana.presses("alcohol")
    ana.presses("!done")
    assert ana.kept() == {"about": ("opioids",)}
    assert ana.step == "ready"


def test_none_clears_the_others_and_the_others_clear_none(ana: Talker) -> None:
    """`none` never stands beside another tick."""
    ana.starts("visit")
    for choice in ("alcohol", "cocaine", "none_of_these"):
        ana.presses(choice)
    assert ana.session is not None
    assert ana.session.picked == ("none_of_these",)
    ana.presses("opioids")
    assert ana.session.picked == ("opioids",)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("i dont know, im scared and struggling", "You're scared."),
        ("STRUGGLING!", "It's hard."),
        ("Hello?", "Hello."),
        ("7", "Seven."),
    ],
)
def test_words_that_are_no_choice_are_heard_by_their_phrases(ana: Talker, said: str, answer: str) -> None:
    """Of a route's phrases the first to stand in the words; a value goes before them."""
    ana.starts("words")
    ana.types(said)
    assert answer in ana.heard()


@pytest.mark.parametrize("said", ["im scared, i drank again", "hello i used again"])
def test_phrases_of_a_route_count_only_where_no_choice_does(ana: Talker, said: str) -> None:
    """A choice anywhere in the message goes first, however late it stands."""
    ana.starts("words")
    ana.types(said)
    assert ana.at == "visit.about"


@pytest.mark.parametrize("said", ["hello i said", "im not struggling", "scared"])
def test_words_without_a_phrase_go_on_as_ever(ana: Talker, said: str) -> None:
    """A whole message has nothing beside it, a "not" turns a phrase round, half a phrase is none."""
    ana.starts("words")
    ana.types(said)
    assert ana.at == "repair.sorry"


def at_a_group(ana: Talker) -> None:
    """Ana looks at a group, where a button leads to another flow and back."""
    ana.starts("visit")
    for choice in ("alcohol", "!done", "10"):
        ana.presses(choice)
    ana.types("LS2")
    ana.is_told("found", groups=({"id": "7", "label": "Tea"},), groups_text="Tea")
    ana.presses("7")
    ana.is_told("found", details_text="Tea at six")


def test_a_choice_may_lead_through_another_flow_and_back(ana: Talker) -> None:
    """`back`: once the other flow has ended, the step is entered as new, with no bridge."""
    at_a_group(ana)
    ana.presses("person")
    ana.is_told("asked")
    assert ana.session is not None
    assert ana.session.over
    assert session_from_json(session_to_json(ana.session)) == ana.session
    ana.comes_back()
    assert ana.at == "visit.afterwards"
    assert ana.heard() == "Shall we go on with the visit?"
    assert ana.session.returns == ()


@pytest.mark.parametrize("said", ["nope", "I don't know", "no thanks", "skip"])
def test_a_no_is_no_answer_in_ones_own_words(ana: Talker, said: str) -> None:
    """At a question for one's own words it skips; "no more lies" is an answer."""
    for words, kept in ((said, {}), ("no more lies", {"reason": "no more lies"})):
        ana.starts("visit")
        ana.presses("!skip")
        ana.types("5")
        ana.types(words)
        assert ana.at == "visit.place"
        assert ana.kept() == kept


@pytest.mark.parametrize("said", ["that's enough", "Enough for now", "stop here please"])
def test_enough_leaves_the_rest(ana: Talker, said: str) -> None:
    """The button and its wordings lead where the step says; elsewhere the words mean nothing special."""
    at_a_group(ana)
    ana.presses("person")
    ana.is_told("asked")
    ana.comes_back()
    assert ana.buttons()[-2:] == ["Enough for now", "Talk to someone"]
    ana.types(said)
    assert ana.heard() == "Bye for now."


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("alcohol and cocaine", ("alcohol", "cocaine")),
        ("Booze, crack", ("alcohol", "cocaine")),
        ("1 and 3", ("alcohol", "opioids")),
        ("HEROIN!!! 😞", ("opioids",)),
        ("Cocaine or crack please", ("cocaine",)),
        ("nothing", ("none_of_these",)),
        ("booze, and a bit of crack lately", ("alcohol", "cocaine")),
        ("mostly heroin, not crack", ("opioids",)),
    ],
)
def test_a_typed_list_counts_as_ticks_and_done(ana: Talker, text: str, picked: tuple[str, ...]) -> None:
    """People who do not press buttons are heard just as well."""
    ana.starts("visit")
    ana.types(text)
    assert ana.kept()["about"] == picked
    assert ana.step == "ready"


def test_done_with_nothing_ticked_is_skip(ana: Talker) -> None:
    """Done on an empty step that can be skipped skips it."""
    ana.starts("visit")
    ana.presses("!done")
    assert ana.step == "ready"
    assert not ana.kept()


def test_own_words_are_an_answer(ana: Talker) -> None:
    """Free text that fits no option is kept, and the conversation goes on."""
    ana.starts("visit")
    ana.types("it is complicated {crisis_line}")
    assert ana.kept() == {"own_words": "it is complicated {crisis_line}"}
    assert ana.step == "ready"


@pytest.mark.parametrize(
    "text", ["7", "7/10", "about 7", "seven", "SEVEN.", "7 out of 10", "maybe a 7", "7 or 8"]
)
def test_a_scale_hears_numbers_as_people_type_them(ana: Talker, text: str) -> None:
    """7, 7/10, "about 7", seven: all seven."""
    ana.starts("visit")
    ana.presses("!skip")
    ana.types(text)
    assert ana.kept() == {"readiness": 7}


@pytest.mark.parametrize("text", ["11", "-3", "I have 3 kids", "lots", "7%", "", "1000000000000"])
def test_a_scale_does_not_guess(ana: Talker, text: str) -> None:
    """What is no number from 0 to 10 is asked again, then there is another way on."""
    ana.starts("visit")
    ana.presses("!skip")
    ana.types(text)
    assert ana.step == "ready"
    assert ana.heard().startswith("A number is enough.\n\n2 of 5\nHow ready")
    ana.types(text)
    ana.types(text)
    assert ana.step == "why"


@pytest.mark.parametrize(("figure", "step"), [(0, "why"), (2, "why"), (5, "why"), (10, "place")])
def test_routes_take_ranges_and_values(ana: Talker, figure: int, step: str) -> None:
    """A range holds both its ends; what no case holds goes the other way."""
    ana.starts("visit")
    ana.presses("!skip")
    ana.presses(str(figure))
    assert ana.step == step


def test_an_old_button_has_the_step_said_again(ana: Talker) -> None:
    """A press on an old keyboard changes nothing: the current step is said again, gently."""
    ana.starts("visit")
    old = ana.seq
    ana.presses("!skip")
    before = ana.session
    (said,) = ana.happens(Chose("alcohol", old))
    assert isinstance(said, Say)
    assert said.text.startswith("That button was from earlier.")
    assert said.seq == ana.seq
    assert ana.session == before


def test_a_timer_moves_on_only_while_its_step_waits(ana: Talker) -> None:
    """The timer of a step left behind is passed over in silence."""
    ana.starts("visit")
    effects = ana.presses("!skip")
    timer = next(effect for effect in effects if isinstance(effect, SetTimer))
    assert timer == SetTimer(timedelta(minutes=10), ana.seq)
    ana.happens(TimedOut(timer.seq))
    assert ana.step == "ready_again"
    assert ana.happens(TimedOut(timer.seq)) == ()


@pytest.mark.parametrize("text", ["no", "Not now.", "nah", "2", "NO!!", "no thanks", "🙂 not now"])
def test_a_typed_label_counts_as_its_button(ana: Talker, text: str) -> None:
    """Label, id, number and the usual noes: case, punctuation and emoji do not count."""
    ana.starts("visit")
    ana.presses("!skip")
    ana.happens(TimedOut(ana.seq))
    keep, do, said, ended = ana.types(text)
    assert (keep, do) == (Keep("wants", "no", "session"), Do("stop_pushes", {}))
    assert isinstance(said, Say)
    assert ended == Ended("visit", "left")
    assert ana.session is not None
    assert ana.session.over


def test_a_call_suspends_and_its_answer_goes_on(ana: Talker) -> None:
    """The host looks up; what it found is there to be said and to be chosen from."""
    to_place(ana)
    effects = ana.types("LS2")
    assert effects[0] == Keep("place", "LS2", "session")
    assert effects[-1] == Call("find_groups", {"near": "LS2", "limit": 3})
    ana.is_told(
        "found", groups=[{"id": 4, "label": "Tea"}, {"id": "9", "label": "Choir"}], groups_text="Two."
    )
    assert ana.heard() == "Two."
    assert ana.buttons() == ["Tea", "Choir", "Skip", "Talk to someone"]
    assert ana.types("choir")[-1] == Call("group_details", {"group": "9"})


def test_an_unknown_outcome_never_loses_the_person(ana: Talker) -> None:
    """An outcome no step names goes to `error`, or to the apology."""
    to_place(ana)
    ana.types("LS2")
    ana.is_told("surprise")
    assert "Bye for now." in ana.heard()
    to_place(ana)
    ana.types("LS2")
    ana.is_told("found", groups=[{"id": "4", "label": "Tea"}])
    ana.presses("4")
    ana.is_told("surprise")
    assert ana.at == "repair.lost"


def test_a_shared_position_answers_a_place_and_nothing_else(ana: Talker) -> None:
    """Sharing a position is an answer where a place is asked for, and gets a stated answer elsewhere."""
    ana.starts("visit")
    ana.happens(SharedPlace(53.8, -1.55))
    assert ana.heard().startswith("I can only read words and buttons.")
    to_place(ana)
    ana.happens(SharedPlace(53.8, -1.55))
    assert ana.kept() == {"place": {"lat": 53.8, "lon": -1.55}}


@pytest.mark.parametrize(("kind", "line"), [("voice", "I can't listen"), ("other", "I can only read")])
def test_media_get_a_stated_answer_and_the_step_again(ana: Talker, kind: str, line: str) -> None:
    """A voice note or a sticker is never met with silence."""
    ana.starts("visit")
    ana.happens(SentMedia("voice" if kind == "voice" else "other", kind))
    assert ana.heard().startswith(line)
    assert "What is it about?" in ana.heard()


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"country": "US"}, "Roughly where"),
        ({"country": "GB"}, "A postcode"),
        ({"country": "GB", "nation": "GB-NIR"}, "A town in the north?"),
        ({"country": "GB", "nation": "GB-SCT"}, "A postcode"),
        ({}, "Roughly where"),
    ],
)
def test_words_by_place(ana: Talker, facts: dict[str, str], text: str) -> None:
    """The nation's words, else the country's, else everybody's."""
    ana.facts = facts
    to_place(ana)
    assert ana.heard().startswith(text)


def test_a_missing_fact_takes_its_sentence_with_it(ana: Talker) -> None:
    """No half sentences: what is not known is not said; what is known is."""
    to_place(ana)
    ana.types("LS2")
    ana.is_told("none")
    assert ana.heard() == "Nothing near. Try 116 123.\nBye for now."


def test_braces_in_a_persons_words_stay_braces(ana: Talker) -> None:
    """What a person types is never read as a place for a fact."""
    ana.starts("visit")
    ana.presses("!skip")
    ana.presses("5")
    ana.types("{crisis_line} {0} {reason}")
    ana.types("LS2")
    ana.is_told("none")
    assert "You said: {crisis_line} {0} {reason}. Try 116 123." in ana.heard()


def test_talk_to_someone_interrupts_and_comes_back(ana: Talker) -> None:
    """The question put aside is asked again afterwards, with what was ticked."""
    ana.starts("visit")
    ana.presses("alcohol")
    assert ana.types("Talk to someone please") == (Call("talk_state", {}),)
    ana.is_told("none")
    assert ana.at == "talk.share"
    assert "Talk to someone" not in ana.buttons()
    effects = ana.types("everything")
    assert effects[-1] == Ended("talk", "asked")
    ana.comes_back()
    assert ana.at == "visit.about"
    assert ana.heard().startswith("Let's go back to where we were.")
    assert ana.buttons()[0] == "✓ Alcohol"
    assert ana.done() == []


def test_talk_works_from_an_old_keyboard_and_with_no_session(ana: Talker) -> None:
    """Asking for a person never fails for being late."""
    ana.happens(Chose("!talk", 99))
    assert ana.at == "talk.look"
    ana.starts("visit")
    ana.happens(Chose("!talk", -5))
    assert ana.at == "talk.look"
    assert ana.session is not None
    assert [frame.step for frame in ana.session.returns] == ["about"]


def test_interrupts_pile_up_in_order_and_never_on_themselves(ana: Talker) -> None:
    """Danger over talk over a question: back in that order; the same interrupt twice is one."""
    ana.starts("visit")
    ana.is_interrupted_by("talk")
    ana.is_told("none")
    ana.is_interrupted_by("repair")
    ana.is_interrupted_by("talk")
    assert ana.session is not None
    assert [frame.flow for frame in ana.session.returns] == ["visit"]


def test_numbers_never_go_back(ana: Talker) -> None:
    """A new start goes on counting, so that no old button fits a new step."""
    ana.starts("visit")
    ana.presses("!skip")
    seq = ana.seq
    ana.starts("visit")
    assert ana.seq == seq + 1


def test_a_renamed_step_is_found_and_a_vanished_one_is_apologised_for(ana: Talker) -> None:
    """Sessions run on today's file: `migrate` names the new step, else there is an apology and help."""
    ana.session = Session("visit", 1, "subject", seq=5)
    ana.types("alcohol")
    assert ana.kept() == {"about": ("alcohol",)}
    ana.session = Session("visit", 2, "vanished", seq=5)
    ana.types("alcohol")
    assert ana.at == "repair.lost"
    ana.session = Session("nowhere", 2, "vanished", seq=5)
    ana.happens(Chose("x", 5))
    assert ana.at == "repair.lost"


def test_a_session_left_lying_closes_without_a_word(ana: Talker) -> None:
    """Nobody is chased."""
    ana.starts("visit")
    assert ana.happens(Expired()) == (Ended("visit", "expired"),)
    assert ana.happens(Expired()) == ()


def test_words_after_the_end_are_answered(ana: Talker) -> None:
    """Nothing under way is no reason for silence."""
    ana.types("hello?")
    assert ana.at == "repair.sorry"
    ana.happens(SentMedia("photo", "photo"))
    assert ana.heard()


def test_late_news_changes_nothing(ana: Talker) -> None:
    """A second answer to a call, or one that nobody asked for, is passed over."""
    ana.starts("visit")
    before = ana.session
    assert ana.happens(Returned("found")) == ()
    assert ana.session == before


def test_a_session_survives_being_written_down(ana: Talker) -> None:
    """Written as JSON and read back, a session is the same."""
    ana.starts("visit")
    ana.presses("alcohol")
    ana.is_interrupted_by("talk")
    ana.is_told("none", places=[{"id": "1", "label": "Ö"}], near={"lat": 1.5, "lon": 2})
    assert ana.session is not None
    assert session_from_json(session_to_json(ana.session)) == ana.session


def test_an_unknown_flow_is_an_apology(ana: Talker) -> None:
    """A flow that is gone leads to `repair`, as does a step."""
    ana.happens(Start("gone"))
    assert ana.at == "repair.lost"
    ana.is_interrupted_by("gone_too")
    assert ana.at == "repair.lost"


def test_an_older_session_keeps_its_place_when_only_the_version_rose(ana: Talker) -> None:
    """A version is raised for structure; a step that is still there is still the step."""
    ana.starts("visit")
    assert ana.session is not None
    ana.session = replace(ana.session, version=1)
    ana.presses("!done")
    assert ana.step == "ready"


def to_place(ana: Talker) -> None:
    """Ana, up to the question of where she is."""
    ana.starts("visit")
    ana.presses("!skip")
    ana.presses("10")
