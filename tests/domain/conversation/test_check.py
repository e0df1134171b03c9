"""Faults are seeded one by one into flows that are sound; the checker must name each, with its line."""

import re
from datetime import date

import pytest

from bot.domain.conversation.catalogs import (
    Catalog,
    read_catalog,
    sign,
    speech_of,
    update_catalog,
    write_data_template,
    write_template,
)
from bot.domain.conversation.check import check_flows, errors
from bot.domain.conversation.check_catalogs import check_catalogs, check_data
from bot.domain.conversation.engine import advance
from bot.domain.conversation.load import load_flows, read_flows
from bot.domain.conversation.moves import Say, Start
from bot.domain.conversation.problems import FlowsBroken, Problem
from bot.domain.conversation.steps_lock import check_lock, write_lock
from bot.domain.messages import Wording
from tests.domain.conversation.conftest import texts

ELSEWHERE = (
    *("no way out", "an endless loop", "nothing saves", "no way leads to this step", "without outcomes"),
    *("words that fit nothing lead nowhere", "a version that is not there yet"),
)
"""Faults that are told where they are met, which may be a few lines from where they were made."""
LONG = "word " * 900


def faults(old: str, new: str, file: str = "visit.yaml") -> tuple[tuple[Problem, ...], int]:
    """What is found after `old` was replaced by `new`, and the line where that was done."""
    changed = texts()
    assert old in changed[file]
    at = changed[file].index(old)
    line = changed[file][:at].count("\n") + 1
    changed[file] = changed[file].replace(old, new, 1)
    return errors(check_flows(read_flows(changed))), line


@pytest.mark.parametrize(
    ("old", "new", "plainly"),
    [
        ("goto: ready\n", "goto: raedy\n", "there is no step raedy (did you mean ready?)"),
        ("    skip: ready\n", "    skpi: ready\n", "unknown key skpi (did you mean skip?)"),
        ("call: find_groups", "call: find_group", "there is no call find_group (did you mean find_groups?)"),
        ('title: "A visit"', "title: A visit: the first", "a colon in words without quotation marks"),
        ('title: "A visit"', 'title: "A visit', "is a quotation mark open"),
        ('title: "A visit"', 'title: "A visit"\n\tx: y', "a tab"),
    ],
)
def test_what_is_wrong_is_said_so_that_anybody_can_mend_it(old: str, new: str, plainly: str) -> None:
    """What was meant, where something is like it; and of YAML, what was probably forgotten."""
    problems, _ = faults(old, new)
    assert any(plainly in str(problem) for problem in problems), problems


