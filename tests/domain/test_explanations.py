"""What is known about ways to get help: the right one for a place, none too old, each with its source."""

import runpy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.library import files
from bot.domain.directory.offering import Entry
from bot.domain.directory.programmes import BY_CODE
from bot.domain.directory.visits import WHICH, visit_to
from bot.domain.everyday.daily import NEEDS
from bot.domain.everyday.explanations import BrokenExplanations, read_explanations
from bot.domain.words import slips

TODAY = date(2026, 11, 22)
SHIPPED = files.explanations()
CARDS = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "check_cards.py"), run_name="tool")
OLDEST_READER = 11
"""Years (design: product, "Words")."""


def row(text: str = "A text that is long enough.", *areas: str, **more: object) -> dict[str, object]:
    return {
        "areas": list(areas or ("*",)),
        "text": text,
        "source": "https://www.gov.uk/page",
        "read": TODAY,
        "reviewed": "no",
        **more,
    }


def a_file(**told: list[dict[str, object]]) -> dict[str, object]:
    return {"a.yaml": {"date": TODAY, "told": told}}


def test_a_nation_before_its_country_before_everywhere() -> None:
    """Where nothing is known for a place, nothing is told."""
    known = read_explanations(
        a_file(
            detox=[row("Said everywhere, if need be."), row("Said in all of Britain.", "GB"),
                   row("Said in Northern Ireland.", "GB-NIR")],
            gp=[row("Said in Ireland and nowhere else.", "IE")],
        )
    )  # fmt: skip

    def said(about: str, country: str, nation: str = "") -> str:
        found = known.find(about, country, nation, TODAY)
        return "" if found is None else found.text

    assert said("detox", "GB", "GB-NIR") == "Said in Northern Ireland."
    assert said("detox", "GB", "GB-ENG") == said("detox", "GB") == "Said in all of Britain."
    assert said("detox", "US") == said("detox", "") == "Said everywhere, if need be."
    assert said("gp", "GB") == said("nothing", "GB") == ""


def test_what_was_read_too_long_ago_is_not_told() -> None:
    """A year after its source was read; from then on `foothold doctor` names it."""
    known = read_explanations(a_file(detox=[row()]))
    last = TODAY + timedelta(days=365)
    assert known.find("detox", "GB", "", last) is not None
    assert known.find("detox", "GB", "", last + timedelta(days=1)) is None
    assert known.expired(last) == ()
    assert known.expired(last + timedelta(days=1)) == ("detox",)


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ({"detox": [row("word " * 61)]}, "61 words"),
        ({"detox": [row(source="my memory")]}, "should match pattern"),
        ({"detox": [row(), row()]}, "two texts for"),
        ({"detox": [row(read=TODAY + timedelta(days=1))]}, "later than"),
        ({"detox": [row(read=TODAY - timedelta(days=366))]}, "read it again"),
        ({"detox": [row("Ring 0800 123 4567 and ask.")]}, "phone number"),
        ({"detox_2": [row()]}, "goes on from nothing"),
        ({"detox": [row("A text in a place.", "FR")]}, "Input should be"),
    ],
)
def test_each_fault_is_told(told: dict[str, Any], what: str) -> None:
    """With the file and the id."""
    with pytest.raises(BrokenExplanations, match=what) as broken:
        read_explanations(a_file(**told))
    assert broken.value.problems[0][0].startswith("a.yaml: ") or "detox" in broken.value.problems[0][0]


@pytest.mark.parametrize("about", sorted(SHIPPED.by_id))
def test_what_is_shipped_can_be_read_by_a_child_of_eleven(about: str) -> None:
    """Plain words, none that shames; every sentence counts."""
    for one in SHIPPED.by_id[about]:
        assert not slips(one.text)
        assert CARDS["reading_age"](one.text) <= OLDEST_READER, one.text


@pytest.mark.parametrize("nation", ["GB-ENG", "GB-SCT", "GB-WLS", "GB-NIR", "IE", "US"])
def test_each_place_has_its_texts(nation: str) -> None:
    """Nobody is left without a word on daily life or a way to get help because of where they live."""
    country = nation[:2]
    told = {f"daily_{need}" for need in NEEDS if need not in ("home", "company")}
    told |= {f"daily_home_{how}" for how in ("tonight", "losing", "recovery")}
    told |= set(SHIPPED.by_id) - {"daily_children_2", "daily_health_2", "daily_licence"}
    assert [one for one in sorted(told) if not SHIPPED.find(one, country, nation, TODAY)] == []


def test_there_is_no_more_where_nothing_follows() -> None:
    """A text that goes on in one place ends in another."""
    known = read_explanations(a_file(home=[row()], home_2=[row("Said in Ireland, and only there.", "IE")]))
    assert known.after("home", "IE", "", TODAY) == "home_2"
    later = read_explanations(a_file(court=[row("Said in Ireland, and only there.", "IE")], court_2=[row()]))
    assert later.first("court", "IE", "", TODAY) == "court"
    assert later.first("court", "GB", "", TODAY) == "court_2"
    assert known.after("home", "US", "", TODAY) == known.after("home_2", "IE", "", TODAY) == ""


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_each_kind_of_group_has_its_card(code: str) -> None:
    """What happens when I go: every programme leads to a card that is there."""
    assert visit_to(Entry("k", "Open Door", code, "Europe/London")) in SHIPPED.by_id


def test_what_happens_is_of_the_kind_of_place() -> None:
    """A women's group, a family's, a needle exchange; of what there is no card for, the reader says which."""

    def card(programme: str, *needs: str, tags: tuple[str, ...] = ()) -> str:
        kind = "service" if needs else "group"
        found = Entry("k", "n", programme, "UTC", kind, tags=frozenset(tags), needs=frozenset(needs))  # type: ignore[arg-type]
        return visit_to(found)

    assert card("na") == card("aa", tags=("women",)) == "visit_twelve_step"
    assert card("peer", tags=("women",)) == "visit_women"
    assert card("al-anon") == "visit_family"
    assert card("service", "needle_exchange", "naloxone") == "visit_needle_exchange"
    assert card("service", "food") == WHICH
