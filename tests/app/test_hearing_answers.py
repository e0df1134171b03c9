"""Listening beside the flows: the words of a button are its flow's answer, everything else is listened to."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from bot.app.conversing.conversations import Conversations
from bot.app.conversing.talk import Talk
from bot.app.danger.alarms import Alarms, Pager
from bot.app.directory.listings import Directory
from bot.domain.conversation.engine import advance
from bot.domain.conversation.load import Flows
from bot.domain.conversation.model import Choose
from bot.domain.conversation.moves import Do, Typed
from bot.domain.conversation.session import Session
from tests import shipped

NIGHT = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
DANGER = ("overdose_other", "overdose_self", "suicide", "self_harm", "withdrawal", "abuse", "threat", "child")


@pytest.fixture(scope="module")
def flows() -> Flows:
    return shipped.flows()


@pytest.fixture(scope="module")
def alarms(flows: Flows) -> Alarms:
    conversations = Conversations(lambda: flows, (), {}, {})
    return Alarms(shipped.listener(), conversations, cast("Pager", None))


def standing_in(flows: Flows, flow: str, step: str) -> Talk:
    """A talk in which this step has been said."""
    say = flows.by_name[flow].steps[step].say
    version = flows.by_name[flow].version
    return Talk(
        Session(flow, version, step, 1), say.default.source.replace("{emergency}", "999") if say else ""
    )


@pytest.mark.parametrize("flow", [*DANGER, "medical", "psychosis", "soft"])
def test_an_answer_to_a_card_is_the_cards_own(flows: Flows, alarms: Alarms, flow: str) -> None:
    """ "Yes" to "Are you thinking of ending your life?" goes on in that card and opens no other."""
    for step in flows.by_name[flow].steps.values():
        if isinstance(step.way, Choose):
            for choice in step.way.choices:
                for words in (choice.label.source, *choice.words):
                    talk = standing_in(flows, flow, step.id)
                    assert alarms.hear(talk, words, NIGHT) == (), (step.id, words)


@pytest.mark.parametrize(
    ("flow", "step"),
    [("family", "open"), ("opioid_break", "how"), ("intake", "family_now"), ("urge", "breathe")],
)
def test_a_plain_no_is_no_alarm(flows: Flows, alarms: Alarms, flow: str, step: str) -> None:
    """ "No" where the flow asked for it is not heard as "not breathing"."""
    assert alarms.hear(standing_in(flows, flow, step), "no", NIGHT) == ()


@pytest.mark.parametrize(
    ("words", "mourned"),
    [
        ("my brother died of an overdose two years ago and i cant stop thinking about him", True),
        ("my nan died when i was 6", True),
        ("lost my best mate to drugs", True),
        ("i overdosed in 2016", False),
        ("i od'd once in 2012, never again", False),
        ("i lost my phone", False),
        ("since dad died i want to be with him", False),
    ],
)
def test_a_death_that_is_past_is_told_apart(flows: Flows, alarms: Alarms, words: str, mourned: bool) -> None:
    """Somebody else's, past, and without a wish to follow; what the writer survived is no bereavement."""
    assert alarms.mourned(standing_in(flows, "start", "hello"), words) is mourned
    assert not alarms.mourned(standing_in(flows, "intake", "ready_why"), words)
    assert not alarms.mourned(standing_in(flows, "suicide", "stay"), words)
    assert not alarms.mourned(standing_in(flows, "bereavement", "sorry"), words)


def test_other_words_are_heard_in_a_card(flows: Flows, alarms: Alarms) -> None:
    """In the middle of one danger another is still heard."""
    talk = standing_in(flows, "suicide", "stay")
    heard = alarms.hear(talk, "my mate has stopped breathing and his lips are blue", NIGHT)
    assert [(one.kind, one.who) for one in heard][:1] == [("overdose_now", "other")]


def test_a_short_answer_that_is_no_button_is_read_with_the_question(flows: Flows, alarms: Alarms) -> None:
    """ "yeah all the time" after the direct question, with no button of that wording, is a yes."""
    talk = standing_in(flows, "change", "open")
    talk.asked = "Thank you. In danger this minute: 999. Are you thinking of ending your life?"
    assert [one.kind for one in alarms.hear(talk, "yeah all the time", NIGHT)] == ["suicide"]