def test_the_sound_flows_are_sound() -> None:
    """Without a fault nothing is reported."""
    assert check_flows(read_flows(texts())) == ()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("    skip: ready\n", "    skipp: ready\n", "unknown key skipp"),
        ("start: about\n", "start: abuot\n", "there is no step abuot"),
        ("    goto: ready\n", "    goto: raedy\n", "there is no step raedy"),
        (
            "    goto: bye\n",
            "    end: done\n  orphan:\n    say: Hm.\n    end: done\n",
            "no way leads to this step",
        ),
        ("    end: done\n", "", "no way out"),
        ("    outcomes: {found: group, online: group, more: search, gone: nobody}\n", "", "without outcomes"),
        (
            "{found: group, online: group, more: search, gone: nobody}",
            "{found: group, online: group, more: search}",
            "may give gone, which leads nowhere",
        ),
        (
            "{found: group, online: group, more: search, gone: nobody}",
            "{found: group, online: group, more: search, gone: nobody, lost: bye}",
            "never gives lost",
        ),
        ("call: find_groups", "call: find_gruops", "there is no call find_gruops"),
        ("{near: $place, limit: 3}", "{limit: 3}", "find_groups needs near"),
        ("near: $place", "near: $palce", "nothing saves palce"),
        ("near: $place", 'near: "{place}"', "write $place"),
        ("stop_pushes", "stop_pushs", "there is no effect stop_pushs"),
        ("event: helped", "event: hlped", "there is no event hlped"),
        ("by: visit", "from: visit", "the event helped needs by"),
        ("by: visit", "by: A visit", "not a code"),
        ("{remind: $group}", "{remind: {when: now}}", "remind needs group"),
        (
            '"Still with you."\n    goto: ready_again',
            '"Still with you."\n    goto: still_there',
            "an endless loop",
        ),
        ("outcomes: {found: show, none: nobody", "outcomes: {found: show, none: search", "an endless loop"),
        ('say: "Why that number?"', f'say: "{LONG}"', "Telegram takes 4096"),
        (
            'label: "Remind me"',
            'label: "Remind me of this group the evening before"',
            "a button of 42 letters",
        ),
        ("Try {crisis_line}.", "Try {crisis_lime}.", "nothing gives {crisis_lime}"),
        ("Try {crisis_line}.", "Try {crisis line}.", "a brace that is no {fact}"),
        ('label: "Others"', 'label: "{service}"', "in a button"),
        ('"Why that number?"', '"Are you an addict?"', "a word that shames"),
        ("save: reason", "save: crisis_line", "a fact of the service"),
        ("    other: {reask: 2, then: why}\n", "", "words that fit nothing lead nowhere"),
        ("{reask: 2, then: why}", "{reask: 2, goto: why}", "neither {reask, then} nor {keep, goto}"),
        ("after: {minutes: 10, goto: still_there}", "after: {goto: still_there}", "minutes or seconds"),
        (
            '{id: more, label: "Others", goto: show}',
            '{id: more, label: "Others", words: ["remind me"], goto: show}',
            "stands at the button",
        ),
        (
            '{id: more, label: "Others", goto: show}',
            '{id: remind, label: "Others", goto: show}',
            "used twice",
        ),
        ('label: "Others", goto: show', 'label: "Others", goto: show, end: done', "2 ways on"),
        ("none: none_of_these", "none: nothing", "no option"),
        ('say: "Bye for now."\n', 'say: "Bye for now."\n    skip: about\n', "a step that does not wait"),
        ("    call: group_details\n", "    call: group_details\n    end: done\n", "more than one way on"),
        ('    say: "Why that number?"\n', "", "waits without a word"),
        ("do: [stop_pushes], goto: leave", "do: [stop_pushes], end: left", "ends (left) without a word"),
        ("list: {from: groups,", "list: {from: gruops,", "no call returns gruops"),
        ("route: {on: readiness,", "route: {on: raediness,", "nothing saves raediness"),
        ("version: 2", "version: two", "a whole number"),
        ("version: 2", "version: 1", "a version that is not there yet"),
        ("{subject: about}", "{subject: abuot}", "which is no step"),
        ("title: ", "title: \ntitle: ", "stands here twice"),
        ("flow: visit", "flow: vsiit", "the file is visit"),
        ("default: ", "IE: ", "no default"),
        ("from: 0, to: 10", "from: 10, to: 5", "does not rise"),
        ("Bye for now.", "Bye\tfor\x07now.", "not YAML"),
        ("stop_pushes]", "{stop_pushes: , handoff: {}}]", "one effect for each item"),
        ('    progress: "1 of 5"\n', "    progress: 5\n", "must be words"),
    ],
)
def test_a_seeded_fault_is_named_with_its_line(old: str, new: str, what: str) -> None:
    """Each fault is reported in its file, near the line where it was made."""
    found, line = faults(old, new)
    hits = [problem for problem in found if what in problem.what]
    assert hits, [str(problem) for problem in found]
    assert all(problem.file == "visit.yaml" for problem in hits)
    assert any(abs(problem.line - line) <= 2 for problem in hits) or what in ELSEWHERE, hits


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('  again: "I didn\'t quite get that."\n', "", "the line again is missing"),
        ("  lost:\n", "  lots:\n", "repair has no step lost"),
        ("lines:\n", "lines:\n  hum: Hm.\n", "the engine has no such line"),
        ("flow: visit}", "flow: vsit}", "there is no flow vsit"),
    ],
)
def test_the_engines_own_flow_is_held_to_its_part(old: str, new: str, what: str) -> None:
    """Without `repair` the engine would have nothing to say when things go wrong."""
    found, _ = faults(old, new, "repair.yaml")
    assert any(what in problem.what for problem in found), found


