"""What is looked for where not every word is known: a need and a town are enough, a story is none."""

import pytest

from bot.app.directory.listings import Directory
from bot.domain.directory.typed import Looked
from tests import shipped


def _directory() -> Directory:
    return Directory(shipped.places())


@pytest.mark.parametrize(
    ("text", "place", "need"),
    [
        ("is there a detox in tulsa that takes walk ins", "tulsa", "drug_alcohol_service"),
        ("looking for a sober living house in phoenix that takes mat", "phoenix", "hostel"),
        ("where do u get fentanyl test strips in philly", "philly", "needle_exchange"),
        ("do you guys have a list of dry hotels or sober houses in nashville", "nashville", "hostel"),
        ("food pantry open today in toledo", "toledo", "food"),
        ("where can i shower in bristol", "bristol", "hostel"),
        ("is there anywhere to wash my clothes in glasgow", "glasgow", "hostel"),
        ("anywhere doing hot food in dundee tonight", "dundee", "food"),
        ("where can i get help with drink in galway", "galway", "drug_alcohol_service"),
        ("is there a dry house in liverpool that takes couples", "liverpool", "hostel"),
        ("my son needs a rehab in dallas", "dallas", "drug_alcohol_service"),
        ("narcan kits in baltimore", "baltimore", "naloxone"),
        ("counselling in newcastle for drink", "newcastle", "mental_health"),
        ("sleeping rough in cardiff and its freezing any beds", "cardiff", "hostel"),
        ("who can help me with my benefits in sunderland", "sunderland", "advice"),
        ("any drop ins in walsall", "walsall", "drug_alcohol_service"),
        ("who do i see about drink in motherwell", "motherwell", "drug_alcohol_service"),
        ("anywhere warm to sit in preston today", "preston", "hostel"),
        ("my fridge is empty til friday where can i eat in hull", "hull", "food"),
        ("detox places in boston that take medicaid", "boston", "drug_alcohol_service"),
    ],
)
def test_a_need_and_a_town_are_a_search(text: str, place: str, need: str) -> None:
    """Whatever else is said with them."""
    looked = _directory().looked(text)
    assert looked is not None
    assert (looked.place, looked.services) == (place, frozenset({need}))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "any na meetings tonight near me im in columbus ohio",
            Looked("columbus ohio", tonight=True, programmes=frozenset({"na"})),
        ),
        ("find me one in leeds", Looked("leeds")),
        ("whats the nearest aa to wigan", Looked("wigan", programmes=frozenset({"aa"}))),
        (
            "what can i do in leeds tonight that isnt the pub",
            Looked("leeds", tonight=True, tags=frozenset({"activity"})),
        ),
        ("sober cafe brighton", Looked("brighton", tags=frozenset({"activity"}))),
        ("support group for parents of addicts in exeter", Looked("exeter", family=True)),
        ("any meetings round stockport way for a fella whos new", Looked("stockport")),
    ],
)
def test_a_group_and_a_town_are_a_search(text: str, found: Looked) -> None:
    """With the day, the programme and whom it is for."""
    assert _directory().looked(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "i went to a meeting in leeds last night and hated it",
        "i drank in leeds last night",
        "i live in hull and i hate it",
        "i dont want to go to aa in leeds",
        "i lost my job in leeds and need help",
        "i need a drink in leeds",
        "i need to stop drinking im in manchester",
        "im in the hostel in leeds and someone is offering me spice",
        "where can i get help with drink in confidence",
        "going to a meeting in leeds tonight",
        "need to go to work in march",
    ],
)
def test_what_tells_of_a_place_is_no_search(text: str) -> None:
    """Nor is a place without anything that is known to be looked for."""
    assert _directory().looked(text) is None


def test_a_town_in_a_sentence_is_not_a_town_alone() -> None:
    """Whether groups are meant is asked of a town alone, and of no more."""
    assert _directory().where("i need a drink in leeds") == ""
    assert _directory().where("leeds tonight") == "Leeds"
