"""Places: what people type at night is understood, and never sent anywhere."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.directory.geo import Point, box_around, km_between, possible, rounded
from bot.domain.directory.nations import nation_of, zone_of
from bot.domain.directory.place_names import find_place, is_known_place, is_like_place, is_place, place_at
from bot.domain.directory.places import Found, NotFound, Place, Places, Which
from tests import shipped

PLACES = shipped.places()


def found(text: str, country: str = "") -> Place:
    """The one place that `text` means."""
    answer = find_place(text, PLACES, country)
    assert isinstance(answer, Found), (text, answer)
    return answer.place


@pytest.mark.parametrize(
    "text", ["sw1a1aa", "SW1A 1AA", "SW1A", "swia 1aa", " sw1a-1aa ", "near SW1A", "SW1A."]
)
def test_a_postcode_in_any_form_is_its_district(text: str) -> None:
    """Case, spaces, a dash, I for 1: all the same district, and never the whole postcode in a label."""
    place = found(text)
    assert place.label == "SW1A"
    assert km_between(place.point, Point(51.504, -0.13)) < 1
    assert (place.country, place.nation, place.zone) == ("GB", "GB-ENG", "Europe/London")


@pytest.mark.parametrize(
    ("text", "label"), [("ls2", "LS2"), ("LSZ 9JT", ""), ("l52 9jt", "LS2"), ("eh1O 4aa", "EH10")]
)
def test_letters_and_figures_that_look_alike_are_put_right(text: str, label: str) -> None:
    """O and 0, I and 1, S and 5 are swapped where the form of a postcode asks for the other."""
    answer = find_place(text, PLACES)
    assert (answer.place.label if isinstance(answer, Found) else "") == label


def test_a_space_tells_a_sector_from_a_district() -> None:
    """ "LS2 9" is a part of LS2 in the city; "LS29" is Ilkley, 20 km away."""
    assert found("LS2 9").label == "LS2"
    assert found("LS29").label == "LS29"
    assert km_between(found("LS2 9").point, found("LS29").point) > 15


def test_half_a_london_district_is_enough() -> None:
    """Nobody says W1A: W1 is the middle of its parts."""
    assert km_between(found("W1").point, Point(51.515, -0.143)) < 1.5


@pytest.mark.parametrize(
    "text", ["Leeds", "leeds", "near Leeds", "i'm in leeds", "in Leeds.", "LEEDS", "leeds uk"]
)
def test_a_town_is_found_by_its_name(text: str) -> None:
    """Small words around it do no harm, and a village of the same name does not matter."""
    assert found(text).label == "Leeds"


def test_namesakes_are_asked_about() -> None:
    """Newport is in Wales, on the Isle of Wight and elsewhere; each option leads to its own town."""
    answer = find_place("newport", PLACES, "GB")
    assert isinstance(answer, Which)
    assert answer.options[0].label == "Newport, Wales (NP20)"
    assert len(answer.options) == 6
    assert {option.country for option in answer.options} == {"GB"}


@pytest.mark.parametrize(
    "name", ["newport", "whitchurch", "springfield", "newcastle", "washington", "newtown", "richmond"]
)
def test_every_option_can_be_chosen(name: str) -> None:
    """The label of an option, typed or tapped, leads to that very place."""
    for country in ("GB", "IE", "US", ""):
        answer = find_place(name, PLACES, country)
        for option in answer.options if isinstance(answer, Which) else ():
            again = find_place(option.label, PLACES, country)
            assert isinstance(again, Found), option
            assert again.place.point == option.point


@pytest.mark.parametrize(
    ("text", "country", "label"),
    [
        ("Camden", "GB", "Camden Town"),
        ("king's cross", "GB", "King's Cross"),
        ("hull", "GB", "Kingston upon Hull"),
        ("stoke", "GB", "Stoke-on-Trent"),
        ("st helens", "GB", "St Helens"),
        ("Casnewydd", "GB", "Newport"),
        ("londonderry", "GB", "Derry"),
        ("Dublin 8", "IE", "Dublin"),
        ("dun laoghaire", "IE", "Dún Laoghaire"),
        ("springfield, il", "US", "Springfield"),
        ("nyc", "US", "New York City"),
        ("Newport, Wales", "GB", "Newport"),
        ("Whitchurch, Cardiff", "GB", "Whitchurch"),
        ("Springfield, Illinois", "GB", "Springfield"),
        ("SWIA", "GB", "SW1A"),
    ],
)
def test_other_names_lead_home(text: str, country: str, label: str) -> None:
    """Short forms, second names and the alias list."""
    assert found(text, country).label == label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("north leeds", "Leeds"),
        ("Leeds city centre", "Leeds"),
        ("sw london", "London"),
        ("m/c", "Manchester"),
    ],
)
def test_a_part_of_a_town_is_that_town(text: str, label: str) -> None:
    """Roughly there is enough."""
    assert found(text, "GB").label == label
    assert is_place(text, PLACES)


def test_of_two_places_one_is_asked_for() -> None:
    """And a name that holds "or" is one place."""
    answer = find_place("leeds or york", PLACES, "GB")
    assert isinstance(answer, Which)
    assert [one.label for one in answer.options] == ["Leeds", "York"]
    assert is_place("leeds or york", PLACES)
    assert not is_place("leeds or nothing", PLACES)
    assert isinstance(find_place("nothing or whatsoever", PLACES, "GB"), NotFound)


@pytest.mark.parametrize("code", ["BT1", "bt7 1nn", "D02", "90210", "97201-1234"])
def test_codes_that_we_have_no_map_of_are_places_all_the_same(code: str) -> None:
    """What is looked up apart, or learned from venues."""
    assert is_place(code, PLACES)


@pytest.mark.parametrize(
    ("text", "label"),
    [("leads", "Leeds"), ("glasgwo", "Glasgow"), ("aberystwith", "Aberystwyth"), ("llanely", "Llanelli")],
)
def test_a_slip_in_a_name_is_asked_about(text: str, label: str) -> None:
    """And no word that begins with another letter is taken for a town."""
    answer = find_place(text, PLACES, "GB")
    assert isinstance(answer, Which)
    assert answer.guessed
    assert answer.options[0].label.startswith(label)
    assert is_like_place(text, PLACES)
    assert not is_like_place("needs", PLACES)


def test_a_hamlet_is_not_taken_for_a_city_abroad() -> None:
    """Springfield in Fife, or one of those everybody has heard of; home first."""
    answer = find_place("Springfield", PLACES, "GB")
    assert isinstance(answer, Which)
    assert [one.country for one in answer.options[:2]] == ["GB", "US"]
    assert found("Boston", "GB").country == "GB"


def test_a_town_beside_another() -> None:
    """The Whitchurch at Cardiff, and not the one in Shropshire."""
    assert found("Whitchurch, Cardiff", "GB").nation == "GB-WLS"
    assert isinstance(find_place("Whitchurch, Aberdeen", PLACES, "GB"), NotFound)


def test_a_slip_of_the_finger_is_asked_about() -> None:
    """ "liverpol" is not taken for granted."""
    answer = find_place("liverpol", PLACES, "GB")
    assert isinstance(answer, Which)
    assert answer.guessed
    assert answer.options[0].label.startswith("Liverpool")


def test_a_small_town_abroad_is_asked_about() -> None:
    """Someone in Britain who types the name of a village in America is asked, not sent there."""
    answer = find_place("Truth or Consequences", PLACES, "GB")
    assert isinstance(answer, Which)
    assert answer.guessed


def test_a_zip_code_knows_its_state_and_zone() -> None:
    """10001 and 10001-1234 are New York; in Ireland five figures are asked about, and the answer is known."""
    assert found("10001-1234").zone == "America/New_York"
    assert found("99501").zone == "America/Anchorage"
    asked = find_place("near 10001", PLACES, "IE")
    assert isinstance(asked, Which)
    assert [one.label for one in asked.options] == ["New York, NY 10001"]
    assert isinstance(find_place(asked.options[0].label, PLACES, "IE"), Found)
    assert isinstance(find_place("00000", PLACES, "IE"), NotFound)


def test_northern_ireland_is_recognised_though_its_map_is_not_ours() -> None:
    """A BT postcode gives the nation, so that the lines are right; learned districts give the place too, and
    what everybody knows: BT1 is Belfast, D08 Dublin."""
    assert find_place("BT70 1AB", PLACES) == NotFound("GB", "GB-NIR", by_town=True)
    assert find_place("A86", PLACES) == NotFound("IE", by_town=True)
    assert [found(code).label for code in ("BT1 5GS", "bt48", "D08 X2A3", "d6w", "T12")] == [
        "Belfast", "Derry", "Dublin", "Dublin", "Cork",
    ]  # fmt: skip
    learned = Places(
        PLACES.codes,
        PLACES.towns,
        {},
        lambda _: None,
        {"BT1": Point(54.6, -5.93), "D08": Point(53.34, -6.28)},
    )
    belfast = find_place("bt1 5gs", learned)
    assert isinstance(belfast, Found)
    assert belfast.place.nation == "GB-NIR"
    dublin = find_place("D08 X2A3", learned)
    assert isinstance(dublin, Found)
    assert dublin.place.zone == "Europe/Dublin"


@pytest.mark.parametrize(
    "text", ["", "   ", "🙂", "help me", "i dont know", "home", "'; drop table", "xyzzy plugh", "\x00", "١٢"]
)
def test_no_place_is_no_place(text: str) -> None:
    """What names nowhere is not forced onto a map."""
    assert find_place(text, PLACES) == NotFound()


def test_a_shared_location_keeps_about_a_kilometre() -> None:
    """Two decimals are kept, the nearest town gives country, nation and zone; the sea gives nothing."""
    belfast = place_at(Point(54.597123, -5.930456), PLACES)
    assert (belfast.point, belfast.nation) == (Point(54.6, -5.93), "GB-NIR")
    assert place_at(Point(40.7, -74.0), PLACES).zone == "America/New_York"
    assert place_at(Point(0.0, -30.0), PLACES).country == ""


def test_nations_follow_postcodes_and_borders_stay_open() -> None:
    """Where a border runs through a district the nation is unknown, which gives the lines of both sides."""
    assert [nation_of(d) for d in ("LS2", "EH1", "CF10", "BT1", "CH7", "CH1", "SY23", "SY1")] == [
        "GB-ENG", "GB-SCT", "GB-WLS", "GB-NIR", "GB-WLS", "GB-ENG", "GB-WLS", "GB-ENG",
    ]  # fmt: skip
    assert nation_of("NP16") == nation_of("JE2") == ""
    assert zone_of("JE2") == "Europe/Jersey"


@settings(max_examples=200)
@given(st.text(max_size=40), st.sampled_from(["", "GB", "IE", "US"]))
def test_no_text_breaks_it(text: str, country: str) -> None:
    """Anything at all gets an answer."""
    find_place(text, PLACES, country)


@settings(max_examples=200)
@given(
    st.floats(-89, 89), st.floats(-179, 179), st.floats(-89, 89), st.floats(-179, 179), st.floats(0.1, 500)
)
def test_a_box_holds_everything_within_its_radius(a: float, b: float, c: float, d: float, km: float) -> None:
    """No venue within the distance is lost at the edge of the box (away from the date line)."""
    here, there = Point(a, b), Point(c, d)
    box = box_around(here, km)
    if km_between(here, there) <= km and abs(b - d) < 180 and abs(a) < 80:
        assert box.south - 1e-6 <= c <= box.north + 1e-6
        assert box.west - 1e-6 <= d <= box.east + 1e-6


def test_empty_and_impossible_coordinates_are_refused() -> None:
    """0,0 is an empty form, latitude 100 is no place."""
    assert not possible(0, 0)
    assert not possible(100, 0)
    assert possible(51.5, 0.0)
    assert rounded(Point(51.50735, -0.12776)) == Point(51.51, -0.13)


@pytest.mark.parametrize(
    ("text", "country", "elsewhere", "first"),
    [
        ("paris", "GB", "Paris, France", "Paris, TX"),
        ("Berlin", "IE", "Berlin, Germany", "Berlin, NH"),
        ("Athens", "GB", "Athens, Greece", "Athens, GA"),
        ("near tokyo", "GB", "Tokyo, Japan", ""),
    ],
)
def test_a_city_abroad_is_known_for_one(text: str, country: str, elsewhere: str, first: str) -> None:
    """And not only its namesakes in America are offered."""
    answer = find_place(text, PLACES, country)
    assert isinstance(answer, Which | NotFound)
    assert answer.elsewhere == elsewhere
    assert (answer.options[0].label if isinstance(answer, Which) else "") == first


@pytest.mark.parametrize(("text", "country"), [("Perth", "GB"), ("Paris, Texas", "GB")])
def test_a_town_that_is_likelier_than_its_namesake_abroad_is_taken(text: str, country: str) -> None:
    """As before."""
    found(text, country)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("leeds", True),
        ("LS2", True),
        ("m1", True),
        ("90210", True),
        ("1234", False),
        ("la", False),
        ("nice", False),
        ("reading", False),
        ("help", False),
        ("2", False),
    ],
)
def test_what_alone_is_certainly_a_place(text: str, known: bool) -> None:
    """A larger town or a postcode; no word that people write for something else."""
    assert is_known_place(text, PLACES) == known


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("LS 6", "LS6"),
        ("ls 6 2bd", "LS6"),
        ("LS2 9", "LS2"),
        ("isle of skye", "Portree"),
        ("Shetland", "Lerwick"),
        ("jersey", "JE2"),
        ("san fran", "San Francisco"),
        ("yng nghaerdydd", "Cardiff"),
        ("galway", "Galway"),
    ],
)
def test_names_and_codes_as_they_are_typed(text: str, label: str) -> None:
    """A space in a district, islands, a Welsh town as it is said after "in", a city next door."""
    assert found(text, "GB").label == label


def test_what_is_too_large_to_measure_from_is_said_to_be() -> None:
    """A county or a state; a city that dwarfs its namesake at home is asked about; an island is abroad."""
    assert find_place("ohio", PLACES, "GB") == NotFound(large="Ohio")
    assert find_place("kent", PLACES, "GB") == NotFound(large="Kent")
    assert find_place("County Mayo", PLACES, "IE") == NotFound(large="County Mayo")
    assert find_place("ibiza", PLACES, "GB") == NotFound(elsewhere="Ibiza")
    asked = find_place("houston", PLACES, "GB")
    assert isinstance(asked, Which)
    assert [one.label for one in asked.options][:2] == ["Houston, Scotland (PA5)", "Houston, TX"]
    assert found("boston", "GB").country == "GB"
