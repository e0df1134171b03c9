"""What typed words stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation.dates import read_date
from bot.domain.conversation.matching import asks_for_a_person, example, number, phrased, phrases, plain
from bot.domain.conversation.words import Template, cut, units


@pytest.mark.parametrize(
    "text", ["talk", "Talk to someone!", "can I talk to someone please", "HUMAN", "a real person"]
)
def test_asking_for_a_person_is_heard(text: str) -> None:
    """One word is enough."""
    assert asks_for_a_person(text)


@pytest.mark.parametrize(
    "text", ["I can't talk to someone", "talk about drink", "personal", "", "my coach left me"]
)
def test_other_words_are_not_taken_for_it(text: str) -> None:
    """Only the whole message counts."""
    assert not asks_for_a_person(text)


@given(
    st.integers(0, 10),
    st.sampled_from(["{}", "about {}", "{}/10", "{} out of 10", "I'd say {}.", "it's a {} today"]),
)
def test_a_figure_is_heard_in_every_frame(figure: int, frame: str) -> None:
    """Whatever stands around it."""
    assert number(frame.format(figure), 0, 10) == figure


@given(st.text(max_size=200))
def test_nothing_typed_breaks_the_reading(text: str) -> None:
    """Any text is plain words, a number in range or none, a day or none; reading twice changes nothing."""
    assert plain(plain(text)) == plain(text)
    assert number(text, 0, 10) in (None, *range(11))
    found = read_date(text, "2026-11-22")
    assert found is None or len(found) == 10


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-22"),
        ("Tomorrow!", "2026-11-23"),
        ("sunday", "2026-11-29"),
        ("on Friday", "2026-11-27"),
        ("tues", "2026-11-24"),
        ("3/12", "2026-12-03"),
        ("03.12.2026", "2026-12-03"),
        ("1st of March", "2027-03-01"),
        ("Friday 27 November", "2026-11-27"),
        ("2027-01-31", "2027-01-31"),
        ("December 3rd", "2026-12-03"),
        ("in 4 days", "2026-11-26"),
        ("in two weeks", "2026-12-06"),
        ("10", None),
        ("31/2", None),
        ("may", None),
        ("monkey", None),
        ("soon", None),
    ],
)
def test_days_are_read_day_first_and_only_when_clear(text: str, day: str | None) -> None:
    """22 November 2026 is a Sunday; "10" is no day."""
    assert read_date(text, "2026-11-22") == day


def test_no_day_is_read_without_knowing_today() -> None:
    """Where the host gives no date, only a whole date is one."""
    assert read_date("tomorrow", "") is None
    assert read_date("2027-01-31", "") == "2027-01-31"


@given(st.text(max_size=300), st.integers(2, 120))
def test_a_cut_text_is_never_too_long(text: str, limit: int) -> None:
    """In UTF-16 units, as Telegram counts, without half an emoji."""
    assert units(cut(text, limit)) <= limit
    cut(text, limit).encode()


@given(st.text(st.characters(exclude_categories=["Z", "C"]), max_size=80))
def test_what_is_put_in_is_never_read_again(value: str) -> None:
    """A person's braces stay braces."""
    said = Template.of("You said: [{reason}] then.").fill({"reason": value}, {}, {})
    assert said == (f"You said: [{value}] then." if value else "")


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        ("{coach} You don't have to give your name.", "You don't have to give your name."),
        ("Hello. {coach} Bye.", "Hello. Bye."),
        ("Lines:\n{coach}\n{line}\nI'm here.", "Lines:\n116 123\nI'm here."),
        ("Ring {line} or {coach}. Now.", "Now."),
        ("{coach}", ""),
    ],
)
def test_a_sentence_without_its_fact_is_left_out(wording: str, said: str) -> None:
    """The rest stays whole."""
    assert Template.of(wording).fill({}, {"line": "116 123"}, {}) == said


def test_a_phrase_in_a_longer_message_means_its_choice() -> None:
    """The first phrase to stand in it, brackets for one of several; a "not" before it turns it round."""
    choices = [
        ("slip", phrases(["(drank|used) again", "relapsed"])),
        ("family", phrases(["my (son|daughter) (relapsed|drinks)"])),
        ("none", phrases([])),
    ]
    assert phrased("Well. I drank AGAIN, last night", choices) == "slip"
    assert phrased("my son relapsed", choices) == "family"
    assert phrased("relapsed, and now my son drinks as well", choices) == "slip"
    assert phrased("I haven't relapsed", choices) is None
    assert phrased("i dont know, relapsed again", choices) == "slip"
    assert phrased("i dont know that i never relapsed", choices) is None
    assert phrased("my sons drink again", choices) is None
    assert phrased("", choices) is None


def test_an_example_of_a_phrase_is_found_by_it() -> None:
    """The first of each bracket, in plain words; and `whole` finds it alone, with nothing beside it."""
    written = "I'm (so|really) (scared|afraid)"
    assert example(written) == "im so scared"
    assert phrased("im really afraid", [("one", phrases([written], whole=True))]) == "one"
    assert phrased("well im really afraid", [("one", phrases([written], whole=True))]) is None


@given(st.text(max_size=200), st.lists(st.text("ab(|) *+?[\\", min_size=1, max_size=12), max_size=3))
def test_whatever_is_written_as_a_phrase_is_words(text: str, written: list[str]) -> None:
    """Signs of a pattern language are no pattern."""
    phrased(text, [("one", phrases(written))])
