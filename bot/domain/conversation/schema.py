"""The shape of a flow file, strict: an unknown key or a value of the wrong kind is refused."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
OptionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=40)]
PlaceCode = Annotated[str, StringConstraints(pattern=r"^(default|[A-Z]{2}(-[A-Z0-9]{1,3})?)$")]
Line = Annotated[str, StringConstraints(min_length=1)]
Keeping = Literal["session", "person"]
Saying = Line | dict[PlaceCode, Line]
Doing = list[Name | dict[Name, Any]]


class Strict(BaseModel):
    """Nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class OptionFile(Strict):
    """One tick of a `pick`."""

    id: OptionId
    label: Line
    words: list[Line] = []


class ChoiceFile(Strict):
    """One button: what it says, what it saves and does, and where it leads."""

    id: OptionId
    label: Line
    words: list[Line] = []
    within: list[Line] = []
    hidden: bool = False
    save: dict[Name, str | int | bool] = {}
    keep: Keeping = "session"
    do: Doing = []
    goto: Name | None = None
    end: Name | None = None
    flow: Name | None = None
    back: Name | None = None


class PickFile(Strict):
    """Ticks with a Done button, or, with `many: false`, one of them."""

    save: Name
    options: Annotated[list[OptionFile], Field(min_length=1)]
    many: bool = True
    at_most: Annotated[int, Field(ge=1)] | None = None
    none: OptionId | None = None
    keep: Keeping = "session"


class ScaleFile(Strict):
    """Whole numbers from `from` to `to`, both included."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)
    save: Name
    low: Annotated[int, Field(alias="from", ge=0)] = 0
    high: Annotated[int, Field(alias="to", le=20)] = 10
    keep: Keeping = "session"


class ListFile(Strict):
    """Buttons from a list that a call returned."""

    source: Annotated[Name, Field(alias="from")]
    save: Name
    label: Name = "label"
    keep: Keeping = "session"


class InputFile(Strict):
    """A typed answer."""

    kind: Literal["text", "place", "number", "date"]
    save: Name
    keep: Keeping = "session"


class RouteFile(Strict):
    """The first case that the saved answer holds, or the first phrase that stands in the saved words."""

    on: Name
    cases: dict[str | int, Name] = {}
    says: dict[Name, list[Line]] = {}
    hears: dict[Name, list[Line]] = {}
    otherwise: Annotated[Name, Field(alias="else")]


class OtherFile(Strict):
    """What free text that fits nothing leads to: `reask` and `then`, or `keep` and `goto`."""

    reask: Annotated[int, Field(ge=0, le=5)] | None = None
    then: Name | None = None
    keep: Name | None = None
    goto: Name | None = None


class AfterFile(Strict):
    """A timer while waiting."""

    minutes: Annotated[int, Field(ge=1)] | None = None
    seconds: Annotated[int, Field(ge=1)] | None = None
    goto: Name


class StepFile(Strict):
    """One step; which keys go together is checked when it is built."""

    say: Saying | None = None
    progress: Line | None = None
    choices: Annotated[list[ChoiceFile], Field(min_length=1)] | None = None
    columns: Annotated[int, Field(ge=1, le=6)] | None = None
    pick: PickFile | None = None
    scale: ScaleFile | None = None
    list_: Annotated[ListFile | None, Field(alias="list")] = None
    input: InputFile | None = None
    goto: Name | None = None
    end: Name | None = None
    flow: Name | None = None
    back: Name | None = None
    route: RouteFile | None = None
    call: Name | None = None
    with_: Annotated[dict[Name, Any], Field(alias="with")] = {}
    outcomes: dict[Name, Name] | None = None
    do: Doing = []
    skip: Name | None = None
    enough: Name | None = None
    talk: bool = True
    other: OtherFile | None = None
    after: AfterFile | None = None
    card: bool = False


class ExpiresFile(Strict):
    """How long a session may lie untouched (`24h`, `30m`, `7d`)."""

    after: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*[mhd]$")]


class FlowFile(Strict):
    """A whole file."""

    flow: Name
    version: Annotated[int, Field(ge=1)]
    title: Line
    start: Name
    expires: ExpiresFile | None = None
    migrate: dict[int, dict[Name, Name]] = {}
    card: bool = False
    lines: dict[Name, Line] = {}
    phrases: dict[Name, list[Line]] = {}
    anywhere: list[ChoiceFile] = []
    steps: Annotated[dict[Name, StepFile], Field(min_length=1)]


KEYS: frozenset[str] = frozenset(
    field.alias or name
    for kind in (
        StepFile,
        ChoiceFile,
        PickFile,
        OptionFile,
        ScaleFile,
        ListFile,
        InputFile,
        RouteFile,
        FlowFile,
    )
    for name, field in kind.model_fields.items()
)
"""Every key there is, anywhere in a file."""
