"""Dates, numbers and signed texts in the languages that are shipped."""

from datetime import date, datetime

import pytest

from bot.domain.conversation.matching import matched, plain, unaccented
from bot.domain.messages import Said, read_messages
from bot.domain.speech import ENGLISH, NOUNS, Speech
from tests import shipped

ON = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("language", "whole", "short", "month"),
    [
        ("en", "Wednesday 25 November", "Wed 25 Nov 19:30", "November 2026"),
        ("pl", "środa, 25 listopada", "śr. 25 lis 19:30", "listopad 2026"),
        ("cy", "Dydd Mercher, 25 Tachwedd", "Mer 25 Tach 19:30", "Tachwedd 2026"),
        ("es", "miércoles, 25 de noviembre", "mié 25 nov 19:30", "noviembre de 2026"),
    ],
)
def test_dates_are_said_as_in_the_language(language: str, whole: str, short: str, month: str) -> None:
    """The names and their order by CLDR, times of 24 hours."""
    calendar = shipped.languages()(language).calendar
    assert calendar.whole_date(ON) == whole
    assert calendar.short_moment(datetime(2026, 11, 25, 19, 30)) == short  # noqa: DTZ001 - a local time
    assert calendar.month(ON) == month


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["1 hour", "2 hours", "5 hours", "22 hours"]),
        ("pl", ["1 godzina", "2 godziny", "5 godzin", "22 godziny"]),
        ("es", ["1 hora", "2 horas", "5 horas", "22 horas"]),
    ],
)
def test_numbers_have_the_form_they_ask_for(language: str, said: list[str]) -> None:
    """Polish has three, and 22 is like 2."""
    assert [shipped.languages()(language).count(n, "hour") for n in (1, 2, 5, 22)] == said


def test_every_language_counts_everything() -> None:
    """Two days in Welsh begin with another letter; no noun lacks a form."""
    assert shipped.languages()("cy").count(2, "day") == "2 ddiwrnod"
    for language in shipped.languages().offered:
        for noun in NOUNS:
            assert [n for n in range(101) if str(n) not in shipped.languages()(language).count(n, noun)] == []


@pytest.mark.parametrize(
    ("telegrams", "code"),
    [("es-419", "es"), ("pl", "pl"), ("cy-GB", "cy"), ("en-GB", "en"), ("de", ""), ("", ""), (None, "")],
)
def test_a_language_is_known_by_telegrams_code(telegrams: str | None, code: str) -> None:
    """Also by a longer one; what is not spoken here is none."""
    assert shipped.languages().known(telegrams) == code


def test_a_safety_text_has_the_english_beneath_it_until_somebody_signs_it() -> None:
    """With the English facts; what is no safety text never has."""
    source = 'danger_x: "Call {emergency}."\nlater: "Call {emergency} later."\n'
    texts = {
        "Call {emergency}.": "Dzwoń: {emergency}.",
        "Call {emergency} later.": "Potem: {emergency}.",
    }
    facts = {"emergency": "112 lub 999", "emergency@en": "112 or 999"}
    unsigned = Speech("pl", texts)
    signed = Speech("pl", texts, reviewed=frozenset(texts))

    def said(speech: Speech, name: str) -> str:
        return read_messages(source, lambda _: speech).spoken_in("pl").text(name, **facts)

    assert said(unsigned, "danger_x") == "Dzwoń: 112 lub 999.\n\nCall 112 or 999."
    assert said(unsigned, "later") == "Potem: 112 lub 999."
    assert said(signed, "danger_x") == "Dzwoń: 112 lub 999."


def test_a_message_filled_into_another_is_said_to_its_reader() -> None:
    """What is told to staff in the middle of a Polish person's turn is in the staff's own language."""
    source = 'level: "Urgent"\npage: "{level}: {who}"\n'
    voices = {"pl": Speech("pl", {"Urgent": "Pilne"})}
    polish = read_messages(source, lambda code: voices.get(code, ENGLISH)).spoken_in("pl")
    page = polish.text("page", level=polish.text("level"), who="Kind Otter")
    assert page == "Pilne: Kind Otter"
    assert isinstance(page, Said)
    assert page.by(polish.spoken_in("en")) == "Urgent: Kind Otter"


@pytest.mark.parametrize(
    ("language", "typed", "meaning"),
    [
        ("pl", "ukryj to", "hide"), ("pl", "pomóż mi", "help"), ("pl", "pomoz mi", "help"),
        ("pl", "chce z kims porozmawiac", "talk"), ("pl", "przestań", "stop"),
        ("cy", "cuddio hyn", "hide"), ("cy", "dwi isio siarad", "talk"), ("cy", "nac ydw", "no"),
        ("es", "ocultar", "hide"), ("es", "necesito hablar con alguien", "talk"), ("es", "sí", "yes"),
        ("es", "no me escribas más", "stop"), ("es", "quiero dejar de tomar", ""),
    ],
)  # fmt: skip
def test_typed_words_mean_what_their_english_does(language: str, typed: str, meaning: str) -> None:
    """The whole message, with its accents or without."""
    assert shipped.languages()(language).meant(unaccented(plain(typed))) == meaning


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ("Porozmawiać z kimś", "talk"),
        ("porozmawiac z kims", "talk"),
        ("Talk to someone", "talk"),
        ("6", "talk"),
    ],
)
def test_labels_are_typed_in_the_language_and_in_english(typed: str, choice: str) -> None:
    """With accents or without, by number, and the English ones always."""
    flows = shipped.flows()
    hello = flows.by_name["start"].steps["hello"]
    assert matched(typed, flows.board("start", hello, shipped.languages()("pl")).index) == choice
