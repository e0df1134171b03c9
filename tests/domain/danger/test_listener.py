"""Listening: levels, order, scopes, who, questions before, and what must never happen."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.danger import Hearing, Listener, card_for, joined

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def kinds(listener: Listener, text: str, prev: str | None = None) -> list[str]:
    return [hearing.kind for hearing in listener.listen(text, prev=prev)]


@pytest.mark.parametrize(
    ("text", "kind", "level", "who"),
    [
        ("i cant stop thinking about killing myself", "suicide", "urgent", "self"),
        ("going to hang myself when shes asleep", "suicide", "emergency", "self"),
        ("my brother says hes going to kill himself tonight", "suicide", "emergency", "other"),
        ("cant wake him up, lips are blue", "overdose_now", "emergency", "other"),
        ("ive just swallowed 30 paracetamol", "overdose_now", "emergency", "self"),
        ("3 days off the vodka and theres spiders on the walls", "withdrawal_danger", "emergency", "self"),
        ("hes coming at me with a knife", "abuse_danger", "emergency", "self"),
        ("my stepdad comes in my room at night, im 12", "child_risk", "emergency", "self"),
        ("yeah i have my dads gun in my room", "suicide", "emergency", "self"),
        ("the voices are telling me to jump", "psychosis", "emergency", "self"),
        ("cut my arms again last night", "self_harm", "urgent", "self"),
        ("crushing pain in my chest", "medical_emergency", "emergency", "self"),
    ],
)
def test_clear_danger_is_heard_first(listener: Listener, text: str, kind: str, level: str, who: str) -> None:
    """Each clear case is heard as its kind, its level, and whose danger it is."""
    first = listener.listen(text)[0]
    assert (first.kind, first.level, first.who, first.tier) == (kind, level, who, "alarm")


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("she g'd out and i cant wake her", "overdose_other"),
        ("how do i do cpr hes not breathing", "overdose_other"),
        ("me da's after taking the whole box of his tablets", "overdose_other"),
        ("took double my methadone and my breathing's weird", "overdose_self"),
        ("ive swallowed all of them", "overdose_self"),
    ],
)
def test_the_card_is_for_whoever_is_in_danger(listener: Listener, text: str, card: str) -> None:
    """Nobody who stands beside a body is told to unlock the door and lie down."""
    first, *_ = listener.listen(text)
    assert card_for(first) == card


@pytest.mark.parametrize(
    "text",
    [
        "K I L L myself",
        "i want to k.i.l.l myself",
        "I WANT TO DIEEEEEE",
        "i wan\u200bt to d\u200bie",
        "i want to kіll myself",  # a Cyrillic letter
        "i want to k!ll myself",
        "im feeling suicdal",
        "iwanttodie",
        "ａｍ  going to ｋｉｌｌ myself",
        "going 2 kill meself 2nite",
        "i'm gonnae kill masel",
        "thinking about su*cide",
    ],
)
def test_disguised_words_are_read(listener: Listener, text: str) -> None:
    """Spelling, spacing, look-alikes and dialect hide nothing."""
    assert "suicide" in kinds(listener, text)


@pytest.mark.parametrize(
    "whoever",
    [
        "my mum's boyfriend", "mums bf", "my moms bf", "the kids' dad", "ma da", "me mams bloke", "our kid",
        "my step dad", "wor lad", "my nans carer", "the old man", "her indoors", "my baby daddy",
    ],
)  # fmt: skip
def test_whoever_does_it_is_heard(listener: Listener, whoever: str) -> None:
    """People are named by whose they are, in any dialect."""
    for text, kind in (
        ("{} punched me in the face", "abuse_danger"),
        ("{} has got a knife", "abuse_danger"),
        ("{} hits my kids", "child_risk"),
        ("{} wont wake up and his lips are blue", "overdose_now"),
    ):
        heard = listener.listen(text.format(whoever))
        assert (kind, "alarm") in {(one.kind, one.tier) for one in heard}, text


@pytest.mark.parametrize(
    "text",
    [
        "im not suicidal",
        "i dont want to die",
        "no thoughts of killing myself today",
        "i dont think i want to die",
        "dying for a pint",
        "this heat is killing me",
        "my phone is dead",
        "dead good that group",
        "suicide squad was rubbish",
        "used to cut myself, not for years",
        "my grandad died of an overdose in 1998",
        "he is breathing fine",
        "nobody is hurting me",
        "ran 10 kms this morning",
        "cant go on tuesday",
        "watched a film about a serial killer",
        "he broke my nose in 1998, ive forgiven him, hes been dead twenty years",
        "took too many tablets once at nineteen. five years clean now",
        "my girlfriend threw me out last night",
        "i left a note for the milkman",
        "wrote a goodbye letter to alcohol in group",
        "she took all her tablets this week without me nagging",
    ],
)
def test_what_is_no_danger_raises_no_alarm(listener: Listener, text: str) -> None:
    """Denials, idioms, the settled past, the long dead and stories raise no alarm."""
    assert [one for one in listener.listen(text) if one.tier == "alarm"] == []


@pytest.mark.parametrize(
    "text",
    [
        "not gonna lie i want to die",
        "i am not okay i want to kill myself",
        "dying for a pint and i want to die",
        "i dont want to live",
        "he died, no joke, i want to die too",
        "no he is not breathing",
        "used to feel suicidal once a year, now its every day",
        "cant take this i want to end my life",
        "im not joking im going to kill myself",
        "took too many tablets at nineteen and ive taken them again now",
        "he threw me out and punched me in the face",
        "day 2 much worse i want to die",
    ],
)
def test_a_no_nearby_silences_only_what_it_denies(listener: Listener, text: str) -> None:
    """Pseudo-denials, idioms beside a danger, and a later clause that tells of now leave the danger heard."""
    assert listener.listen(text)


@pytest.mark.parametrize(
    ("question", "reply", "kind"),
    [
        ("Are you thinking of ending your life?", "yeah", "suicide"),
        ("Are you thinking of ending your life?", "every day tbh", "suicide"),
        ("Is he breathing?", "no", "overdose_now"),
        ("Is she awake?", "not really", "overdose_now"),
        ("Have you taken anything?", "yes", "overdose_now"),
        ("How many did you take?", "all of them", "overdose_now"),
        ("Are you thinking of hurting yourself?", "maybe", "self_harm"),
    ],
)
def test_a_short_answer_is_heard_with_its_question(
    listener: Listener, question: str, reply: str, kind: str
) -> None:
    """ "yeah" means nothing alone and everything after the bot's question."""
    assert kind in kinds(listener, reply, prev=question)


