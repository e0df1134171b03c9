"""What holds an import back, at the very borders of the rule."""

import pytest

from bot.domain.directory.gates import TooManyErrors, TooManyGone, gate


@pytest.mark.parametrize(
    ("listed", "gone", "taken", "rejected", "held"),
    [
        (100, 0, 95, 5, None),
        (100, 0, 94, 6, TooManyErrors),
        (100, 20, 80, 0, None),
        (100, 21, 79, 0, TooManyGone),
        (499, 99, 400, 0, None),
        (500, 50, 450, 0, None),
        (500, 51, 449, 0, TooManyGone),
        (0, 0, 1, 99, None),
    ],
)
def test_a_refresh_that_nobody_looks_at(
    listed: int, gone: int, taken: int, rejected: int, held: type | None
) -> None:
    """Over 5 % of errors, over 20 % gone or over 10 % of 500; without a copy there is nothing to keep."""
    found = gate(listed=listed, gone=gone, taken=taken, rejected=rejected, scheduled=True)
    assert (None if found is None else type(found)) == held


@pytest.mark.parametrize(("gone", "rejected", "held"), [(0, 90, None), (100, 0, None), (101, 0, TooManyGone)])
def test_by_hand_only_a_big_drop_is_asked_about(gone: int, rejected: int, held: type | None) -> None:
    """Somebody reads the errors; a fifth of any list, however long, may go."""
    found = gate(listed=500, gone=gone, taken=500 - gone, rejected=rejected, scheduled=False)
    assert (None if found is None else type(found)) == held


@pytest.mark.parametrize(("rejected", "held"), [(9, None), (14, None), (15, TooManyErrors)])
def test_a_list_that_was_taken_with_its_errors_goes_on(rejected: int, held: type | None) -> None:
    """Somebody imported it with 9 of 100 rows rejected: only 5 % more than that tell of a broken feed."""
    found = gate(listed=91, gone=0, taken=100 - rejected, rejected=rejected, scheduled=True, usual=0.09)
    assert (None if found is None else type(found)) == held
