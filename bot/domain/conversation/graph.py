"""A flow as a picture: Mermaid, which code hosts and many editors draw."""

from collections.abc import Iterator

from bot.domain.conversation.edges import ways_on
from bot.domain.conversation.model import Calls, End, Flow, Goto, Hand, Route, Step
from bot.domain.conversation.words import cut

_LABEL = 60


def mermaid(flow: Flow) -> str:
    """The flow as a Mermaid flowchart: rounded steps wait, boxes go on by themselves, circles are ends."""
    lines = ["flowchart TD", f'  start_(("{_safe(flow.name)}")) --> {_id(flow.start)}']
    for step in flow.steps.values():
        lines.append(f"  {_node(step)}")
        lines += [f"  {line}" for line in _edges(step)]
    return "\n".join(lines) + "\n"


def _node(step: Step) -> str:
    words = f"<b>{step.id}</b>"
    if step.say:
        words += f"<br/>{_safe(cut(step.say.default.source.replace(chr(10), ' '), _LABEL))}"
    if isinstance(step.way, Calls):
        words += f"<br/><i>looks up {step.way.name}</i>"
    if step.waits:
        return f'{_id(step.id)}("{words}")'
    return f'{_id(step.id)}{{"{words}"}}' if isinstance(step.way, Route) else f'{_id(step.id)}["{words}"]'


def _edges(step: Step) -> Iterator[str]:
    for edge in ways_on(step):
        arrow = "-.->" if edge.cause in ("after", "other", "skip", "enough", "back") else "-->"
        label = f'|"{_safe(cut(edge.name, _LABEL))}"|' if edge.name else ""
        match edge.target:
            case Goto(to):
                yield f"{_id(step.id)} {arrow}{label} {_id(to)}"
            case Hand(to):
                yield f'{_id(step.id)} {arrow}{label} flow_{to}[["{to}"]]'
            case End(outcome):
                yield f'{_id(step.id)} {arrow}{label} end_{outcome}(("{outcome}"))'


def _id(step: str) -> str:
    """`end` and the like mean something to Mermaid; a step of that name must not."""
    return f"s_{step}"


def _safe(text: str) -> str:
    for bad, good in (("&", "&amp;"), ('"', "&quot;"), ("<", "&lt;"), (">", "&gt;"), ("#", "&num;")):
        text = text.replace(bad, good)
    return text
