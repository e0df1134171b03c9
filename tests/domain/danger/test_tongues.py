"""Danger in another language is answered with numbers; English is left to those who hear it well."""

import json
from pathlib import Path

import pytest

from bot.app.library import files
from bot.domain.danger.tongues import Tongues

TONGUES: Tongues = files.tongues()


@pytest.mark.parametrize(
    ("text", "tongue", "kind"),
    [
        ("chce umrzec, nie mam juz sily", "pl", "suicide"),
        ("ON NIE ODDYCHA!!", "pl", "overdose_now"),
        ("dwi isio marw", "cy", "suicide"),
        ("mae fy ffrind ddim yn anadlu", "cy", "overdose_now"),
        ("no quiero vivir mas", "es", "suicide"),
        ("mi marido me pega", "es", "abuse_danger"),
        ("nao consigo respirar", "pt", "medical_emergency"),
        ("il ne respire plus", "fr", "overdose_now"),
        ("vreau sa mor", "ro", "suicide"),
        ("میں مرنا چاہتا ہوں", "ur", "suicide"),
        ("main marna chahti hun", "ur", "suicide"),
        ("هو لا يتنفس", "ar", "overdose_now"),
    ],
)
def test_danger_is_heard_with_and_without_accents(text: str, tongue: str, kind: str) -> None:
    """As an alarm of its kind, in people's own spelling."""
    written = TONGUES.read(text)
    assert written is not None
    assert written.danger is not None
    assert (written.tongue, written.danger.kind, written.danger.tier) == (tongue, kind, "alarm")
    assert written.opening


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("potrzebuję pomocy, bardzo proszę", "pl"),
        ("dw i angen help, mae hi yn anodd", "cy"),
        ("hola necesito ayuda por favor", "es"),
        ("mujhe madad chahiye", "ur"),
        ("мне нужна помощь", "other"),
        ("我需要帮助", "other"),
    ],
)
def test_a_language_is_told_without_danger(text: str, tongue: str) -> None:
    """By its small words, or by its letters."""
    written = TONGUES.read(text)
    assert written is not None
    assert (written.tongue, written.danger) == (tongue, None)


@pytest.mark.parametrize(
    "text",
    [
        "i need help with my drinking",
        "no",
        "my ex is from spain and que sera sera i guess",
        "the main thing is i want to stop",
        "café déjà vu, that night again, nothing more to it than that",
        "😭😭😭",
        "LS2 9JT",
        "",
    ],
)
def test_english_is_no_other_language(text: str) -> None:
    """A borrowed word, an accent or an emoji is not another language."""
    assert TONGUES.read(text) is None


def test_ordinary_english_is_never_taken_for_another_language() -> None:
    """None of the corpus of the listener, danger or not."""
    here = Path(__file__).parent
    texts = [
        json.loads(line)["text"] if line.startswith("{") else line
        for path in (*here.glob("corpus*.jsonl"), *here.glob("corpus/*.txt"))
        for line in path.read_text("utf-8").splitlines()
    ]
    assert len(texts) > 1000
    assert [text for text in texts if TONGUES.read(text)] == []