@pytest.mark.parametrize(
    "words",
    ["tonight", "now", "yes tonight", "right now", "im doing it tonight", "what if i do it tonight?"],
)
def test_a_yes_by_its_time_is_a_yes(flows: Flows, alarms: Alarms, words: str) -> None:
    """To the direct question "tonight" says yes, and when."""
    talk = standing_in(flows, "soft", "ask_suicide")
    assert [(one.kind, one.tier) for one in alarms.hear(talk, words, NIGHT)] == [("suicide", "alarm")]


@pytest.mark.parametrize("words", ["meetings near leeds tonight", "AA tonight", "what time is it now"])
def test_what_is_looked_for_is_no_answer(flows: Flows, words: str) -> None:
    """A search, or a question with "now" in it, says nothing to the direct question."""
    places = Directory(shipped.places())
    conversations = Conversations(lambda: flows, (), {}, {})
    alarms = Alarms(
        shipped.listener(), conversations, cast("Pager", None), sought=lambda text: bool(places.looked(text))
    )
    talk = standing_in(flows, "soft", "ask_suicide")
    assert alarms.hear(talk, words, NIGHT) == ()
    assert not alarms.refused(talk, words)


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ("God no, I meant my job", True),
        ("no i just hate mondays", True),
        ("nah mate I'm fine", True),
        ("No thanks, I'm OK really", True),
        ("no but sometimes", False),
        ("no one cares", False),
        ("no more", False),
        ("god no i cant go on", False),
        ("no im just so tired of it all", False),
        ("no i just want it to end", False),
        ("what do you mean", False),
    ],
)
def test_a_no_with_its_reason_is_an_answer(flows: Flows, alarms: Alarms, words: str, refused: bool) -> None:
    """Only where nothing in it takes it back, and only at the direct question."""
    assert alarms.refused(standing_in(flows, "soft", "ask_suicide"), words) is refused
    assert not alarms.refused(standing_in(flows, "urge", "breathe"), words)


SPLIT = [
    ("my mate has took", "a load of gear", "and he wont wake up"),
    ("i cant do this", "going to kill", "myself tonight"),
    ("hes got a", "machete", "and hes outside my door"),
]


@pytest.mark.parametrize("words", SPLIT)
def test_danger_in_three_short_messages_is_heard_at_the_last(
    alarms: Alarms, words: tuple[str, str, str]
) -> None:
    """Each alone may say little; within three minutes they are one text, whichever way each of them came."""
    talk = Talk()
    heard = [
        alarms.hear(talk, said, NIGHT + timedelta(seconds=40 * place)) for place, said in enumerate(words)
    ]
    assert any(one.tier == "alarm" for one in heard[-1])


def test_what_was_said_before_is_no_new_danger_and_after_three_minutes_apart(alarms: Alarms) -> None:
    """A harmless word after a card raises nothing again; words that lie far apart are not one text."""
    talk = Talk()
    assert alarms.hear(talk, "i am going to kill myself tonight", NIGHT)
    assert alarms.hear(talk, "the bus is late", NIGHT + timedelta(seconds=20)) == ()
    later = Talk()
    assert not any(one.tier == "alarm" for one in alarms.hear(later, "ive just taken", NIGHT))
    assert alarms.hear(later, "the bus home", NIGHT + timedelta(minutes=4)) == ()


