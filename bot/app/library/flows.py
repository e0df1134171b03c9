"""The conversations' files: read from their folder, checked, and brought up to date."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import structlog

from bot.app.library.files import (
    CARING,
    CONVERSATIONS,
    DATA,
    MESSAGES,
    TRANSCRIPTS,
    catalog_files,
    explanations,
    flow_texts,
    read_catalogs,
)
from bot.app.library.helplines import load_helplines
from bot.app.library.kept import Kept, classes_of
from bot.app.library.languages import Languages
from bot.domain.conversation import boards, build, load, matching, model, words
from bot.domain.conversation.catalogs import (
    DATA_TEMPLATE_FILE,
    MESSAGES_TEMPLATE_FILE,
    TEMPLATE_FILE,
    Catalog,
    read_catalog,
    read_messages_of,
    sign,
    update_catalog,
    write_data_template,
    write_messages_template,
    write_template,
)
from bot.domain.conversation.check import check_flows, errors
from bot.domain.conversation.check_catalogs import completeness
from bot.domain.conversation.load import Flows, load_flows, read_flows
from bot.domain.conversation.player import Attentive, Player
from bot.domain.conversation.problems import FlowsBroken, Problem
from bot.domain.conversation.steps_lock import LOCK_FILE, write_lock
from bot.domain.conversation.transcripts import (
    Samples,
    TranscriptBroken,
    differences,
    read_samples,
    read_transcript,
    replay,
)
from bot.domain.data_words import data_wordings
from bot.domain.messages import Messages, MessagesBroken, Wording, read_messages
from bot.domain.speech import Voices, only_english
from bot.domain.words import FELLOWSHIPS

log = structlog.get_logger()

KEPT = Path("__pycache__") / "flows.jsonl"
_CLASSES = tuple(classes_of(boards, build, load, matching, model, words))


def open_flows(folder: Path, voices: Voices = only_english) -> Flows:
    """The flows a service runs on, in English and in what `voices` finds.

    Raises FlowsBroken with every error; warnings do not stop it.
    """
    flows, catalogs, unread = _read(folder)
    wrong = errors(check_flows(flows, catalogs=catalogs)) + unread
    if wrong:
        raise FlowsBroken(wrong)
    return flows.spoken_in(voices)


def kept_flows(folder: Path, voices: Voices = only_english) -> Flows:
    """As `open_flows`, but as they were kept when they were last read, if nothing has changed since."""
    kept = Kept(
        folder / KEPT, Flows, _CLASSES, {model.Flow: frozenset({"line_of"}), Flows: frozenset({"voices"})}
    )
    return kept.get(_files(folder), lambda: open_flows(folder)).spoken_in(voices)


def check_folder(folder: Path, proper_names: tuple[str, ...] = FELLOWSHIPS) -> tuple[Problem, ...]:
    """Everything `foothold check` has to say about a folder: flows, steps.lock, template, translations."""
    flows, catalogs, unread = _read(folder)
    messages = None
    try:
        messages = _outside(folder)
    except MessagesBroken as broken:
        unread += (Problem(MESSAGES, 1, "", str(broken)),)
    found = check_flows(
        flows,
        lock=_text(folder / LOCK_FILE),
        template=_text(folder / TEMPLATE_FILE),
        catalogs=catalogs,
        messages=messages,
        messages_template=_text(folder / MESSAGES_TEMPLATE_FILE),
        data=data_words() if folder == CONVERSATIONS else None,
        data_template=_text(folder / DATA_TEMPLATE_FILE),
        proper_names=proper_names,
    )
    return tuple(sorted({*found, *unread}))


def completeness_of(folder: Path) -> list[str]:
    """A line for each language: how much of it is there, and how much reviewed. Raises ValueError."""
    template = (_text(folder / name) for name in (TEMPLATE_FILE, MESSAGES_TEMPLATE_FILE, DATA_TEMPLATE_FILE))
    wanted = [text for one in template if one for text in read_catalog("en", "", one).lines]
    return [completeness(catalog, wanted) for catalog in read_catalogs(folder)]


def check_all(folder: Path, listening: Callable[[], Attentive] | None = None) -> tuple[list[str], list[str]]:
    """What is wrong with a folder and what is worth a look, a line each; transcripts once the rest is well.

    Raises TranscriptBroken.
    """
    found = check_folder(folder)
    wrong = [str(problem) for problem in errors(found)]
    if not wrong:
        differing = play_transcripts(folder, open_flows(folder), listening)
        wrong = [f"transcript {name} differs:\n{diff}" for name, diff in differing.items()]
    return wrong, [str(problem) for problem in found if problem.severity == "warning"]


def write_steps_lock(folder: Path) -> None:
    """Bring steps.lock up to today's flows."""
    path = folder / LOCK_FILE
    path.write_text(write_lock(load_flows(flow_texts(folder)), _text(path)), "utf-8")


def extract_texts(folder: Path) -> None:
    """Write gettext's templates, and bring every language's file up to them."""
    template = write_template(load_flows(flow_texts(folder)))
    outside = write_messages_template(_outside(folder))
    data = write_data_template(data_words())
    (folder / TEMPLATE_FILE).parent.mkdir(exist_ok=True)
    (folder / TEMPLATE_FILE).write_text(template, "utf-8")
    (folder / MESSAGES_TEMPLATE_FILE).write_text(outside, "utf-8")
    (folder / DATA_TEMPLATE_FILE).write_text(data, "utf-8")
    for path in catalog_files(folder):
        path.write_text(
            update_catalog(path.stem, (template, outside, data), path.read_text("utf-8")), "utf-8"
        )


