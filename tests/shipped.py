"""What is shipped in conversations/ and data/, and an empty database, made once for all tests."""

import tempfile
from functools import cache
from pathlib import Path

from bot.app.library import files
from bot.app.library.content import Content
from bot.app.library.flows import open_flows, stamp_of
from bot.app.library.helplines import load_helplines
from bot.app.library.languages import Languages
from bot.app.library.place_files import load_places
from bot.domain.conversation.load import Flows
from bot.domain.danger import Listener, load_listener
from bot.domain.directory.places import Places
from bot.store.migrate import upgrade


@cache
def flows() -> Flows:
    """The conversations."""
    return open_flows(files.CONVERSATIONS, languages())


@cache
def languages() -> Languages:
    """The languages beside English."""
    return Languages()


@cache
def listener() -> Listener:
    """The danger lexicon."""
    return load_listener(files.lexicon_texts(), files.second_reader())


@cache
def places(*, demo: bool = False) -> Places:
    """Postcodes and towns; `demo` adds the made-up one."""
    return load_places(files.DATA, demo=demo)


@cache
def content() -> Content:
    """All of it, with the made-up town: what a service is built on."""
    return Content(
        messages=files.messages(voices=languages()),
        caring=files.caring(voices=languages()),
        flows=flows(),
        stamp=stamp_of(files.CONVERSATIONS),
        first_words=files.first_words(),
        listener=listener(),
        tongues=files.tongues(),
        languages=languages(),
        places=places(demo=True),
        helplines=load_helplines(files.DATA),
        explanations=files.explanations(),
        data_map=files.data_map(),
    )


@cache
def database() -> bytes:
    """A SQLite file with today's tables and no rows, as the migrations make it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite"
        upgrade(f"sqlite:///{path}")
        return path.read_bytes()
