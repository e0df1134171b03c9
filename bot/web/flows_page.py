"""The conversations as pictures: steps, the ways between them, and where people left in the last 30 days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.app.conversing.conversations import LASTS
from bot.app.ports import Clock
from bot.domain.conversation.drawing import HEIGHT, WIDTH, Box, draw
from bot.domain.conversation.edges import is_safety, ways_on
from bot.domain.conversation.load import Flows
from bot.domain.conversation.model import Calls, End, Flow, Goto, Hand, Step
from bot.domain.conversation.words import cut
from bot.store.conversing import steps_seen
from bot.store.conversing.steps_seen import Came
from bot.store.store import Store
from bot.web.access import LEADS, Door
from bot.web.pages import Pages
from bot.web.times import span

PATH = "/flows"
SINCE = timedelta(days=30)
SMALL = 5
"""Counts of fewer people are not shown: they could be known (product design, "What coordinators see")."""
_LETTERS = 26
"""As many fit on one line of a box."""
_CAUSES = {"skip": "Skip", "enough": "Enough for now"}


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation on the list."""

    name: str
    title: str
    steps: int
    people: str


@dataclass(frozen=True, slots=True)
class On:
    """A way on: what it is called there, and where it leads; `step` or `flow`, or neither at an end."""

    label: str
    step: str = ""
    flow: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A step: in the picture at `box`, `filled` of its width standing for people, and below it in words."""

    id: str
    box: Box
    line: int
    words: str
    looks_up: str
    on: list[On]
    passed: str
    left: str
    filled: int
    gone: int

    @property
    def short(self) -> str:
        """The beginning of its words."""
        return cut(self.words.replace("\n", " ") or self.looks_up, _LETTERS)


class FlowsPage:
    """Shows them to whoever is signed in. `flows` are those people are talking with at this moment."""

    def __init__(self, store: Store, clock: Clock, flows: Callable[[], Flows], pages: Pages) -> None:
        self._store = store
        self._clock = clock
        self._flows = flows
        self._pages = pages

    def routes(self) -> list[Door]:
        """The list, and a page for each conversation."""
        return [Door(PATH, self.list, to=LEADS), Door(f"{PATH}/{{name}}", self.one, to=LEADS)]

    async def list(self, request: Request) -> Response:
        """Every conversation, those in danger last."""
        async with self._store.reading() as tx:
            people = await steps_seen.by_flow(tx, self._clock.now() - SINCE)
        flows = sorted(self._flows().by_name.values(), key=lambda flow: (is_safety(flow), flow.file))
        rows = [
            Row(flow.name, flow.title.source, len(flow.steps), shown(people.get(flow.name, 0)))
            for flow in flows
        ]
        return self._pages.page(request, "flows", rows=rows)

    async def one(self, request: Request) -> Response:
        """One conversation. 404 for a name there is none of."""
        flow = self._flows().by_name.get(request.path_params["name"])
        if flow is None:
            raise HTTPException(404)
        came = await self._came(flow, self._clock.now())
        drawing = draw(flow)
        most = max((one.people for one in came.values()), default=0)
        steps = [
            _shown(flow.steps[box.step], box, came.get(box.step, Came(0, 0)), most) for box in drawing.boxes
        ]
        return self._pages.page(
            request, "flow", flow=flow, drawing=drawing, steps=steps, box=(WIDTH, HEIGHT), days=SINCE.days
        )

    async def _came(self, flow: Flow, now: datetime) -> dict[str, Came]:
        lasts = flow.expires or LASTS
        async with self._store.reading() as tx:
            return await steps_seen.of_flow(tx, flow.name, now - SINCE, now - lasts)


def shown(people: int) -> str:
    """A number of people, where it is not so small that somebody could be known by it."""
    return f"under {SMALL}" if 0 < people < SMALL else str(people)


def _shown(step: Step, box: Box, came: Came, most: int) -> Shown:
    few = came.people < SMALL
    return Shown(
        id=step.id,
        box=box,
        line=step.line,
        words=step.say.default.source if step.say else "",
        looks_up=f"looks up {step.way.name}" if isinstance(step.way, Calls) else "",
        on=_ways(step),
        passed=shown(came.people),
        left="" if few else shown(came.left),
        filled=0 if few else round(WIDTH * came.people / most),
        gone=0 if few or came.left < SMALL else round(WIDTH * came.left / most),
    )


def _ways(step: Step) -> list[On]:
    found = []
    for edge in ways_on(step):
        label = _CAUSES.get(edge.cause, edge.name)
        if edge.cause == "after" and step.after:
            label = f"after {span(int(step.after.wait.total_seconds()))}"
        match edge.target:
            case Goto(to):
                found.append(On(label, step=to))
            case Hand(to):
                found.append(On(label, flow=to))
            case End(outcome):
                found.append(On(label, end=outcome))
            case _:
                assert_never(edge.target)
    return found
