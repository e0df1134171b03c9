"""Reading the settings: three sources, one answer, and all that is wrong with them at once."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.settings.example import written
from bot.settings.model import Settings
from bot.settings.problems import ConfigProblems, Problem
from bot.settings.rules import Machine, complaints
from bot.settings.sources import Key, Source, fields, is_secret, read_environment, read_file, variable

NEEDED_TO_RUN = ("telegram.token", "master_key")
"""What `run` can't do without; a command that never speaks to Telegram may ask for less."""

_PLAIN = {
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "string_type": 'must be words in "quotes"',
    "string_pattern_mismatch": 'must be a language code such as "en" or "pt-BR"',
    "string_too_short": "must not be empty",
    "model_type": "must be a section",
    "dict_type": "must be a section",
    "extra_forbidden": "is not a setting",
}


def load(
    path: Path | None,
    environ: Mapping[str, str],
    *,
    needs: tuple[str, ...] = NEEDED_TO_RUN,
    machine: Machine | None = None,
) -> Settings:
    """The settings of the file at `path` (None: no file), under those of `environ`.

    `needs` are the keys that must have been given. Raises ConfigProblems with everything that is wrong.
    """
    file = read_file(path) if path is not None else Source()
    if file.problems and not file.values:  # of a file that is not read nothing else is known
        raise ConfigProblems(file.problems)
    environment = read_environment(environ)
    problems = [*file.problems, *environment.problems]
    values = _over(file.values, environment.values)
    places = {**file.places, **environment.places}
    where = str(path) if path is not None else "settings"

    settings, wrong = _validate(values, places, where)
    problems += wrong
    said = {problem.key for problem in problems}
    for key, what, fix in complaints(settings, machine or Machine()):
        if ".".join(key) not in said:
            problems.append(_problem(key, places, where, what, fix))
    problems += [_missing(key) for key in needs if key not in said and _at(settings, key) is None]
    if problems:
        raise ConfigProblems(problems)
    return settings


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`, section by section."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _over(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _validate(
    values: dict[str, Any], places: Mapping[Key, tuple[str, int | None]], where: str
) -> tuple[Settings, list[Problem]]:
    """The settings, with what is wrong left out so that the other rules can still be tried."""
    try:
        return Settings(**values), []
    except ValidationError as failure:
        errors = failure.errors(include_url=False, include_input=False)
    problems = []
    for error in errors:
        key = tuple(str(part) for part in error["loc"][:2])
        _drop(values, key)
        what, fix = _words(error, key)
        problems.append(_problem(key, places, where, what, fix))
    settings, more = _validate(values, places, where)
    return settings, problems + more


def _drop(values: dict[str, Any], key: Key) -> None:
    inner = values.get(key[0])
    if len(key) > 1 and isinstance(inner, dict):
        values[key[0]] = {name: value for name, value in inner.items() if name != key[1]}
    else:
        values.pop(key[0], None)


def _words(error: ErrorDetails, key: Key) -> tuple[str, str]:
    """What is wrong and the fix, in plain words."""
    kind = error["type"]
    if kind == "extra_forbidden":
        return _PLAIN[kind], _did_you_mean(key)
    known = dict(fields())
    if key in known and is_secret(known[key]):
        return error["msg"].removeprefix("Value error, "), f"set {variable(key)}_FILE to a file with it"
    fix = f"for example {written(key, known[key])}" if key in known else f"write it as [{key[0]}]"
    if kind == "value_error":
        return error["msg"].removeprefix("Value error, "), fix
    if kind == "literal_error":
        return f"must be one of {error['ctx']['expected']}", fix
    return _PLAIN.get(kind, error["msg"].replace("Input should", "must").replace("should", "must")), fix


def _did_you_mean(key: Key) -> str:
    known = {".".join(path): path for path, _ in fields()}
    elsewhere = [dotted for dotted, path in known.items() if path[-1] == key[-1]]
    near = elsewhere or _like(key, known)
    sections = get_close_matches(key[0].lower(), Settings.model_fields, 1, 0.6) if len(key) == 1 else []
    if sections or near:
        return f"did you mean {(sections or near)[0]}?"
    return "take it out; config.example.toml has every setting"


def _like(key: Key, known: Mapping[str, Key]) -> list[str]:
    """What is spelt like it: in its own section, which has nothing like a word that is only as short."""
    if key[0] not in Settings.model_fields:
        return get_close_matches(".".join(key).lower(), known, 1, 0.6)
    beside = [path[-1] for path in known.values() if path[:-1] == key[:-1]]
    return [".".join((*key[:-1], name)) for name in get_close_matches(key[-1].lower(), beside, 1, 0.6)]


def _problem(
    key: Key, places: Mapping[Key, tuple[str, int | None]], where: str, what: str, fix: str
) -> Problem:
    """A problem at the place the key stands, or its section, or nowhere in particular."""
    place, line = places.get(key) or places.get(key[:1]) or (where, None)
    return Problem(place, ".".join(key), what, fix, line)


def _missing(dotted: str) -> Problem:
    name = variable(tuple(dotted.split(".")))
    source = "@BotFather gives it" if dotted == "telegram.token" else "`foothold keygen` makes it"
    fix = f"set {name}_FILE to a file that holds it (or {name}); {source}"
    return Problem("environment", dotted, "is missing", fix)


def _at(settings: Settings, dotted: str) -> object:
    value: object = settings
    for part in dotted.split("."):
        value = getattr(value, part)
    return value
