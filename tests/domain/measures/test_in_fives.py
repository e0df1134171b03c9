"""What is told in fives: how work is spread over coaches, and the worst gaps."""

from datetime import timedelta

from bot.domain.measures.spread import HOURS, TAKEN, spread
from bot.domain.measures.unmet import worst

HOUR = timedelta(hours=1)
GAP = ("ls2", "tue_night|smart|childcare|no_group_near")


def test_coaches_stand_in_fives_and_a_share_needs_twenty() -> None:
    """Three took 14, 6 and 2; of nineteen no share is said."""
    found = spread([(14, 31 * HOUR), (6, 4 * HOUR), (2, timedelta())])
    rows = [[found.table.at(row, column).said for column in (TAKEN, HOURS)] for row in found.table.rows]
    assert rows == [["10+", "30+"], ["5+", "–"], ["–", "0"]]
    assert (found.most, found.even) == ("64%", "33%")
    assert spread([(19, HOUR)]).most == ""
    assert spread([]).table.empty


def test_several_weeks_tell_of_a_gap_no_more_than_each_does() -> None:
    """Seven times and four times are 5+, not 10+; what was missed four times in every week is not told."""
    (gap,) = worst([{GAP: 7}, {GAP: 4}])
    assert (gap.area, gap.what, gap.barrier, gap.times.said) == ("ls2", "smart", "childcare", "5+")
    assert worst([{GAP: 4}, {GAP: 4}]) == []
    assert [one.times.said for one in worst([{GAP: 7}, {GAP: 5}])] == ["10+"]