@pytest.mark.parametrize(
    ("question", "kind", "who"),
    [
        (
            "Sometimes when people say that, they are thinking of ending their life. Are you?",
            "suicide",
            "self",
        ),
        ("Do you think they could be thinking of ending their life?", "suicide", "other"),
        ("Sometimes when people say that, they are hurting themselves. Are you?", "self_harm", "self"),
        ("Are they hard to wake, blue, or breathing oddly?", "overdose_now", "other"),
        ("Is someone hurting them, or are they afraid of someone?", "abuse_danger", "other"),
        ("Is a child hurt, left alone, or in danger from someone?", "child_risk", "other"),
    ],
)
def test_a_yes_to_a_soft_check_is_about_whom_it_asked(
    listener: Listener, question: str, kind: str, who: str
) -> None:
    """The writer's own danger is not somebody else's because the question speaks of people."""
    first = listener.listen("yeah sort of", prev=question)[0]
    assert (first.kind, first.who) == (kind, who)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Are you thinking of ending your life?", "no"),
        ("Are you thinking of ending your life?", "nah im ok"),
        ("Sometimes when people say that, they are thinking of ending their life. Are you?", "of course not"),
        ("Have you taken more than is safe?", "absolutely not, im at work"),
        ("Is someone hurting you, or are you afraid that they will?", "noooo"),
        ("Are they hard to wake, blue, or breathing oddly?", "no hes grand, hes eating toast"),
        ("Is he breathing?", "yes"),
        ("Would you like to talk to someone?", "yes"),
        ("Have you been to a group before?", "no"),
        ("How many days a week do you drink?", "all of them"),
    ],
)
def test_a_safe_answer_stays_silent(listener: Listener, question: str, reply: str) -> None:
    """A clear no, or a yes to an ordinary question, is no danger."""
    assert kinds(listener, reply, prev=question) == []


