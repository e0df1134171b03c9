"""Reads the rooms beside this one: conversations/ (what it says) and data/ (what it knows)."""

from collections.abc import Mapping
from pathlib import Path

from bot.app.library import folders
from bot.domain.checkins.caring import Caring
from bot.domain.conversation.catalogs import Catalog, read_catalog
from bot.domain.conversation.first_words import FirstWords, read_first_words
from bot.domain.danger.tongues import Tongues, read_tongues
from bot.domain.everyday.explanations import Explanations, read_explanations
from bot.domain.keeping.data_map import DataMap, read_data_map
from bot.domain.keeping.plain_yaml import read_yaml
from bot.domain.messages import Messages, read_messages
from bot.domain.speech import Voices, only_english

ROOT = folders.ROOT
CONVERSATIONS = folders.CONVERSATIONS
DATA = folders.DATA
SECOND_READER = DATA / "danger" / "second-reader.bin"
MESSAGES = "messages.yaml"
CARING = "caring.yaml"
TRANSCRIPTS = "transcripts"


def flow_texts(folder: Path = CONVERSATIONS) -> Mapping[str, str]:
    """The texts of all flows by file name relative to `folder`."""
    return {
        str(file.relative_to(folder)): file.read_text(encoding="utf-8")
        for file in sorted(folder.rglob("*.yaml"))
        if file.name not in (MESSAGES, CARING) and file.parent.name != TRANSCRIPTS
    }


def messages(folder: Path = CONVERSATIONS, voices: Voices = only_english) -> Messages:
    """The texts sent outside flows. Raises MessagesBroken."""
    return read_messages((folder / MESSAGES).read_text(encoding="utf-8"), voices)


def read_catalogs(folder: Path = CONVERSATIONS) -> tuple[Catalog, ...]:
    """The translations there are, `locale/<language>.po`. Raises ValueError for one gettext cannot read."""
    return tuple(
        read_catalog(path.stem, path.relative_to(folder).as_posix(), path.read_text("utf-8"))
        for path in catalog_files(folder)
    )


def catalog_files(folder: Path = CONVERSATIONS) -> list[Path]:
    """The languages' files, `locale/<language>.po`."""
    return sorted((folder / "locale").glob("*.po"))


def second_reader() -> bytes:
    """The weights of the second reader of danger."""
    return SECOND_READER.read_bytes()


def caring(folder: Path = CONVERSATIONS, voices: Voices = only_english) -> Caring:
    """The messages that ask nothing. Raises MessagesBroken."""
    return Caring(read_messages((folder / CARING).read_text(encoding="utf-8"), voices))


def lexicon_texts(folder: Path = DATA / "danger") -> Mapping[str, str]:
    """The danger lexicon's texts by file name."""
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yaml"))}


def tongues(folder: Path = DATA) -> Tongues:
    """Other languages, as far as danger goes. Raises pydantic.ValidationError."""
    return read_tongues(read_yaml((folder / "tongues.yaml").read_text(encoding="utf-8")))


def first_words(folder: Path = DATA) -> FirstWords:
    """What people write first, by what it is known as. Raises ValueError, yaml.YAMLError."""
    return read_first_words(read_yaml((folder / "first-words.yaml").read_text(encoding="utf-8")))


def explanations(folder: Path = DATA / "explained") -> Explanations:
    """What is known about ways to get help. Raises BrokenExplanations, yaml.YAMLError."""
    files = {file.name: read_yaml(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.yaml"))}
    return read_explanations(files)


def data_map(folder: Path = DATA) -> DataMap:
    """What is kept about people, for how long, erased how. Raises pydantic.ValidationError."""
    return read_data_map((folder / "data-map.yaml").read_text(encoding="utf-8"))
