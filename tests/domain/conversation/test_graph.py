"""A flow as a picture has every step and every way on."""

from bot.domain.conversation.graph import mermaid
from bot.domain.conversation.load import Flows, load_flows


def test_every_step_and_way_is_drawn(flows: Flows) -> None:
    """Waiting steps are rounded, ends are circles, other flows are boxes with double sides."""
    drawn = mermaid(flows.by_name["visit"])
    assert drawn.startswith('flowchart TD\n  start_(("visit")) --> s_about\n')
    for step in flows.by_name["visit"].steps:
        assert f"  s_{step}" in drawn
    assert 's_ready_again -->|"Yes"| s_why' in drawn
    assert 's_ready -.->|"after 10 min"| s_still_there' in drawn
    assert 's_bye --> end_done(("done"))' in drawn
    assert 'flow_visit[["visit"]]' in mermaid(flows.by_name["repair"])


def test_words_cannot_break_the_drawing() -> None:
    """Quotes, angle brackets and hashes in the words are only words."""
    text = "flow: a\nversion: 1\ntitle: A\nstart: b\nsteps: {b: {say: 'Say \"<hi>\" & #1', end: end}}\n"
    drawn = mermaid(load_flows({"a.yaml": text}).by_name["a"])
    assert "Say &quot;&lt;hi&gt;&quot; &amp; &num;1" in drawn