_HARD_TO_WAKE = "First: are they hard to wake, breathing oddly, or in danger right now?"


@pytest.mark.parametrize(
    "reply",
    [
        "hes at home", "shes in bed", "hes at work", "hes fine", "hes awake", "he's in his room",
        "hes on the sofa",
        "they are all fine", "hes on heroin", "hes drunk",
    ],
)  # fmt: skip
def test_he_is_somewhere_is_no_yes(listener: Listener, reply: str) -> None:
    """ "He is at work" begins as a yes does, and agrees to nothing."""
    assert kinds(listener, reply, prev=_HARD_TO_WAKE) == []


@pytest.mark.parametrize(
    "reply",
    [
        "he is", "yes hes asleep", "hes really bad", "hes on the floor", "hes in danger", "hes out of it",
        "he is a bit", "yeah on the sofa", "not sure hes in his room", "shes in trouble",
    ],
)  # fmt: skip
def test_he_is_in_a_bad_way_is_a_yes(listener: Listener, reply: str) -> None:
    """Whatever might mean it does."""
    assert kinds(listener, reply, prev=_HARD_TO_WAKE) == ["overdose_now"]


_ASKED_STRAIGHT = "Sometimes when people say that, they are thinking of ending their life. Are you?"


@pytest.mark.parametrize(
    ("reply", "danger"),
    [
        ("im ok", False), ("im just tired", False), ("i am at work", False), ("im fine lol", False),
        ("i have 2 kids", False), ("im with my mum", False), ("im drunk", False),
        ("i am", True), ("i am sometimes", True), ("im just so tired of it all", True),
        ("im drunk but yeah i am", True), ("i am fed up", True), ("im at the station now", True),
    ],
)  # fmt: skip
def test_how_i_am_is_no_yes(listener: Listener, reply: str, *, danger: bool) -> None:
    """Who says how or where they are is asked once more, and not taken to want to die."""
    assert ("suicide" in kinds(listener, reply, prev=_ASKED_STRAIGHT)) is danger


def test_it_has_stopped_is_no_yes(listener: Listener) -> None:
    """Of a wound: "it's stopped" begins as "it is" does."""
    assert kinds(listener, "its stopped", prev="Is it bleeding right now?") == []
    assert kinds(listener, "it is, a lot", prev="Is it bleeding right now?") == ["self_harm"]


def test_several_dangers_come_in_the_fixed_order(listener: Listener) -> None:
    """Not breathing goes before suicide, whatever was written first."""
    assert kinds(listener, "i want to die and my mate isnt breathing")[:2] == ["overdose_now", "suicide"]


def test_messages_in_one_breath_are_heard_together(listener: Listener) -> None:
    """Three short messages that say nothing alone are heard as one; older ones are left out."""
    parts = ["i just want", "to", "die"]
    assert [kinds(listener, part) for part in parts] == [[], [], []]
    times = [NOW - timedelta(seconds=40 * left) for left in (3, 2, 1)]
    assert "suicide" in kinds(listener, joined(list(zip(parts, times, strict=True)), NOW))
    assert joined([("old", NOW - timedelta(minutes=4)), *((str(n), NOW) for n in range(5))], NOW) == "2\n3\n4"


def test_a_no_in_one_message_does_not_silence_the_next(listener: Listener) -> None:
    """ "no" answers the question before; the danger in the next message stands."""
    assert "suicide" in kinds(listener, "no\ni want to kill myself")


def test_a_long_text_is_heard_to_its_end(listener: Listener) -> None:
    """However long a text, what stands at its end is heard."""
    assert "suicide" in kinds(listener, "the day was long. " * 5_000 + "i am going to kill myself")


def test_bereavement_is_told_apart(listener: Listener) -> None:
    """A death that is past is for a warm reply; the wish to follow is an alarm."""
    assert listener.bereaved("i lost my brother to an overdose three years ago")
    assert not listener.bereaved("i lost my phone")
    assert "suicide" in kinds(listener, "i lost my brother last year and i want to die too")


