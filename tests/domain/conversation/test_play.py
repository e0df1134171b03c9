"""Transcripts are played again and compared word for word; the player never loses a line."""

from datetime import timedelta

import pytest

from bot.domain.conversation.load import Flows
from bot.domain.conversation.moves import Start
from bot.domain.conversation.player import Player
from bot.domain.conversation.transcripts import (
    Samples,
    TranscriptBroken,
    differences,
    read_samples,
    read_transcript,
    replay,
)
from tests.domain.conversation.conftest import HERE

TRANSCRIPTS = HERE.parent / "transcripts"
SAMPLES = read_samples((TRANSCRIPTS / "samples.yaml").read_text())
HEAD = "title: T\nflow: visit\n---\n"


@pytest.mark.parametrize("path", sorted(TRANSCRIPTS.glob("*.txt")), ids=lambda path: path.stem)
def test_a_golden_transcript_still_holds(flows: Flows, path: object) -> None:
    """What was said and done last time is said and done today, to the last effect."""
    written = (TRANSCRIPTS / str(path)).read_text()
    assert not differences(written, replay(flows, read_transcript(written), SAMPLES))


def test_playing_a_recorded_transcript_changes_nothing(flows: Flows) -> None:
    """A recording, played again, is itself: nothing of the bot's is taken for the person's."""
    recorded = replay(
        flows, read_transcript(HEAD + "Person: [Skip]\nPerson: 3\n(10 minutes pass)\n"), SAMPLES
    )
    assert replay(flows, read_transcript(recorded), SAMPLES) == recorded


def test_a_changed_word_and_a_lost_last_effect_are_both_seen(flows: Flows) -> None:
    """A golden file that misses its last event would prove nothing."""
    recorded = replay(flows, read_transcript(HEAD + "Person: [Skip]\nPerson: 10\nPerson: [Skip]\n"), SAMPLES)
    assert recorded.endswith("  (ends visit: done)\n")
    assert differences(recorded.removesuffix("  (ends visit: done)\n"), recorded)
    assert differences(recorded.replace("Bye", "Goodbye"), recorded)


def test_words_of_several_lines_stay_together(flows: Flows) -> None:
    """A message with line breaks is one message."""
    text = HEAD + "Person: [Skip]\nPerson: 5\nPerson: for my kids\n  and for me\n"
    player_lines = replay(flows, read_transcript(text), SAMPLES)
    assert "  (keeps reason for good: for my kids / and for me)" in player_lines


@pytest.mark.parametrize(
    "text",
    [
        "no dashes",
        "flow: visit\n---\n",
        "- a\n---\n",
        HEAD + "(dances)\n",
        HEAD + "Person: (dances)\n",
        "{\n---\n",
        "title: T\nflow: visit\ncalls: {find_groups: 5}\n---\n",
    ],
)
def test_a_broken_transcript_says_so(flows: Flows, text: str) -> None:
    """A file nobody can play is refused."""
    with pytest.raises(TranscriptBroken):
        replay(flows, read_transcript(text), Samples())


def test_danger_interrupts_a_player(flows: Flows) -> None:
    """What listens to the person's words may start another flow over the present one."""

    class Attentive:
        def interrupts(self, _: Player, text: str) -> Start | None:
            return Start("talk", {"level": "urgent"}) if "help" in text else None

        def did(self, *_: object) -> None:
            pass

        def waited(self, _: timedelta) -> None:
            pass

    player = Player(flows, attentive=Attentive())
    player.start("visit")
    player.says("help")
    assert "(interrupted by talk: level urgent)" in player.script
    assert "Everything" in player.labels


def test_a_timer_that_is_not_due_does_not_fire(flows: Flows) -> None:
    """Nine minutes are not ten; one more is."""
    player = Player(flows)
    player.start("visit")
    player.says("[Skip]")
    player.waits(timedelta(minutes=9))
    assert player.session is not None
    assert player.session.step == "ready"
    player.waits(timedelta(minutes=1))
    assert "(1 minute passes)" in player.script
    assert player.session.step == "ready_again"