def unreviewed(folder: Path, language: str, *, safety: bool = False) -> list[str]:
    """The translations nobody has signed, a line each: where it is said, and the words; safety texts first.

    Raises ValueError where there is no such language or its file cannot be read.
    """
    found = read_messages_of(language, _po(folder, language))
    waiting = [one for one in found if not one.reviewed and (one.safety or not safety)]
    return [str(one) for one in sorted(waiting, key=lambda one: not one.safety)]


def sign_texts(folder: Path, language: str, where: str, by: str, on: date) -> int:
    """Put a native speaker's name under the translations said at `where` ("danger/", "" for all); how many.

    Raises ValueError where there is no such language or its file cannot be read.
    """
    text, signed = sign(language, _po(folder, language), where, by, on)
    (folder / "locale" / f"{language}.po").write_text(text, "utf-8")
    return signed


def _po(folder: Path, language: str) -> str:
    path = folder / "locale" / f"{language}.po"
    if path not in catalog_files(folder):
        there = ", ".join(one.stem for one in catalog_files(folder))
        raise ValueError(f"There is no language {language}. There are: {there}")
    return _text(path)


Stamp = tuple[tuple[str, int, int], ...]
"""What tells that a file changed: name, size, time of change (ns)."""


class LiveFlows:
    """The folder's flows, read again when a file has changed: a wrong number must not live on.

    A change that breaks a flow is refused and logged; the flows before it stay. `flows` are those read from
    the folder when its stamp was `stamp`, spoken in `languages`.
    """

    def __init__(self, folder: Path, flows: Flows, stamp: Stamp, languages: Languages | None = None) -> None:
        self._folder = folder
        self._languages = languages or Languages(folder)
        self._stamp = stamp
        self.flows = flows

    def __call__(self) -> Flows:
        """The flows to run on now."""
        return self.flows

    def refresh(self) -> bool:
        """Read again if anything changed; whether there are new flows. Called by a slow tick of the clock."""
        stamp = stamp_of(self._folder)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            self.flows = open_flows(self._folder, self._languages)
        except FlowsBroken as broken:
            self._refused(broken.problems)
            return False
        self._languages.forget()
        log.info("flows_refreshed")
        return True

    async def tick(self) -> None:
        """`refresh`, for the clock."""
        self.refresh()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        first = f"{problems[0].file}:{problems[0].line}"
        log.error("flows_refused", problems=len(problems), first=first)


def _read(folder: Path) -> tuple[Flows, tuple[Catalog, ...], tuple[Problem, ...]]:
    unread: tuple[Problem, ...] = ()
    try:
        catalogs = read_catalogs(folder)
    except ValueError as broken:
        catalogs = ()
        unread = (
            Problem("locale", 1, "", f"a translation cannot be read: {broken}", "see gettext's format"),
        )
    return read_flows(flow_texts(folder)), catalogs, unread


def _outside(folder: Path) -> dict[str, Messages]:
    """The texts outside flows, by file. Raises MessagesBroken."""
    names = (name for name in (MESSAGES, CARING) if (folder / name).exists())
    return {name: read_messages(_text(folder / name)) for name in names}


def data_words() -> list[Wording]:
    """What people read of data/. Raises what its readers raise."""
    return list(data_wordings(load_helplines(DATA), explanations()))


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def stamp_of(folder: Path) -> Stamp:
    """The stamp of all files that flows are read from, as they are now."""
    return tuple((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in _files(folder))


def _files(folder: Path) -> list[Path]:
    return sorted([*folder.rglob("*.yaml"), *catalog_files(folder)])


def transcript_files(folder: Path) -> list[Path]:
    """The golden transcripts of a folder."""
    return sorted((folder / TRANSCRIPTS).rglob("*.txt"))


def read_shared_samples(folder: Path) -> Samples:
    """What is true while transcripts are played, from transcripts/samples.yaml. Raises TranscriptBroken."""
    text = _text(folder / TRANSCRIPTS / "samples.yaml")
    return read_samples(text) if text.strip() else Samples()


def play_transcripts(
    folder: Path, flows: Flows, listening: Callable[[], Attentive] | None = None, *, record: bool = False
) -> dict[str, str]:
    """Play every transcript again: file name → what differs, for those that do. `record` rewrites them.

    `listening` makes what hears danger, anew for each transcript that says `listens: true`. Raises
    TranscriptBroken, naming the file, for one that cannot be played.
    """
    samples = read_shared_samples(folder)
    changed = {}
    for path in transcript_files(folder):
        written = path.read_text("utf-8")
        try:
            transcript = read_transcript(written)
            attentive = listening() if transcript.listens and listening is not None else None
            played = replay(flows, transcript, samples, attentive)
        except TranscriptBroken as broken:
            raise TranscriptBroken(f"{path.name}: {broken}") from broken
        if played != written:
            changed[path.name] = differences(written, played)
            if record:
                path.write_text(played, "utf-8")
    return changed


def play(player: Player, flow: str, read: Callable[[], str | None], write: Callable[[str], None]) -> None:
    """Talk to a flow: `read` gives the next line (None at the end), `write` takes what is shown.

    Besides words and `[buttons]`: /wait (the timer runs out), /voice, /photo, /place, /start FLOW, /quit.
    """
    shown = 0
    player.start(flow)
    while True:
        for line in player.script[shown:]:
            write(line)
        line_read = read()
        if line_read is None or line_read.strip() == "/quit":
            return
        before = len(player.script)
        player.hears(line_read.strip())
        echo = before < len(player.script) and player.script[before].startswith("Person: ")
        shown = before + 1 if echo else before
