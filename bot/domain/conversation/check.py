"""`foothold check` for flows: everything that would let a person down, before anybody meets it."""

from collections.abc import Mapping, Sequence

from bot.domain.conversation.catalogs import Catalog
from bot.domain.conversation.check_catalogs import check_catalogs, check_data, check_messages, check_template
from bot.domain.conversation.check_host import check_host
from bot.domain.conversation.check_ways import check_ways
from bot.domain.conversation.check_words import check_words
from bot.domain.conversation.load import Flows
from bot.domain.conversation.problems import Problem
from bot.domain.conversation.steps_lock import check_lock
from bot.domain.messages import Messages, Wording
from bot.domain.words import FELLOWSHIPS


def check_flows(
    flows: Flows,
    *,
    lock: str | None = None,
    template: str | None = None,
    catalogs: tuple[Catalog, ...] = (),
    messages: Mapping[str, Messages] | None = None,
    messages_template: str | None = None,
    data: Sequence[Wording] | None = None,
    data_template: str | None = None,
    proper_names: tuple[str, ...] = FELLOWSHIPS,
) -> tuple[Problem, ...]:
    """Every problem, by file and line. `flows` come from `read_flows`; its own problems are among them.

    `lock` and the templates are the texts of steps.lock and of gettext's templates, None to leave them
    unchecked; `messages` are the texts outside flows, by file, `data` those that stand in data/.
    """
    found = [
        *flows.problems,
        *check_ways(flows),
        *check_host(flows),
        *check_words(flows, proper_names, catalogs),
    ]
    readable = not flows.problems  # a file that cannot be read would look like one that has gone
    if lock is not None and readable:
        found += check_lock(flows, lock)
    if template is not None and readable:
        found += check_template(flows, template)
    found += check_catalogs(flows, catalogs)
    if messages is not None:
        found += check_messages(messages, messages_template, catalogs)
    if data is not None:
        found += check_data(data, data_template, catalogs)
    return tuple(sorted(set(found)))


def errors(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Those that stop a service from starting; the rest are warnings."""
    return tuple(problem for problem in problems if problem.severity == "error")
