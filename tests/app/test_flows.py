"""The conversations' folder: read, checked, written to, and read again when somebody mends a word."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.app.library import files
from bot.app.library.flows import (
    LiveFlows,
    check_all,
    check_folder,
    extract_texts,
    open_flows,
    play,
    play_transcripts,
    stamp_of,
    write_steps_lock,
)
from bot.domain.conversation.check import check_flows, errors
from bot.domain.conversation.load import read_flows
from bot.domain.conversation.player import Player
from bot.domain.conversation.problems import FlowsBroken
from bot.domain.conversation.transcripts import TranscriptBroken

SOURCE = Path(__file__).parent.parent / "domain" / "conversation"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small conversations folder with everything in order."""
    shutil.copytree(SOURCE / "flows", tmp_path / "conversations")
    shutil.copytree(SOURCE / "transcripts", tmp_path / "conversations" / "transcripts")
    (tmp_path / "conversations" / "messages.yaml").write_text("late: Sorry.\n")
    write_steps_lock(tmp_path / "conversations")
    extract_texts(tmp_path / "conversations")
    return tmp_path / "conversations"


def change(path: Path, old: str, new: str) -> None:
    """Somebody edits a file; its time is moved on as well, for clocks that are too coarse to tell."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    times = path.stat()
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns + 1_000_000))


def test_a_broken_file_is_named_and_nothing_else_is_tried(folder: Path) -> None:
    """`foothold check`: a line for each fault; transcripts are played only once everything can be read."""
    assert check_all(folder) == ([], [])
    visit = folder / "visit.yaml"
    change(visit, "goto: ready", "goto: raedy")
    wrong, _ = check_all(folder)
    assert wrong[0].startswith("visit.yaml:")
    assert "did you mean ready?" in wrong[0]
    assert not any("transcript" in line for line in wrong)


def test_a_folder_in_order_has_no_problem(folder: Path) -> None:
    """Flows, lock, template and transcripts agree; other files in the folder are left alone."""
    assert check_folder(folder) == ()
    assert sorted(open_flows(folder).by_name) == ["repair", "talk", "visit", "words"]
    assert play_transcripts(folder, open_flows(folder)) == {}


def test_a_forgotten_lock_or_template_is_told(folder: Path) -> None:
    """A new text or step asks for the command that brings the files up to it."""
    change(folder / "visit.yaml", "  bye:\n", "  leave_now:\n    end: x\n  bye:\n")
    said = {problem.fix for problem in errors(check_folder(folder))}
    assert "run `foothold flows lock`" in said
    change(folder / "talk.yaml", "Everything", "All of it")
    said = {problem.fix for problem in errors(check_folder(folder))}
    assert "run `foothold flows extract`" in said


def test_a_service_does_not_open_broken_flows(folder: Path) -> None:
    """Every error is told at once."""
    change(folder / "visit.yaml", "goto: bye", "goto: nowhere")
    change(folder / "talk.yaml", "goto: waiting", "goto: nowhere")
    with pytest.raises(FlowsBroken) as broken:
        open_flows(folder)
    assert {problem.file for problem in broken.value.problems} >= {"visit.yaml", "talk.yaml"}


def test_a_translation_that_cannot_be_read_is_told(folder: Path) -> None:
    """Rubbish in a .po file is a problem with a name."""
    (folder / "locale" / "pl.po").write_text('msgid "a"\nmsgid "b"\n')
    assert any("cannot be read" in problem.what for problem in errors(check_folder(folder)))


def test_a_mended_word_is_live_at_once_and_a_broken_one_never(folder: Path) -> None:
    """A wrong number must not live on; a wrong edit must not take the service down."""
    live = LiveFlows(folder, open_flows(folder), stamp_of(folder))
    assert not live.refresh()
    change(folder / "talk.yaml", "What may I pass on?", "What may I say?")
    assert live.refresh()
    say = live().by_name["talk"].steps["share"].say
    assert say is not None
    assert say.default.source == "What may I say?"
    change(folder / "talk.yaml", "goto: waiting", "goto: nowhere")
    with capture_logs() as logged:
        assert not live.refresh()
        assert not live.refresh()
    assert [(line["event"], line["first"].split(":")[0]) for line in logged] == [
        ("flows_refused", "talk.yaml")
    ]
    assert "waiting" in live().by_name["talk"].steps


def test_transcripts_are_compared_and_rewritten_only_when_asked(folder: Path) -> None:
    """A changed word shows as a difference; `--record` accepts it."""
    change(folder / "visit.yaml", "Why that number?", "Why that one?")
    flows = open_flows(folder)
    assert "+Foothold: Why that one?" in play_transcripts(folder, flows)["group.txt"]
    assert "Why that number?" in (folder / "transcripts" / "group.txt").read_text()
    assert play_transcripts(folder, flows, record=True)
    assert play_transcripts(folder, flows) == {}
    (folder / "transcripts" / "bad.txt").write_text("nothing\n")
    with pytest.raises(TranscriptBroken, match=r"bad\.txt"):
        play_transcripts(folder, flows)


def test_a_terminal_talk(folder: Path) -> None:
    """Lines go in, the conversation comes out; what the person typed is not echoed."""
    typed = ["[Skip]", "/wait", "yes", "/voice", "/what", "/start talk", "/quit", "never read"]
    lines: Iterator[str] = iter(typed)
    shown: list[str] = []
    player = Player(open_flows(folder))
    play(player, "visit", lambda: next(lines, None), shown.append)
    assert "Foothold: Still with you." in shown
    assert "Foothold: I can't listen to voice notes." in shown
    assert "Foothold: What may I pass on?" in shown
    assert not any(line.startswith("Person:") for line in shown)
    assert next(lines) == "never read"


def test_the_first_conversation_of_the_guide_is_sound() -> None:
    """Whoever copies it from docs/write-a-flow.md gets no complaint about it."""
    guide = (files.ROOT / "docs" / "write-a-flow.md").read_text("utf-8")
    written = guide.split("```yaml\n")[1].split("```")[0]
    flows = read_flows({**files.flow_texts(files.CONVERSATIONS), "walk.yaml": written})
    assert "walk" in flows.by_name
    assert [str(one) for one in check_flows(flows) if one.file == "walk.yaml"] == []
