"""Listening beside the flows: the words of a button are its flow's answer, everything else is listened to."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from bot.app.conversing.conversations import Conversations, Talk
from bot.app.danger.alarms import Alarms, Pager
from bot.app.directory.listings import Directory
from bot.domain.conversation.load import Flows
from bot.domain.conversation.matching import phrased
from bot.domain.conversation.model import Choose
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
    ("flow", "step", "words", "choice"),
    [
        ("overdose_other", "now", "no hes no breathin", "not_breathing"),
        ("overdose_other", "now", "i dont know i cant tell", "not_breathing"),
        ("overdose_other", "now", "shes barely breathing", "not_breathing"),
        ("overdose_other", "now", "yeah hes breathing but slow", "breathing"),
        ("overdose_other", "cpr", "im scared a'll get the jail", "afraid"),
        ("overdose_other", "heard", "i dont want the police here", "afraid"),
        ("overdose_self", "now", "on me tod yeah", "alone"),
        ("overdose_self", "alone", "i dont want the guards", "wont"),
        ("overdose_other", "heard", "mi amigo no respira", "not_breathing"),
        ("overdose_other", "now", "nie oddycha", "not_breathing"),
        ("overdose_other", "heard", "ive no signal", "cannot_call"),
        ("overdose_other", "now", "his skin is cold", None),
    ],
)
def test_a_frightened_persons_own_words_answer(
    flows: Flows, flow: str, step: str, words: str, choice: str | None
) -> None:
    """Nobody beside a body has to find the button: what they type leads where it would."""
    way = flows.by_name[flow].steps[step].way
    assert isinstance(way, Choose)
    assert phrased(words, ((one.id, one.within) for one in way.choices)) == choice
