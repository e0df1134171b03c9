"""Where settings come from: the file, with its line numbers, and the environment with its secret files."""

import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.settings.model import Settings
from bot.settings.problems import Problem

PREFIX = "FOOTHOLD_"
Key = tuple[str, ...]


def fields() -> Iterator[tuple[Key, FieldInfo]]:
    """Every setting's key, such as ("sender", "per_second"), with its field, in the order of the model."""
    for name, top in Settings.model_fields.items():
        if isinstance(top.annotation, type) and issubclass(top.annotation, BaseModel):
            for inner, setting in top.annotation.model_fields.items():
                yield (name, inner), setting
        else:
            yield (name,), top


def is_secret(setting: FieldInfo) -> bool:
    """Whether the setting is a secret, which may stand in the environment or a file of its own only."""

    def holds(annotation: object) -> bool:
        return annotation is SecretStr or any(holds(part) for part in get_args(annotation))

    return holds(setting.annotation)


def variable(key: Key) -> str:
    """The environment variable of a setting: FOOTHOLD_SENDER__PER_SECOND."""
    return PREFIX + "__".join(key).upper()


@dataclass
class Source:
    """What one source says: values nested by section, where each stood, and what was wrong already."""

    values: dict[str, Any] = field(default_factory=dict)
    places: dict[Key, tuple[str, int | None]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def put(self, key: Key, value: object, where: str) -> None:
        """Note a value found in the environment."""
        target = self.values
        for part in key[:-1]:
            target = target.setdefault(part, {})
        target[key[-1]] = value
        self.places[key] = (where, None)


_CURLY = re.compile("[\u2018\u2019\u201c\u201d]")
"""What a word processor makes of quotes."""


def read_file(path: Path) -> Source:
    """The TOML file at `path`; a file that can't be read or parsed is one problem and no values."""
    name, text = str(path), ""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        values = tomllib.loads(text)
    except FileNotFoundError:
        fix = "copy config.example.toml, or leave --config out to use the safe values"
        return Source(problems=[Problem(name, "the file", "does not exist", fix)])
    except OSError as failure:
        reason = f"can't be read ({failure.strerror})"
        return Source(problems=[Problem(name, "the file", reason, "check its path and its permissions")])
    except UnicodeDecodeError as failure:
        at = failure.object.count(b"\n", 0, failure.start) + 1
        return Source(problems=[Problem(name, "the file", "is not UTF-8 text", "save it as UTF-8", at)])
    except tomllib.TOMLDecodeError as failure:
        found = re.search(r"at line (\d+)", str(failure))
        what = "is not TOML: " + re.sub(r" \(at .*\)$", "", str(failure))
        line = int(found[1]) if found else None
        twice = "overwrite" in what or "twice" in what
        fix = "it stands there twice: keep one" if twice else 'write key = value, with words in "quotes"'
        if line and _CURLY.search(text.split("\n")[line - 1]):
            what, fix = "has curly quotes", 'write straight ones: "like this"'
        return Source(problems=[Problem(name, "the file", what, fix, line)])
    source = Source(values, {key: (name, line) for key, line in _lines(text)})
    for key, setting in fields():
        if is_secret(setting) and _take(source.values, key):
            fix = f"take it out and set {variable(key)}_FILE to a file that only the bot can read"
            source.problems.append(
                Problem(
                    name,
                    ".".join(key),
                    "is a secret and stands in the file",
                    fix,
                    source.places.get(key, (name, None))[1],
                )
            )
    return source


def _take(values: dict[str, Any], key: Key) -> bool:
    """Remove a key from nested values; whether it was there."""
    target: object = values
    for part in key[:-1]:
        target = target.get(part) if isinstance(target, dict) else None
    return isinstance(target, dict) and target.pop(key[-1], None) is not None


def _lines(text: str) -> Iterator[tuple[Key, int]]:
    """Each table and key with its line; tomllib keeps none. Knows bare and quoted keys, one to a line."""
    section: Key = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[{1,2}\s*([^\[\]]+?)\s*\]", line):
            section = _parts(header[1])
            yield section, number
        elif pair := re.match(r"""\s*([\w."'\s-]+?)\s*=""", line):
            yield section + _parts(pair[1]), number


def _parts(dotted: str) -> Key:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def read_environment(environ: Mapping[str, str]) -> Source:
    """All FOOTHOLD_ variables; in small letters they are problems.

    A name ending in _FILE holds the path of a file with the secret in it.
    """
    known = {variable(key): (key, setting) for key, setting in fields()}
    secret = {name + "_FILE": name for name, (_, setting) in known.items() if is_secret(setting)}
    source = Source()
    for name in sorted(name for name in environ if name.upper().startswith(PREFIX)):
        if name in secret:
            _put_secret_file(source, name, known[secret[name]][0], environ)
        elif name in known:
            key, setting = known[name]
            source.put(key, _value(environ[name], setting), name)
        else:
            near = get_close_matches(name.upper(), [*known, *secret], 1, 0.6)
            fix = f"did you mean {near[0]}?" if near else "take it out; config.example.toml has every setting"
            source.problems.append(Problem("environment", name, "is not a setting", fix))
    return source


_LONGEST_SECRET = 65_536
"""Bytes."""


def _put_secret_file(source: Source, name: str, key: Key, environ: Mapping[str, str]) -> None:
    if variable(key) in environ:
        fix = f"keep {name} and unset {variable(key)}"
        source.problems.append(Problem("environment", ".".join(key), "is set in two forms", fix))
        return
    try:
        with Path(environ[name]).open("rb") as file:
            content = file.read(_LONGEST_SECRET)  # a device has no end; what is cut is no key and no token
        source.put(key, content.decode("utf-8").strip("\r\n"), name)
    except (OSError, UnicodeDecodeError) as failure:
        reason = failure.strerror if isinstance(failure, OSError) else "not text"
        what = f"names a file that can't be read ({reason})"
        source.problems.append(Problem("environment", name, what, "check the path and who may read it"))


def open_secrets(environ: Mapping[str, str]) -> list[tuple[str, Path]]:
    """The variables that name a file with a secret whose mode lets everybody on this machine read it."""
    names = [variable(key) + "_FILE" for key, setting in fields() if is_secret(setting)]
    files = [(name, Path(environ[name])) for name in names if name in environ]
    return [(name, path) for name, path in files if path.is_file() and path.stat().st_mode & stat.S_IROTH]


def _value(text: str, setting: FieldInfo) -> object:
    """The variable's text as the file would hold it: `30`, `true`, `["en"]`; anything else is plain words."""
    if setting.annotation is str or is_secret(setting):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
