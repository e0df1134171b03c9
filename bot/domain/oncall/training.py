"""What somebody new does before they are asked for the first time, and who ticks it."""

OWN = ("talk", "card")
"""Ticked by themselves: how a talk works, and the safeguarding card, both in the chat."""
SEEN = ("practice", "checks", "lead")
"""Ticked by a coordinator: a practice talk, the checks the service asks for, meeting the safety lead."""
ITEMS = (*OWN, *SEEN)


def left(done: frozenset[str]) -> tuple[str, ...]:
    """What is still to do, in its order."""
    return tuple(item for item in ITEMS if item not in done)