def test_cards() -> None:
    """Ten cards: overdose by who, threats apart from abuse."""
    assert card_for(Hearing("overdose_now", "emergency", "alarm", "self", "x")) == "overdose_self"
    assert card_for(Hearing("overdose_now", "emergency", "alarm", "other", "x")) == "overdose_other"
    assert card_for(Hearing("abuse_danger", "urgent", "alarm", "other", "abuse.threat")) == "threat"


@given(st.text(st.characters(exclude_categories=()), max_size=400), st.none() | st.text(max_size=50))
def test_listening_never_raises(listener: Listener, text: str, prev: str | None) -> None:
    """Any text at all, lone surrogates and NUL too, is listened to, twice with the same result."""
    assert listener.listen(text, prev=prev) == listener.listen(text, prev=prev)


WORDS = st.sampled_from(
    [
        "i",
        "not",
        "want",
        "to",
        "die",
        "kill",
        "myself",
        ".",
        "no",
        "he",
        "is",
        "breathing",
        "took",
        "30",
        "pills",
        "voices",
        "baby",
        "but",
        "k i l l",
        "\n",
    ]
)


@settings(max_examples=60)
@given(st.lists(WORDS, min_size=1, max_size=60).map(" ".join))
def test_a_plain_wish_beside_any_words_is_heard(listener: Listener, before: str) -> None:
    """Whatever stands in the sentences before, a plain wish to die in its own sentence is heard."""
    assert "suicide" in kinds(listener, before + " . i am going to kill myself")


@pytest.mark.parametrize(
    "piece",
    ["a", "i want to die ", "no not never ", "k i l l ", "diee", "...", "my ", "!?", "\u200b", "ΔΩ", "1 "],
)
def test_the_work_is_bounded_by_length(listener: Listener, piece: str) -> None:
    """4,096 hostile characters cost no more steps than words plus patterns: nothing multiplies."""
    text = (piece * 4096)[:4096]
    patterns = sum(len(part) + 2 for ways in listener.ways() for way in ways for part in way)
    assert listener.trace(text).work <= 3 * 4096 + patterns


@pytest.mark.parametrize(
    "said",
    ["my kids and me", "her and me", "my partner", "nothing", "to sleep again", "my {kids} & <b>me</b>"],
)
def test_a_short_answer_to_an_open_question_is_an_answer(listener: Listener, said: str) -> None:
    """Words that the question asked for are no sign of danger, and nothing is asked after them."""
    assert listener.listen(said, prev="Why that number, and not a lower one?") == ()


def test_danger_in_an_answer_to_an_open_question_is_heard(listener: Listener) -> None:
    """Nobody in danger is asked for a reason twice."""
    heard = listener.listen("im ending it tonight", prev="Why that number, and not a lower one?")
    assert (heard[0].kind, heard[0].tier) == ("suicide", "alarm")


@pytest.mark.parametrize(
    "said", ["im not thinking about suicide", "i dont think about killing myself", "no suicidal thoughts"]
)
def test_a_wish_that_is_denied_is_not_asked_after(listener: Listener, said: str) -> None:
    """Who says "no" by themselves is believed, though the words are those of danger."""
    assert listener.listen(said) == ()


@pytest.mark.parametrize(
    ("text", "kind", "level", "who"),
    [
        ("someone put something in my drink", "medical_emergency", "urgent", "self"),
        ("my mate got spiked in the club", "medical_emergency", "urgent", "other"),
        ("ive just done a few lines and i cant breathe", "medical_emergency", "emergency", "self"),
        ("he just hit me and hes coming back", "abuse_danger", "emergency", "self"),
        ("he said hed burn the house down with me in it", "abuse_danger", "urgent", "self"),
        ("hell kill me when he gets in", "abuse_danger", "emergency", "self"),
        ("i took 2 much", "overdose_now", "emergency", "self"),
        ("my cuz took too many pills", "overdose_now", "emergency", "other"),
        ("he broke me nose and hes coming back", "abuse_danger", "emergency", "self"),
        ("he was fine, now one eye is drooping, dribbling tea", "medical_emergency", "emergency", "other"),
    ],
)
def test_kind_level_and_who(listener: Listener, text: str, kind: str, level: str, who: str) -> None:
    """Whose danger it is decides the card: what others do to the writer is the writer's."""
    first = listener.listen(text)[0]
    assert (first.kind, first.level, first.who) == (kind, level, who)
