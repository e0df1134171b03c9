"""What people type when they look for a group or a service, and what is no search at all."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.app.library import files
from bot.domain.directory.looked_text import looked_text
from bot.domain.directory.typed import Looked, looked_for, service_needs
from bot.domain.directory.wanted import Needs

PLACES = frozenset({"leeds", "hull", "ls6", "ls2 9jt", "st helens", "stoke on trent"})
WOMEN = frozenset({"women"})
TWELVE = ("aa", "na", "ca", "cma")
TUESDAY = datetime(2026, 11, 24, 18, 30, tzinfo=ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("meetings near Leeds tonight", Looked(place="leeds", tonight=True)),
        ("women's group LS6 friday", Looked(place="ls6", days=frozenset({4}), tags=frozenset({"women"}))),
        ("online now", Looked(online=True, now=True)),
        ("near me now", Looked(now=True)),
        ("AA meetings near me?", Looked(programmes=frozenset({"aa"}))),
        ("smart recovery hull tomorrow", Looked("hull", days_ahead=1, programmes=frozenset({"smart"}))),
        ("is there a group tonight", Looked(tonight=True)),
        (
            "any NA meeting in st helens this weekend?",
            Looked("st helens", weekend=True, programmes=frozenset({"na"})),
        ),
        ("need naloxone", Looked(services=frozenset({"naloxone"}))),
        ("where can I get needles near M1", Looked("m1", services=frozenset({"needle_exchange"}))),
        ("food bank LS2 9JT", Looked("ls2 9jt", services=frozenset({"food"}))),
        ("hostel tonight", Looked(tonight=True, services=frozenset({"hostel"}))),
        ("not 12-step groups in Newport", Looked("newport", not_twelve_step=True)),
        ("something that isn't god", Looked(not_twelve_step=True)),
        ("groups without religion near hull", Looked("hull", not_twelve_step=True)),
        ("meeting for my wife", Looked()),
        ("recovery groups", Looked()),
        ("group for dads LS6", Looked("ls6", tags=frozenset({"parents"}))),
        ("young persons meeting ls6", Looked("ls6", tags=frozenset({"young"}))),
        ("ketamine support group leeds", Looked("leeds")),
        ("weed group hull", Looked("hull")),
        ("group thats ok with methadone LS6", Looked("ls6", tags=frozenset({"medication_ok"}))),
        ("meetings within 5 km of LS6 after 6pm", Looked("ls6", within=5, part=(1080, 1439))),
        (
            "aa in leeds less than 3 miles away",
            Looked("leeds", within=4.828032, programmes=frozenset({"aa"})),
        ),
        ("meetings within 10km", Looked(within=10)),
        ("stoke on trent aa", Looked("stoke on trent", programmes=frozenset({"aa"}))),
        ("any groups in stoke on trent on friday", Looked("stoke on trent", days=frozenset({4}))),
        ("reunion de AA en hull hoy", Looked("hull", days_ahead=0, programmes=frozenset({"aa"}))),
        ("mityng AA w Leeds jutro", Looked("leeds", days_ahead=1, programmes=frozenset({"aa"}))),
        (
            "meeting at 11am this saturday hull",
            Looked("hull", days=frozenset({5}), part=(600, 720), about=660),
        ),
        ("meetings sunday am LS6", Looked("ls6", days=frozenset({6}), part=(0, 719))),
        ("groups fri eve hull", Looked("hull", days=frozenset({4}), part=(1020, 1439))),
        ("mon-fri lunchtime meeting hull", Looked("hull", days=frozenset(range(5)), part=(690, 840))),
        ("meeting b4 9am hull", Looked("hull", part=(0, 540))),
        ("when is the next meeting near LS6", Looked("ls6")),
        ("whens the next aa meeting in leeds", Looked("leeds", programmes=frozenset({"aa"}))),
        ("meeting near leeds train station", Looked("leeds")),
        ("meetings in leeds on wensday", Looked("leeds", days=frozenset({2}))),
        ("LGBTQIA group LS6", Looked("ls6", tags=frozenset({"lgbtq"}))),
        ("group i can bring my dog to LS6", Looked("ls6", tags=frozenset({"outdoors"}))),
        ("hearing loop hull", Looked("hull", tags=frozenset({"hearing_loop"}))),
        ("im disabled and need a meeting LS6", Looked("ls6", tags=frozenset({"step_free"}))),
        ("veterans group leeds", Looked("leeds", tags=frozenset({"veterans"}))),
        ("recovery cafe leeds", Looked("leeds", tags=frozenset({"activity"}))),
        ("over 50s group LS6", Looked("ls6", tags=frozenset({"older"}))),
        ("spotkanie AA Leeds dzisiaj wieczorem", Looked("leeds", tonight=True, programmes=frozenset({"aa"}))),
        ("potrzebuję grupy w Leeds", Looked("leeds")),
        ("grupa dla kobiet Leeds piątek", Looked("leeds", days=frozenset({4}), tags=frozenset({"women"}))),
        ("necesito un grupo en Leeds hoy", Looked("leeds", days_ahead=0)),
        (
            "reuniones para mujeres LS6 el viernes",
            Looked("ls6", days=frozenset({4}), tags=frozenset({"women"})),
        ),
        (
            "¿hay reuniones de AA cerca de Leeds hoy?",
            Looked("leeds", days_ahead=0, programmes=frozenset({"aa"})),
        ),
        ("dwi angen grŵp yn Leeds heno", Looked("leeds", tonight=True)),
        ("oes cyfarfod yn Leeds nos yfory", Looked("leeds", days_ahead=1, part=(1020, 1439))),
        ("drop in centre leeds", Looked("leeds", services=frozenset({"drug_alcohol_service"}))),
        ("test strips near me", Looked(services=frozenset({"needle_exchange"}))),
        ("sober living hull", Looked("hull", services=frozenset({"hostel"}))),
        ("jobs help LS6", Looked("ls6", services=frozenset({"jobs"}))),
        ("inpatient detox leeds", Looked("leeds", services=frozenset({"drug_alcohol_service"}))),
        ("suboxone clinic near hull", Looked("hull", services=frozenset({"drug_alcohol_service"}))),
        ("black womens group hull", Looked("hull", tags=frozenset({"people_of_colour", "women"}))),
        ("Italian meeting leeds", Looked("leeds", tags=frozenset({"language_it"}))),
        ("german speaking group", Looked(tags=frozenset({"language_de"}))),
        ("any Hindi aa meeting?", Looked(tags=frozenset({"language_hi"}), programmes=frozenset({"aa"}))),
        (
            "Gruppe auf Deutsch in Leeds heute Abend",
            Looked("leeds", tonight=True, tags=frozenset({"language_de"})),
        ),
        (
            "gruppo in italiano vicino a Leeds domani",
            Looked("leeds", days_ahead=1, tags=frozenset({"language_it"})),
        ),
        ("alcolisti anonimi leeds", Looked("leeds", programmes=frozenset({"aa"}))),
        ("meetings leeds next week", Looked("leeds", next_week=True)),
        ("any groups sometime next week", Looked(next_week=True)),
        ("family group leeds", Looked("leeds", family=True)),
        ("BSL", Looked(tags=frozenset({"bsl"}))),
        ("step-free meetings in LS6", Looked("ls6", tags=frozenset({"step_free"}))),
        ("meeting with kids near Leeds", Looked("leeds", kids=True)),
        ("group where I can bring my baby", Looked(kids=True)),
        ("group for me and my pram in hull", Looked("hull", tags=frozenset({"step_free"}))),
        ("meetngs neer leeds tonite", Looked("leeds", tonight=True)),
        ("thursdy womans group hull", Looked("hull", days=frozenset({3}), tags=frozenset({"women"}))),
        ("nalaxone leeds", Looked("leeds", services=frozenset({"naloxone"}))),
        ("mental health", Looked(services=frozenset({"mental_health"}))),
        ("I'm homeless", Looked(services=frozenset({"hostel"}))),
        ("debt advice", Looked(services=frozenset({"advice"}))),
        ("jobs near hull", Looked("hull", services=frozenset({"jobs"}))),
        ("transport", Looked(services=frozenset({"transport"}))),
        ("meetings in leeds at 7pm", Looked("leeds", part=(1080, 1200), about=1140)),
        ("meetings near Leeds at 7:30", Looked("leeds", part=(1110, 1230), about=1170)),
        ("groups LS6 after 6", Looked("ls6", part=(1080, 1439))),
        ("groups before noon near hull", Looked("hull", part=(0, 720))),
        ("AA in leeds 6-8pm", Looked("leeds", part=(1080, 1200), programmes=frozenset({"aa"}))),
        ("meetings from 10 to 1 in hull", Looked("hull", part=(600, 780))),
        ("meetings tomorrow morning", Looked(days_ahead=1, part=(0, 719))),
        ("group tomorrow at 8 in the morning", Looked(days_ahead=1, part=(420, 540), about=480)),
        ("groups in hull tuesday after work", Looked("hull", days=frozenset({1}), part=(1020, 1439))),
        ("meetings saturday 10am", Looked(days=frozenset({5}), part=(540, 660), about=600)),
        ("meeting leeds tonight after 9", Looked("leeds", tonight=True, part=(1260, 1439))),
        ("weekday evenings hull meeting", Looked("hull", days=frozenset(range(5)), part=(1020, 1439))),
        ("group this afternoon", Looked(days_ahead=0, part=(720, 1019))),
        ("I'm scared, is there anything on now near leeds", Looked("leeds", now=True)),
        ("struggling to find a meeting tonight", Looked(tonight=True)),
        ("anything in hull tomorrow after 6?", Looked("hull", days_ahead=1, part=(1080, 1439))),
        ("meetings at 25 in hull", Looked("25 in hull")),
        ("12-step meeting hull after 6", Looked("hull", part=(1080, 1439), programmes=frozenset(TWELVE))),
        ("meetings near 97201", Looked("97201")),
        ("meeting with childcare in Bath", Looked("bath", tags=frozenset({"childcare"}))),
        (
            "anything on tonight near leeds for women",
            Looked("leeds", tonight=True, tags=frozenset({"women"})),
        ),
        ("whats on in hull", Looked("hull")),
        ("is anything still on tonight", Looked(tonight=True)),
        ("anything open now", Looked(now=True)),
        ("closest AA to LS6 tonight", Looked("ls6", tonight=True, programmes=frozenset({"aa"}))),
        ("where's my nearest meeting", Looked()),
        ("meeting within walking distance", Looked()),
        ("I need a meeting", Looked()),
        ("need a meeting asap", Looked(now=True)),
        ("tonight ls6", Looked("ls6", tonight=True)),
        ("na leeds 2moro", Looked("leeds", days_ahead=1, programmes=frozenset({"na"}))),
        (
            "aa at half seven leeds",
            Looked("leeds", part=(1110, 1230), about=1170, programmes=frozenset({"aa"})),
        ),
        ("aa hull 1930", Looked("hull", part=(1110, 1230), about=1170, programmes=frozenset({"aa"}))),
        ("late meeting leeds", Looked("leeds", part=(1260, 1439))),
        ("early morning group", Looked(part=(0, 540))),
        ("not religious", Looked(not_twelve_step=True)),
        ("alternatives to aa in leeds", Looked("leeds", not_twelve_step=True)),
        ("polish speaking", Looked(tags=frozenset({"language_pl"}))),
        ("I can't do stairs", Looked(tags=frozenset({"step_free"}))),
        ("somewhere I can bring my dog", Looked(tags=frozenset({"outdoors"}))),
        ("group with my dog", Looked(tags=frozenset({"outdoors"}))),
        ("somewhere I can take my kids", Looked(kids=True)),
        (
            "my first aa meeting leeds",
            Looked("leeds", tags=frozenset({"newcomers"}), programmes=frozenset({"aa"})),
        ),
        ("women only online", Looked(online=True, tags=frozenset({"women"}))),
        ("online tomorrow morning", Looked(online=True, days_ahead=1, part=(0, 719))),
        ("I can't leave the house, any meetings?", Looked(online=True)),
        ("my husband drinks group leeds", Looked("leeds", family=True)),
        ("cyfarfod heno ger leeds", Looked("leeds", tonight=True)),
        ("spotkanie jutro w leeds", Looked("leeds", days_ahead=1)),
        ("reunión en línea esta noche", Looked(online=True, tonight=True)),
    ],
)
def test_a_search_is_read(text: str, found: Looked | None) -> None:
    """The kind, the time and the place, in the words people use."""
    assert looked_for(text, PLACES.__contains__) == found


@pytest.mark.parametrize(
    "text",
    [
        "I went to a meeting in Leeds last night",
        "I had a meeting with my boss today and now I want a drink",
        "I'm fighting an urge",
        "Leeds",
        "friday",
        "im disabled",
        "drop in",
        "christmas eve meeting",
        "has anyone got drugs",
        "need crack tonight leeds",
        "next meeting with my doctor is friday",
        "now",
        "tonight",
        "after 6",
        "I drink at 7pm",
        "something in leeds today made me cry",
        "I'm scared of meetings in leeds",
        "struggling tonight",
        "I'm so lonely tonight",
        "i hate groups of people",
        "my women's group was awful on friday honestly",
        "he overdosed in Leeds tonight",
        "I need help now",
        "online",
        "i want to die tonight",
        "can you help me now",
        "my kids",
        "with my kids",
        "somewhere to go tonight",
        "what's smart recovery",
        "where is the group",
        "I can't leave the house",
        "is anything wrong tonight",
        "bath tonight",
        "no god",
        "I need advice",
        "I lost my job",
        "my mental health is bad",
        "greeting tonight",
        "I need food inside me before I drink again tonight in my flat",
        "",
    ],
)
def test_what_is_no_search_is_left_to_the_conversation(text: str) -> None:
    """A word that is not known keeps the whole message from being taken for a search."""
    assert looked_for(text, PLACES.__contains__) is None


def test_a_misspelt_place_is_a_place_only_where_a_group_is_named() -> None:
    """The place itself is asked about afterwards, as it was only like one."""
    like = frozenset({"leads", "machester"}).__contains__
    assert looked_for("na leads", PLACES.__contains__, like) == Looked("leads", programmes=frozenset({"na"}))
    assert looked_for("meeting machester tonite", PLACES.__contains__, like) == Looked(
        "machester", tonight=True
    )
    assert looked_for("leads tonight", PLACES.__contains__, like) is None


BEFORE_MIDNIGHT = TUESDAY.replace(hour=23, minute=50)


@pytest.mark.parametrize(
    ("typed", "minutes", "seen"),
    [
        (Looked(days_ahead=1), 5, Looked(days_ahead=1)),
        (Looked(days_ahead=1), 20, Looked(days_ahead=0)),
        (Looked(days_ahead=0), 20, Looked()),
        (Looked(days_ahead=1), 20 + 24 * 60, Looked()),
        (Looked(tonight=True), 20, Looked(tonight=True, began_yesterday=True)),
        (Looked(tonight=True), 20 + 4 * 60, Looked()),
        (Looked(days=frozenset({4})), 20, Looked(days=frozenset({4}))),
        (Looked(now=True), 20, Looked(now=True)),
    ],
)
def test_midnight_moves_no_day(typed: Looked, minutes: int, seen: Looked) -> None:
    """What was typed at ten to twelve means the same day at ten past; what is over is asked for no more."""
    assert typed.seen_at(BEFORE_MIDNIGHT + timedelta(minutes=minutes), BEFORE_MIDNIGHT) == seen


def test_the_rest_of_the_night_is_the_night_that_was_meant() -> None:
    """At ten past twelve until four, and not the whole next day."""
    after = BEFORE_MIDNIGHT + timedelta(minutes=20)
    assert Looked(tonight=True).seen_at(after, BEFORE_MIDNIGHT).needs(Needs(), after).ahead == 230


def test_tonight_lasts_until_people_go_to_bed() -> None:
    """At half past six there are five and a half hours left, and the small hours."""
    needs = Looked(tonight=True).needs(Needs(), TUESDAY)
    assert (needs.ahead, needs.days, needs.later) == (330 + 240, frozenset(), 0)
    at_noon = Looked(tonight=True).needs(Needs(), TUESDAY.replace(hour=12, minute=0))
    assert (at_noon.ahead, at_noon.later) == (720 + 240, 300)
    assert Looked(now=True).needs(Needs(), TUESDAY).ahead == 90
    tomorrow = Looked(days_ahead=1).needs(Needs(), TUESDAY)
    assert (tomorrow.days, tomorrow.ahead) == (frozenset({2}), 330 + 1440)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("meetings near leeds at 7pm", "Leeds · about 19:00"),
        ("women's group saturday before noon", "Leeds · Saturday · before 12:00 · women only"),
        ("meetings tomorrow morning", "Leeds · tomorrow · before 12:00"),
        ("weekday evenings meeting hull", "Leeds · Monday to Friday · after 17:00"),
        ("AA 6-8pm", "Leeds · 18:00 to 20:00 · AA"),
        ("this afternoon group", "Leeds · today · 12:00 to 17:00"),
        ("online now", "Leeds · now · Online"),
        ("needles tonight", "Leeds · tonight · needle exchange"),
        ("meeting with kids this weekend not god", "Leeds · at the weekend · not 12-step · children welcome"),
    ],
)
def test_what_was_read_is_said_back(text: str, said: str) -> None:
    """So that somebody sees at once where they were misunderstood."""
    looked = looked_for(text, PLACES.__contains__)
    assert looked is not None
    assert looked_text(files.messages(), looked, "Leeds") == f"You asked for: {said}."


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("meetings at 7pm", 19), ("meetings before noon", 11), ("meetings tonight", 19),
        ("meetings this morning", 10), ("meetings after 6", 18), ("meetings tomorrow", None),
    ],
)  # fmt: skip
def test_when_it_was_wanted_is_counted(text: str, hour: int | None) -> None:
    """A morning counts as day, not as the night that it begins with."""
    looked = looked_for(text, PLACES.__contains__)
    assert looked is not None
    assert looked.hour == hour


def test_what_is_asked_for_with_children_or_without_god_is_kept_to() -> None:
    """One of two tags does for children; what does not suit is not slipped in among the rest."""
    kids = Looked(kids=True).needs(Needs(), TUESDAY)
    assert kids.either == {"childcare", "children_welcome"}
    assert kids.firmly
    assert Looked(not_twelve_step=True).needs(Needs(), TUESDAY).firmly


def test_what_services_help_with_can_be_named_or_coded() -> None:
    """On the command line, as in the chat."""
    assert service_needs("needle exchange") == service_needs("needle_exchange") == {"needle_exchange"}
    assert service_needs("poetry") == frozenset()


def test_next_week_begins_on_monday() -> None:
    """Of the place, at midnight; whoever asked on a Sunday and looks on Monday means this week."""
    looked = Looked(next_week=True)
    assert looked.meant_at(TUESDAY, TUESDAY) == datetime(2026, 11, 30, tzinfo=ZoneInfo("Europe/London"))
    before_summer = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/London"))
    assert looked.meant_at(before_summer, before_summer).utcoffset() == timedelta(hours=1)
    assert Looked().meant_at(TUESDAY, TUESDAY) == TUESDAY
    assert looked.seen_at(TUESDAY + timedelta(days=2), TUESDAY) == looked
    sunday = TUESDAY + timedelta(days=5)
    assert looked.seen_at(sunday + timedelta(days=1), sunday) == Looked()


@pytest.mark.parametrize(
    ("text", "place", "tags"),
    [
        ("is there a women only thing on saturday near bradford", "bradford", {"women"}),
        ("any groups on saturday in bradford just for women", "bradford", {"women"}),
        ("any meetings round liverpool way", "liverpool", set()),
        ("meetings in the leeds area", "leeds", set()),
        ("gay one in london", "london", {"lgbtq"}),
    ],
)
def test_a_thing_and_roughly_where(text: str, place: str, tags: set[str]) -> None:
    """Groups have names that people don't know, and places have surroundings."""
    found = looked_for(text, lambda words: words in {"bradford", "leeds", "liverpool", "london"})
    assert found is not None
    assert found.place == place
    assert set(found.tags) == tags


@pytest.mark.parametrize(
    "text", ["i need one thing", "the recovery thing isnt for me", "my online thing is at 7"]
)
def test_a_thing_by_itself_is_no_group(text: str) -> None:
    """Nor one that somebody has already."""
    assert looked_for(text, lambda _: False) is None