@pytest.mark.parametrize(
    ("flow", "step", "words", "there"),
    [
        ("overdose_other", "now", "no hes no breathin", "cpr"),
        ("overdose_other", "now", "i dont know i cant tell", "cpr"),
        ("overdose_other", "now", "shes barely breathing", "cpr"),
        ("overdose_other", "now", "yeah hes breathing but slow", "side"),
        ("overdose_other", "cpr", "im scared a'll get the jail", "afraid"),
        ("overdose_other", "heard", "i dont want the police here", "afraid"),
        ("overdose_other", "side", "the ambulance is here", "crew_check"),
        ("overdose_other", "side", "what do i do", "now"),
        ("overdose_other", "now", "my phone is dying", "cannot_call"),
        ("overdose_other", "heard", "mi amigo no respira", "cpr"),
        ("overdose_other", "now", "nie oddycha", "cpr"),
        ("overdose_other", "heard", "ive no signal", "cannot_call"),
        ("overdose_other", "now", "his skin is cold", "heard"),
        ("overdose_self", "now", "on me tod yeah", "alone"),
        ("overdose_self", "alone", "i dont want the guards", "reluctant"),
        ("overdose_self", "feel_fine", "im not going to hospital", "reluctant"),
        ("overdose_self", "now", "i feel fine tho", "feel_fine"),
        ("suicide", "now", "i cant call", "havent"),
        ("suicide", "today", "no im just tired", "check_no"),
        ("suicide", "check_no", "no honestly im fine", ""),
        ("suicide", "check_no", "no i just want to sleep forever", "stay"),
        ("suicide", "check_no", "im fine", "stay"),
        ("suicide", "today", "jk im fine", "heard_today"),
        ("suicide", "heard_today", "im fine", "stay"),
        ("suicide", "plan", "what do i do", "hour"),
        ("suicide", "today", "nic mi nie jest", "heard_today"),
        ("withdrawal", "today", "ive called 111", "by_you"),
        ("withdrawal", "now", "dont want to go to hospital", "signs"),
        ("medical", "now", "theyre on their way", "stay"),
        ("medical", "stay", "false alarm", "check"),
        ("self_harm", "today", "nah ignore me", "hoping"),
        ("psychosis", "today", "never mind im just tired", "check"),
        ("threat", "now", "what do i do", "now"),
        ("child", "now", "no im safe", "adult"),
        ("abuse", "happening", "no hes gone out", "children"),
    ],
)
def test_a_frightened_persons_own_words_answer(
    flows: Flows, flow: str, step: str, words: str, there: str
) -> None:
    """Nobody beside a body has to find the button: what they type leads where it would. "": the card ends."""
    assert led_to(flows, flow, step, words, level="urgent") == there


@pytest.mark.parametrize(
    ("step", "words", "there"),
    [
        ("other_now", "no he doesnt hit us", "who_with"),
        ("other_now", "hes 24", "who_with"),
        ("other_now", "what can i do", "other_now"),
        ("other_heard", "the kids are at my mums", "other_stay"),
        ("other_stay", "theyre safe now", "other_check"),
        ("other_check", "theyre fine", "other_stay"),
        ("other_check", "no they are fine", ""),
    ],
)
def test_a_worried_parents_own_words_answer(flows: Flows, step: str, words: str, there: str) -> None:
    """About somebody else the same card has steps of its own."""
    assert led_to(flows, "child", step, words, who="other", level="urgent") == there


@pytest.mark.parametrize(
    ("words", "age"),
    [
        ("yes im 18", "adult"),
        ("yeah im 34", "adult"),
        ("52", "adult"),
        ("im nearly 18", "minor"),
        ("17 in march", "minor"),
        ("no im not 18", "minor"),
        ("im 18 soon", "minor"),
        ("yes a real person", ""),
    ],
)
def test_an_age_answers_whether_somebody_is_grown_up(flows: Flows, words: str, age: str) -> None:
    """Typed as people say it; whoever is not there yet is no adult. "": it is asked once more."""
    session = Session("talk", flows.by_name["talk"].version, "ask_age", 1, {})
    done = advance(flows, session, Typed(words), {}).effects
    assert [one.args["age"] for one in done if isinstance(one, Do)] == [age] * bool(age)


@pytest.mark.parametrize(
    ("words", "heard"),
    [("im so tired", False), ("i dont know what to do", False), ("i dont know", True), ("i think so", True)],
)
def test_what_somebody_says_of_themselves_is_no_answer_about_another(
    flows: Flows, alarms: Alarms, words: str, heard: bool
) -> None:
    """ "I'm so tired" after "are they hard to wake?" is the parent's own tiredness."""
    talk = standing_in(flows, "family", "open")
    talk.asked = "First: are they hard to wake, breathing oddly, or in danger right now?"
    assert any(one.kind == "overdose_now" for one in alarms.hear(talk, words, NIGHT)) is heard


def led_to(flows: Flows, flow: str, step: str, words: str, **told: str) -> str:
    """The step in which somebody is who typed this there; "" when the flow is over."""
    session = Session(flow, flows.by_name[flow].version, step, 1, {"who": "self", **told})
    return advance(flows, session, Typed(words), {"emergency": "999"}).session.step


@pytest.mark.parametrize(
    ("words", "kinds"), [("he's 24", []), ("he is", ["child_risk"]), ("yes he is", ["child_risk"])]
)
def test_an_age_agrees_to_nothing(flows: Flows, alarms: Alarms, words: str, kinds: list[str]) -> None:
    """ "He's 24" after "Is a child hurt?" is no "he is"."""
    talk = standing_in(flows, "change", "open")
    talk.asked = "I want to be sure I understood. Is a child hurt, left alone, or in danger from someone?"
    assert [one.kind for one in alarms.hear(talk, words, NIGHT)] == kinds
