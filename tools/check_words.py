"""Says where a word that shames stands in anything a person reads: flows, data, pages and documents."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from bot.domain.words import FELLOWSHIPS, slips

ROOT = Path(__file__).resolve().parent.parent
READ = (
    "*.md",
    "docs/**/*.md",
    "config.example.toml",
    "conversations/**/*.yaml",
    "data/**/*.yaml",
    "bot/**/*.html",
)
WHAT_PEOPLE_TYPE = {
    "words",
    "within",
    "says",
    "hears",
    "aliases",
    "id",
    "save",
    "positive",
    "negative",
    "pattern",
    "patterns",
    "slots",
}
"""Keys whose values are what people write to the bot, or names in the code; nobody reads them."""
NOT_READ = ("data/danger/", "data/first-words.yaml")
"""What people write, in their words, is no word of ours."""


def said(path: Path) -> Iterator[tuple[int, str]]:
    """The words of a file that a person reads, each piece with the line it begins on."""
    text = path.read_text("utf-8")
    match path.suffix:
        case ".yaml":
            for document in yaml.compose_all(text, Loader=yaml.CSafeLoader):
                yield from _scalars(document)
        case ".html":
            yield 1, _blank(r"<style.*?</style>|<script.*?</script>|\{[%{#].*?[%}#]\}|<[^>]*>", text)
        case ".md":
            yield 1, _blank(r"```.*?```|`[^`\n]*`|\]\([^)]*\)", text)
        case _:
            yield 1, text


def _scalars(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    match node:
        case yaml.ScalarNode():
            below = node.style in {"|", ">"}  # the words begin on the line after the sign
            yield node.start_mark.line + 1 + below, str(node.value)
        case yaml.SequenceNode():
            for item in node.value:
                yield from _scalars(item)
        case yaml.MappingNode():
            for key, value in node.value:
                if key.value not in WHAT_PEOPLE_TYPE:
                    yield from _scalars(value)


def _blank(pattern: str, text: str) -> str:
    """`text` with what matches put out, its lines kept."""
    return re.sub(pattern, lambda match: re.sub(r"[^\n]", " ", match[0]), text, flags=re.DOTALL)


def proper_names(root: Path) -> set[str]:
    """Names of organisations, from the data: they keep the words they chose for themselves."""
    names = set(FELLOWSHIPS)
    for path in root.glob("data/**/*.yaml"):
        if not path.relative_to(root).as_posix().startswith(NOT_READ):
            names.update(
                re.findall(r"""^[\s-]*name:\s*["']?(.*?)["']?\s*$""", path.read_text("utf-8"), re.MULTILINE)
            )
    return names


def problems(root: Path = ROOT) -> list[str]:
    """One line for each word that shames, with file, line and what to say instead."""
    names = proper_names(root)
    found = []
    for path in sorted({path for pattern in READ for path in root.glob(pattern)}):
        name = path.relative_to(root).as_posix()
        if not name.startswith((*NOT_READ, ".")):
            for first, words in said(path):
                text = _blank(r"https?://\S+", words)
                found += [
                    f'{name}:{first + text.count(chr(10), 0, slip.start)}: "{slip.word}": say: {slip.instead}'
                    for slip in slips(text, names)
                ]
    return found


if __name__ == "__main__":
    wrong = problems()
    print("\n".join(wrong) or "no word that shames")
    sys.exit(bool(wrong))