def test_a_loop_across_flows_is_found() -> None:
    """Two flows that hand to each other without waiting are an endless loop too."""
    changed = texts()
    changed["talk.yaml"] = "flow: talk\nversion: 1\ntitle: T\nstart: a\nsteps: {a: {flow: other}}\n"
    changed["other.yaml"] = "flow: other\nversion: 1\ntitle: T\nstart: a\nsteps: {a: {flow: talk}}\n"
    assert any("endless loop" in problem.what for problem in check_flows(read_flows(changed)))


def test_broken_flows_are_not_loaded() -> None:
    """What cannot be read is refused whole, with all its problems."""
    changed = {**texts(), "bad.yaml": "flow: bad\nsteps: [}", "talk.yaml": "flow: talk\n"}
    with pytest.raises(FlowsBroken) as broken:
        load_flows(changed)
    assert {problem.file for problem in broken.value.problems} == {"bad.yaml", "talk.yaml"}
    assert "bad.yaml:2:" in str(broken.value)


def test_cards_are_short() -> None:
    """A card of more than sixty words is refused; a long sentence on it is warned about."""
    changed = texts()
    changed["talk.yaml"] = changed["talk.yaml"].replace("version: 1", "version: 1\ncard: true")
    card = changed["talk.yaml"].replace("What may I pass on?", "one two three four. " * 16)
    found = check_flows(read_flows({**changed, "talk.yaml": card}))
    assert [problem.what for problem in errors(found)] == ["64 words, 60 are enough for a safety card"]
    long = changed["talk.yaml"].replace("What may I pass on?", "a b c d e f g h i j k l m?")
    (found_one,) = check_flows(read_flows({**changed, "talk.yaml": long}))
    assert (found_one.severity, "13 words" in found_one.what) == ("warning", True)


def test_proper_names_are_exempt() -> None:
    """A fellowship keeps its own name."""
    found, _ = faults("Bye for now.", "Alcoholics Anonymous meets at eight.")
    assert found == ()


def test_a_step_that_goes_needs_a_migration() -> None:
    """People stand in steps: the lock refuses one that disappears without saying where they go."""
    flows = read_flows(texts())
    lock = write_lock(flows)
    assert not list(check_lock(flows, lock))
    changed = texts()
    changed["visit.yaml"] = re.sub(r"\bwhy\b(?=[:,}\n])", "reasons", changed["visit.yaml"])
    renamed = read_flows(changed)
    said = [problem.what for problem in check_lock(renamed, lock)]
    assert "the step why has gone; people may be standing in it" in said
    assert "not in steps.lock: reasons" in said
    changed["visit.yaml"] = changed["visit.yaml"].replace("version: 2", "version: 3")
    changed["visit.yaml"] = changed["visit.yaml"].replace("migrate: {", "migrate: {3: {why: reasons}, ")
    mended = read_flows(changed)
    again = write_lock(mended, lock)
    assert "visit.why 2\n" in again
    assert "visit.reasons 3\n" in again
    assert not list(check_lock(mended, again))
    assert not errors(check_flows(mended, lock=again))


def test_a_flow_that_goes_is_named() -> None:
    """A whole flow that disappears takes people with it."""
    lock = write_lock(read_flows(texts()))
    fewer = {name: text for name, text in texts().items() if name != "visit.yaml"}
    assert any("has gone" in problem.what for problem in check_lock(read_flows(fewer), lock))
    assert any(problem.line == 1 for problem in check_lock(read_flows(texts()), "rubbish"))


