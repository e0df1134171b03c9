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


HEARD = {
    "pl": [
        ("nie chce mi sie juz zyc", "suicide", "self"),
        ("myślę o tym żeby skończyć ze sobą", "suicide", "self"),
        ("brat powiedzial ze sie zabije", "suicide", "other"),
        ("wzielam wszystkie tabletki", "overdose_now", "self"),
        ("kolega przestal oddychac pomocy", "overdose_now", "other"),
        ("nie moge go obudzic ma sine usta", "overdose_now", "other"),
        ("mąż mnie bije boję się", "abuse_danger", "self"),
        ("od wczoraj nie pije i mam drgawki", "withdrawal_danger", "self"),
        ("slysze glosy, kaza mi isc", "psychosis", "self"),
        ("mam 13 lat, ojciec mnie bije", "child_risk", "self"),
        ("on bije dziecko", "child_risk", "other"),
        ("boli mnie w klatce", "medical_emergency", "self"),
    ],
    "cy": [
        ("dwim isio byw, dwi ddim isio byw", "suicide", "self"),
        ("mae o am ladd ei hun, isio lladd ei hun", "suicide", "other"),
        ("dwi wedi cymryd gormod", "overdose_now", "self"),
        ("mae hi wedi stopio anadlu", "overdose_now", "other"),
        ("mae e yn fy mwrw i", "abuse_danger", "self"),
        ("wedi stopio yfed ac yn crynu", "withdrawal_danger", "self"),
        ("dwi'n clywed lleisiau", "psychosis", "self"),
        ("mae dad yn fy mwrw", "child_risk", "self"),
        ("methu anadlu", "medical_emergency", "self"),
    ],
    "es": [
        ("ya no quiero vivir mas", "suicide", "self"),
        ("mi hermano dice q no quiere vivir, se quiere matar", "suicide", "other"),
        ("me tomé todas las pastillas", "overdose_now", "self"),
        ("mi amigo no despierta y tiene los labios morados", "overdose_now", "other"),
        ("mi novio tiene un cuchillo", "abuse_danger", "self"),
        ("dejé de tomar y veo cosas", "withdrawal_danger", "self"),
        ("las voces me dicen que salga", "psychosis", "self"),
        ("mi padrastro me pega", "child_risk", "self"),
        ("le pega a los niños", "child_risk", "other"),
        ("me falta el aire", "medical_emergency", "self"),
    ],
}
"""Written for these tests, by nobody who speaks the language as their first."""


@pytest.mark.parametrize(
    ("tongue", "text", "kind", "who"),
    [(tongue, *one) for tongue, every in HEARD.items() for one in every],
)
def test_the_languages_that_are_spoken_know_more_kinds(tongue: str, text: str, kind: str, who: str) -> None:
    """Each kind of danger, of oneself and of others, as typed in a hurry."""
    written = TONGUES.read(text)
    assert written is not None
    assert written.danger is not None
    assert (written.tongue, written.danger.kind, written.danger.who) == (tongue, kind, who)
    at_once = kind in ("overdose_now", "medical_emergency")
    assert written.danger.level == ("emergency" if at_once else "urgent")


@pytest.mark.parametrize(
    "text",
    [
        "nie chcę umrzeć, chcę przestać pić",
        "nie bije mnie już, odszedł",
        "umieram z nudów",
        "kot mnie podrapał, a pies nie chce jeść",
        "oddycham głęboko i jest lepiej",
        "nie słyszę głosów",
        "dw i ddim eisiau marw, dw i eisiau stopio yfed",
        "dyw e ddim yn fy mwrw",
        "mae'r ci wedi marw",
        "no quiero morir, quiero dejar de tomar",
        "me quiero morir de la risa",
        "ya no me pega, se fue",
        "me muero de hambre",
        "la fiesta estuvo de muerte",
        "me duele la cabeza",
    ],
)
def test_what_only_sounds_like_danger_is_none(text: str) -> None:
    """A "not" before it, an idiom, somebody else's cat."""
    written = TONGUES.read(text)
    assert written is None or written.danger is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Polski", "pl"), ("po polsku", "pl"), ("cymraeg", "cy"), ("Español", "es"), ("espanol", "es"),
        ("polish vodka", ""), ("hello", ""),
        ("English", "en"), ("po angielsku", "en"), ("english breakfast", ""),
    ],
)  # fmt: skip
def test_a_language_is_called_by_its_name(words: str, code: str) -> None:
    """The whole message, in the language or in English."""
    assert TONGUES.called(words) == code


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
