"""Every rule hears its own examples and passes over its counter-examples."""

from pathlib import Path

import pytest
import yaml

from bot.domain.danger import Listener, load_listener
from bot.domain.danger.groups import Groups
from bot.domain.danger.lexicon import LexiconError
from bot.domain.danger.pattern import PatternError, compile_patterns

DATA = Path(__file__).parents[3] / "data" / "danger"
RULES = [
    (rule["id"], rule["hears"], rule["ignores"])
    for path in sorted(DATA.glob("*.yaml"))
    for rule in yaml.safe_load(path.read_text("utf-8")).get("rules", [])
]


def heard_by(listener: Listener, rule: str, text: str) -> bool:
    return any(hit.hearing.rule == rule and hit.silenced is None for hit in listener.trace(text).hits)


@pytest.mark.parametrize(("rule", "hears", "ignores"), RULES, ids=[rule for rule, _, _ in RULES])
def test_a_rule_keeps_its_own_examples(
    listener: Listener, rule: str, hears: list[str], ignores: list[str]
) -> None:
    """What a rule says it hears, it hears; what it says it ignores, it ignores."""
    assert [text for text in hears if not heard_by(listener, rule, text)] == []
    assert [text for text in ignores if heard_by(listener, rule, text)] == []


def files() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in DATA.glob("*.yaml")}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rules: [{id: a.b}]", "rules › 0 › kind"),
        ("colour: red", "colour"),
        ("rules: [", "not YAML"),
        ("slots: {i: {words: me}}", "slot i is there twice"),
    ],
)
def test_a_faulty_file_is_named(text: str, says: str) -> None:
    """A mistake in the data is told with the file it stands in."""
    with pytest.raises(LexiconError, match=r"mine\.yaml|words\.yaml") as error:
        load_listener({**files(), "mine.yaml": text})
    assert says in str(error.value)


@pytest.mark.parametrize(
    "pattern", ["(open", "a )", "", "^", "(a|)", "a & ", "| a", "(a b) " + "(a .. b|c ^ d) " * 7]
)
def test_a_faulty_pattern_is_refused(pattern: str) -> None:
    """A pattern nobody can read, or one with too many ways to be met, is refused."""
    with pytest.raises(PatternError):
        compile_patterns(pattern, lambda phrases, slots: 0)


def test_a_rule_with_an_unknown_slot_is_named() -> None:
    """A slot that nobody defined is told by name."""
    with pytest.raises(LexiconError, match="no slot <nothing>"):
        Groups({}).slot("nothing")
