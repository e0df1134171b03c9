"""A flow as a picture: every step once, none on top of another, every way between two of them."""

from itertools import pairwise

import pytest

from bot.domain.conversation.drawing import HEIGHT, WIDTH, draw
from tests import shipped

FLOWS = shipped.flows().by_name


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_every_step_has_a_place_of_its_own(name: str) -> None:
    """Within the picture, and no two boxes touch; the start is at the top."""
    flow, drawing = FLOWS[name], draw(FLOWS[name])
    assert sorted(box.step for box in drawing.boxes) == sorted(flow.steps)
    assert drawing.boxes[0].step == flow.start
    places = sorted((box.y, box.x) for box in drawing.boxes)
    for (y, x), (next_y, next_x) in pairwise(places):
        assert next_y >= y + HEIGHT or next_x >= x + WIDTH
    assert all(box.x + WIDTH < drawing.width and box.y + HEIGHT < drawing.height for box in drawing.boxes)


def test_ways_lead_down_and_back_up() -> None:
    """In the ten minutes of an urge one can go another ten: that way is drawn as one back."""
    ways = draw(FLOWS["urge"]).ways
    assert {way.back for way in ways} == {True, False}