def test_safety_texts_must_be_translated_and_up_to_date() -> None:
    """A language that is offered has every safety text, and the newest; the rest falls back to English."""
    changed = texts()
    changed["talk.yaml"] = changed["talk.yaml"].replace("version: 1", "version: 1\ncard: true")
    flows = read_flows(changed)
    template = write_template(flows)
    assert template == write_template(flows)
    assert not check_flows(flows, template=template)
    empty = update_catalog("pl", (template,))
    catalog = read_catalog("pl", "locale/pl.po", empty)
    missing = [problem for problem in check_catalogs(flows, (catalog,)) if problem.severity == "error"]
    assert any("What may I pass on?" in changed["talk.yaml"].splitlines()[p.line - 1] for p in missing)
    assert all("no translation" in problem.what for problem in missing)

    done = catalog.language, {text: f"[{text}]" for text in _ids(template)}
    po = empty
    for source, target in done[1].items():
        po = po.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{target}"')
    full = read_catalog("pl", "locale/pl.po", po)
    assert not errors(tuple(check_catalogs(flows, (full,))))

    changed["talk.yaml"] = changed["talk.yaml"].replace("What may I pass on?", "What may I pass on now?")
    newer = read_flows(changed)
    assert check_flows(newer, template=template)
    later = read_catalog("pl", "locale/pl.po", update_catalog("pl", (write_template(newer),), po))
    (old,) = errors(tuple(check_catalogs(newer, (later,))))
    assert "out of date" in old.what

    speech = speech_of(full, {})
    spoken = load_flows(changed).spoken_in(lambda _: speech)
    move = advance(spoken, None, Start("repair"), {"language": "pl"})
    assert isinstance(move.effects[0], Say)
    assert move.effects[0].text == "[I didn't catch that. What would help?]"
    assert move.effects[0].rows[0][0].label == "[Plan a visit]"


def test_facts_lost_in_translation_are_found() -> None:
    """A translation has the facts of its source, no more and no fewer."""
    flows = read_flows(texts())
    po = 'msgid ""\nmsgstr ""\n\nmsgid "I have asked. {pages_state}"\nmsgstr "Zapytano. {crisis_line}"\n'
    found = list(check_catalogs(flows, (read_catalog("pl", "locale/pl.po", po),)))
    assert "not the facts of the source: crisis_line, pages_state" in [problem.what for problem in found]


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("Zadzwoń: {emergency}, 119.", "not the figures of the source in a safety text"),
        ("Zadzwoń: <b>{emergency}</b>, 911.", "not the marks of the source"),
        ("Zadzwoń: {emergency} }, 911.", "a brace that is no {fact}"),
        ("Zadzwoń: {emergency}, 911. /stop", "not the commands of the source"),
        ("Zadzwoń: {emergency}, 911." + " Teraz." * 12, "letters where the English has"),
    ],
)
def test_what_a_translation_may_not_change_is_found(said: str, what: str) -> None:
    """Figures, marks, commands, braces, and far more words."""
    english = "Call {emergency}, 911."
    catalog = Catalog("pl", "locale/pl.po", {english: said})
    every = check_data([Wording("a", english, safety=True)], None, (catalog,))
    (found,) = [one for one in every if "counted" not in one.key]
    assert what in found.what
    assert found.severity == ("warning" if "letters" in what else "error")


def test_a_button_that_no_phone_shows_is_found() -> None:
    """A tick before it takes room, too."""
    flows = read_flows(texts())
    catalog = Catalog("pl", "locale/pl.po", {"Plan a visit": "Zaplanuj odwiedziny w najbliższym czasie"})
    assert any("a phone shows" in one.what for one in check_catalogs(flows, (catalog,)))


def test_a_text_is_signed_until_it_changes() -> None:
    """By whoever read what is said at a place; a changed text waits for a translator, then a reviewer."""
    template = write_data_template([Wording("danger/a.yaml:x", "Call now.", safety=True)])
    po = update_catalog("pl", (template,)).replace(
        'msgid "Call now."\nmsgstr ""', 'msgid "Call now."\nmsgstr "Dzwoń."'
    )
    signed, number = sign("pl", po, "danger/", "Anna Nowak", date(2026, 12, 1))
    assert number == 1
    assert sign("pl", signed, "danger/", "Anna Nowak", date(2026, 12, 2))[1] == 0
    assert read_catalog("pl", "pl.po", signed).reviewed == {"Call now."}
    assert speech_of(read_catalog("pl", "pl.po", signed), {}).signed
    newer = write_data_template([Wording("danger/a.yaml:x", "Call right now.", safety=True)])
    later = update_catalog("pl", (newer,), signed)
    assert read_catalog("pl", "pl.po", later).fuzzy == {"Call right now."}
    assert "reviewed by" not in later


def _ids(template: str) -> list[str]:
    return [text for text in re.findall(r'^msgid "(.+)"$', template, re.MULTILINE) if text]
