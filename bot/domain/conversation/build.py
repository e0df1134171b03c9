"""From a checked file shape to a flow: every `exactly one of` is settled here, with the line to blame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.domain.conversation import model, registry, schema
from bot.domain.conversation.document import Document, Path
from bot.domain.conversation.matching import example, phrases
from bot.domain.conversation.problems import Problem
from bot.domain.conversation.words import Answer, Template, Words

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_WAITING = ("choices", "pick", "scale", "list_", "input")
_AUTOMATIC = ("end", "flow", "route", "call")


@dataclass
class Builder:
    """Builds one flow of one document, and gathers what is wrong with it."""

    file: str
    document: Document
    phrases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Those that have a name, of all files."""
    problems: list[Problem] = field(default_factory=list)
    anywhere: Sequence[schema.ChoiceFile] = ()

    def flow(self, found: schema.FlowFile) -> model.Flow:
        """The flow; steps that could not be built are missing from it, and `problems` says why."""
        self.anywhere = found.anywhere
        self._only_typed()
        steps = {name: self._step(name, step) for name, step in found.steps.items()}
        return model.Flow(
            name=found.flow,
            version=found.version,
            title=self._words(found.title, ("title",)),
            start=found.start,
            steps={name: step for name, step in steps.items() if step is not None},
            file=self.file,
            expires=_duration(found.expires.after) if found.expires else None,
            migrate=found.migrate,
            card=found.card,
            lines={name: self._words(text, ("lines", name)) for name, text in found.lines.items()},
            line_of=self._lines(found),
        )

    def _lines(self, found: schema.FlowFile) -> dict[str, int]:
        """Every dotted key's line; a choice is known by its id as well as by its place."""
        lines = {".".join(map(str, path)): line for path, line in self.document.lines.items() if path}
        for name, step in found.steps.items():
            for place, choice in enumerate(step.choices or []):
                at = f"steps.{name}.choices"
                lines.setdefault(f"{at}.{choice.id}", lines.get(f"{at}.{place}", 1))
        return lines

    def _problem(self, path: Path, what: str, fix: str = "") -> None:
        key = ".".join(str(part) for part in path)
        self.problems.append(Problem(self.file, self.document.line(path), key, what, fix))

    def _words(self, text: str, path: Path) -> Words:
        text = text.strip()
        return Words(text, self.document.line(path), Template.of(text))

    def _step(self, name: str, step: schema.StepFile) -> model.Step | None:
        path: Path = ("steps", name)
        way = self._way(step, path)
        if way is None:
            return None
        self._only_where_it_means_something(step, way, path)
        return model.Step(
            id=name,
            line=self.document.line(path),
            way=way,
            say=self._saying(step.say, (*path, "say")),
            progress=self._words(step.progress, (*path, "progress")) if step.progress else None,
            do=self._actions(step.do, (*path, "do")),
            skip=step.skip,
            enough=step.enough,
            talk=step.talk,
            other=self._other(step.other, (*path, "other")) if step.other else None,
            after=self._after(step.after, (*path, "after")) if step.after else None,
            card=step.card,
        )

    def _saying(self, say: str | dict[str, str] | None, path: Path) -> model.Saying | None:
        if say is None:
            return None
        if isinstance(say, str):
            return model.Saying(self._words(say, path))
        if "default" not in say:
            self._problem(path, "no default", "a text by place needs `default:` for everywhere else")
        by_place = {place: self._words(text, (*path, place)) for place, text in say.items()}
        default = by_place.pop("default", self._words("…", path))
        return model.Saying(default, by_place)

    def _way(self, step: schema.StepFile, path: Path) -> model.Way | None:
        ways = [name for name in (*_WAITING, *_AUTOMATIC) if getattr(step, name) is not None]
        shown = ", ".join(name.rstrip("_") for name in ways)
        if len(ways) > 1:
            self._problem(path, f"more than one way on: {shown}", "keep one")
            return None
        if not ways:
            if step.goto is None:
                self._problem(path, "no way out", "add choices, goto, end, flow, route or call")
                return None
            return model.Goto(step.goto)
        if ways[0] in ("choices", *_AUTOMATIC):
            if step.goto is not None:
                self._problem((*path, "goto"), f"goto beside {shown} is never followed", "remove it")
            return self._own_way(step, path)
        if step.goto is None:
            self._problem(path, f"{shown} without a way on", "add goto:")
            return None
        return self._asking(step, path, step.goto)

    def _own_way(self, step: schema.StepFile, path: Path) -> model.Way | None:
        if step.choices is not None:
            return self._choose(step, path)
        if step.end is not None:
            return model.End(step.end)
        if step.flow is not None:
            return model.Hand(step.flow, step.back)
        if step.route is not None:
            return self._route(step.route, path)
        assert step.call is not None
        if not step.outcomes:
            self._problem((*path, "call"), f"the call {step.call} without outcomes", "add outcomes:")
        args = {name: _value(value) for name, value in step.with_.items()}
        line = self.document.line((*path, "call"))
        return model.Calls(step.call, args, step.outcomes or {}, line)

    def _route(self, found: schema.RouteFile, path: Path) -> model.Route:
        cases = [_case(value, to) for value, to in found.cases.items()]
        for phrased, whole in ((found.says, True), (found.hears, False)):
            cases += [
                model.Case(example(written[0]), to, within=phrases(written, whole=whole))
                for to, written in phrased.items()
                if written
            ]
        if not cases:
            self._problem((*path, "route"), "a route with one way only", "add cases:, says: or hears:")
        return model.Route(found.on, tuple(cases), found.otherwise)

    def _choose(self, step: schema.StepFile, path: Path) -> model.Choose | None:
        """The step's own, and what may be typed anywhere: a choice of the same label has its phrases."""
        typed = {one.label: one for one in self.anywhere if one.goto != path[-1]}
        choices = []
        for place, own in enumerate(step.choices or []):
            besides = typed.pop(own.label, None)
            more = own.model_copy(update={"within": [*own.within, *besides.within]}) if besides else own
            choices.append(self._choice(more, (*path, "choices", place)))
        self._no_doubles([(*path, "choices")], [own.id for own in step.choices or []])
        for place, one in enumerate(self.anywhere):
            if one.label in typed:
                choices.append(self._choice(one, ("anywhere", place)))
        whole = tuple(one for one in choices if one is not None)
        return model.Choose(whole, step.columns or 1) if whole else None

    def _choice(self, found: schema.ChoiceFile, path: Path) -> model.Choice | None:
        target = self._target(found, path)
        if target is None:
            return None
        return model.Choice(
            id=found.id,
            label=self._words(found.label, (*path, "label")),
            target=target,
            line=self.document.line(path),
            words=tuple(found.words),
            within=phrases(self._spelt_out(found.within, (*path, "within"))),
            hidden=found.hidden,
            save=found.save,
            keep=found.keep,
            do=self._actions(found.do, (*path, "do")),
        )

    def _only_typed(self) -> None:
        for place, one in enumerate(self.anywhere):
            if not one.hidden or not one.within:
                what = f"{one.id} has no button, or nothing to be typed"
                self._problem(("anywhere", place), what, "give it hidden: true and within:")

    def _spelt_out(self, written: Sequence[str], path: Path) -> list[str]:
        """Phrases, those that are there by name (`<crew_here>`) spelt out."""
        spelt: list[str] = []
        for one in written:
            name = one[1:-1] if one.startswith("<") and one.endswith(">") else ""
            if name and name not in self.phrases:
                self._problem(path, f"no phrases are called {name}", "see phrases: in in_danger.yaml")
            spelt += self.phrases.get(name, ()) if name else [one]
        return spelt

    def _target(self, found: schema.ChoiceFile, path: Path) -> model.Target | None:
        ways: list[model.Target] = []
        if found.goto is not None:
            ways.append(model.Goto(found.goto))
        if found.end is not None:
            ways.append(model.End(found.end))
        if found.flow is not None:
            ways.append(model.Hand(found.flow, found.back))
        elif found.back is not None:
            self._problem((*path, "back"), "back without a flow", "add flow: or remove it")
        if len(ways) != 1:
            self._problem(path, f"the choice {found.id} has {len(ways)} ways on", "one of goto, end, flow")
            return None
        return ways[0]

    def _asking(self, step: schema.StepFile, path: Path, goto: str) -> model.Way:
        if step.pick is not None:
            return self._pick(step.pick, path, step.columns, goto)
        if step.scale is not None:
            scale = step.scale
            if scale.low >= scale.high:
                self._problem((*path, "scale"), "a scale that does not rise", "from must be less than to")
            columns = step.columns or min(6, (scale.high - scale.low + 2) // 2)
            return model.Scale(scale.save, scale.low, scale.high, scale.keep, columns, goto)
        if step.list_ is not None:
            found = step.list_
            return model.Listed(found.source, found.save, found.label, found.keep, step.columns or 1, goto)
        assert step.input is not None
        return model.Ask(step.input.kind, step.input.save, step.input.keep, goto)

    def _pick(self, pick: schema.PickFile, path: Path, columns: int | None, goto: str) -> model.Pick:
        at = (*path, "pick")
        names = [option.id for option in pick.options]
        self._no_doubles([(*at, "options")], names)
        if pick.none is not None and pick.none not in names:
            self._problem((*at, "none"), f"none names {pick.none}, which is no option")
        options = tuple(
            model.Option(
                option.id, self._words(option.label, (*at, "options", place, "label")), tuple(option.words)
            )
            for place, option in enumerate(pick.options)
        )
        return model.Pick(
            pick.save, options, pick.many, pick.at_most, pick.none, pick.keep, columns or 1, goto
        )

    def _no_doubles(self, paths: list[Path], names: list[str]) -> None:
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._problem(paths[0], f"the id {name} is used twice", "ids are unique within a step")

    def _other(self, found: schema.OtherFile, path: Path) -> model.Reask | model.KeepWords | None:
        if found.reask is not None and found.then and not (found.keep or found.goto):
            return model.Reask(found.reask, found.then)
        if found.keep and found.goto and found.reask is None and not found.then:
            return model.KeepWords(found.keep, found.goto)
        self._problem(path, "neither {reask, then} nor {keep, goto}")
        return None

    def _after(self, found: schema.AfterFile, path: Path) -> model.After | None:
        if (found.minutes is None) == (found.seconds is None):
            self._problem(path, "a timer needs minutes or seconds, one of them")
            return None
        return model.After(timedelta(minutes=found.minutes or 0, seconds=found.seconds or 0), found.goto)

    def _actions(self, found: list[Any], path: Path) -> tuple[model.Action, ...]:
        actions = []
        for place, item in enumerate(found):
            at = (*path, place)
            if isinstance(item, str):
                actions.append(model.Action(item, {}, self.document.line(at)))
            elif len(item) != 1:
                self._problem(at, "one effect for each item", "begin each effect on its own line with -")
            else:
                name, given = next(iter(item.items()))
                actions.append(model.Action(name, _arguments(name, given), self.document.line(at)))
        return tuple(actions)

    def _only_where_it_means_something(self, step: schema.StepFile, way: model.Way, path: Path) -> None:
        waits = isinstance(way, model.Waiting)
        if not waits:
            for name in ("skip", "enough", "other", "after", "columns", "progress"):
                if getattr(step, name) is not None:
                    self._problem((*path, name), f"{name} on a step that does not wait", "remove it")
        if waits and step.say is None:
            self._problem(path, "waits without a word", "add say:")
        if step.columns and isinstance(way, model.Ask):
            self._problem((*path, "columns"), "columns where there are no buttons", "remove it")
        if step.back is not None and not isinstance(way, model.Hand):
            self._problem((*path, "back"), "back without a flow", "add flow: or remove it")
        if not isinstance(way, model.Calls):
            for name, key in (("with_", "with"), ("outcomes", "outcomes")):
                if getattr(step, name):
                    self._problem((*path, key), f"{key} without a call", "add call: or remove it")


def _duration(text: str) -> timedelta:
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def _case(value: str | int, step: str) -> model.Case:
    low, dots, high = str(value).partition("..")
    if dots and low.isdigit() and high.isdigit():
        return model.Case(str(value), step, int(low), int(high))
    return model.Case(str(value), step)


def _arguments(name: str, given: Any) -> dict[str, Answer]:
    if isinstance(given, dict):
        return {str(key): _value(value) for key, value in given.items()}
    spec = registry.DOS.get(name)
    first = (spec.needs or spec.may or ("value",))[0] if spec else "value"
    return {} if given is None else {first: _value(given)}


def _value(value: Any) -> Answer:
    if isinstance(value, list):
        return tuple(_value(item) for item in value)
    if isinstance(value, dict):
        return {str(key): _value(item) for key, item in value.items()}
    assert value is None or isinstance(value, str | int | float | bool)
    return value
