"""config.example.toml, written from the settings themselves so that the two never differ."""

import textwrap
from datetime import time

from pydantic.fields import FieldInfo

from bot.settings.model import Settings
from bot.settings.sources import Key, fields, is_secret, variable

_HEAD = """\
# Every setting of Foothold with its meaning and the value it has when it is left out.
# Copy this file to config.toml and keep only what you change.
#
# Over this file stands the environment: [sender] per_second is FOOTHOLD_SENDER__PER_SECOND.
# Secrets never stand here: they come from the environment, better still from a file named there.
# `foothold check` says everything that is wrong, with line and fix.
"""


def example() -> str:
    """The whole text of config.example.toml."""
    parts = [_HEAD]
    section = ""
    for key, setting in fields():
        if len(key) > 1 and key[0] != section:
            section = key[0]
            top = Settings.model_fields[section].annotation
            parts.append(f"\n# {top.__doc__}\n[{section}]\n")
        about = "\n".join(
            textwrap.wrap(setting.description or "", 108, initial_indent="# ", subsequent_indent="# ")
        )
        parts.append(f"\n{about}\n{written(key, setting)}\n")
    return "".join(parts)


def written(key: Key, setting: FieldInfo) -> str:
    """A setting with its safe value, as a line of the file; of a secret, how it is given instead."""
    if is_secret(setting):
        return f"# secret: {variable(key)}_FILE (a path), or {variable(key)}"
    return f"{key[-1]} = {_toml(setting.default)}"


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case time():
            return f'"{value:%H:%M}"'
        case tuple():
            return "[" + ", ".join(map(_toml, value)) + "]"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case _:
            return str(value)
