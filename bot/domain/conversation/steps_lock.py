"""Every step people have ever stood in, so that none disappears from under them."""

from collections.abc import Iterator, Mapping

from bot.domain.conversation.load import Flows
from bot.domain.conversation.problems import Problem

LOCK_FILE = "steps.lock"
_HEAD = """\
# Every step there has been, and the last version of its flow that had it.
# Written by `foothold flows lock`; docs/flows.md says why.
"""

Locked = Mapping[tuple[str, str], int]


def read_lock(text: str) -> Locked:
    """(flow, step) → version. Raises ValueError, naming the line, for a line that is not ours."""
    found: dict[tuple[str, str], int] = {}
    for at, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, version = line.partition(" ")
        flow, dot, step = name.partition(".")
        if not dot or not version.isdigit():
            raise ValueError(f"{LOCK_FILE}:{at}: not `flow.step version`")
        found[flow, step] = int(version)
    return found


def write_lock(flows: Flows, before: str = "") -> str:
    """The lock of today's flows; steps that have gone stay in it with their last version."""
    locked = dict(read_lock(before))
    for flow in flows.by_name.values():
        locked.update(((flow.name, step), flow.version) for step in flow.steps)
    lines = (f"{flow}.{step} {version}\n" for (flow, step), version in sorted(locked.items()))
    return _HEAD + "".join(lines)


def check_lock(flows: Flows, text: str) -> Iterator[Problem]:
    """Steps that disappeared without a `migrate` entry, and a lock that does not know today's steps."""
    try:
        locked = read_lock(text)
    except ValueError as broken:
        yield Problem(LOCK_FILE, 1, "", str(broken), "run `foothold flows lock`")
        return
    for (flow_name, step), version in sorted(locked.items()):
        flow = flows.by_name.get(flow_name)
        if flow is None:
            yield Problem(
                LOCK_FILE, 1, flow_name, f"the flow {flow_name} has gone", "keep it, or end it with one step"
            )
        elif step not in flow.steps and flow.renamed(step, version) is None:
            yield Problem(
                flow.file,
                flow.line("migrate" if flow.migrate else "version"),
                "migrate",
                f"the step {step} has gone; people may be standing in it",
                f"version: {version + 1}, migrate: {{{version + 1}: {{{step}: …}}}}",
            )
    for flow in flows.by_name.values():
        fresh = [step for step in flow.steps if (flow.name, step) not in locked]
        if fresh:
            names = ", ".join(fresh[:3]) + (" …" if len(fresh) > 3 else "")
            what = f"not in {LOCK_FILE}: {names}"
            yield Problem(
                flow.file, flow.steps[fresh[0]].line, f"steps.{fresh[0]}", what, "run `foothold flows lock`"
            )
