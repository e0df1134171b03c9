"""What a person may ask of the service about themselves: forget, hide, a copy, stop."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.app.keeping.privacy import export
from bot.domain.ids import ChatId
from tests.world import Hand, World

ACCOUNT = 7_345_678_912
REASON = "quixotic marmalade for my daughter"


def columns(folder: Path) -> dict[str, set[object]]:
    """Every value of every column, by `table.column`."""
    found: dict[str, set[object]] = {}
    with closing(sqlite3.connect(f"file:{folder / 'foothold.db'}?mode=ro", uri=True)) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            cursor = db.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    found.setdefault(f"{table}.{name}", set()).add(value)
    return found


def holding(folder: Path, number: int) -> list[str]:
    """The columns in which an account's number stands, alone or within a text."""
    return sorted(
        column
        for column, values in columns(folder).items()
        if any(value == number or (isinstance(value, str) and str(number) in value) for value in values)
    )


def in_files(folder: Path, *needles: bytes) -> list[str]:
    """In which of the database's files a needle stands, byte for byte."""
    return [
        f"{needle!r} in {file.name}"
        for file in sorted(folder.glob("foothold.db*"))
        for needle in needles
        if needle in file.read_bytes()
    ]


async def tells_everything(ana: Hand) -> None:
    """Ana answers with her reason, agrees that it is kept, and wants to be asked tomorrow."""
    await ana.says("/intake")
    for label in ("I want to start now", "Skip", "Skip", "8"):
        await ana.presses(label)
    await ana.says(REASON)
    await ana.presses("Skip")
    await ana.says("LS2")
    await ana.presses("Skip")
    await ana.presses("Remember")
    await ana.says("check in")
    await ana.presses("Tomorrow morning")
    await ana.presses("Every day")
    await ana.presses("Yes")
    ana.heard()


async def test_forget_leaves_nothing(world: World) -> None:
    """After "erase it all" neither the person's words nor their account stand in any table or file."""
    ben = await world.staff("Ben", "coach")
    await ben.says("/on")
    ana = await world.person("Ana", ACCOUNT)
    await tells_everything(ana)
    await ana.says("talk")
    for label in ("Yes", "Everything I've told you"):
        await ana.presses(label)
    await ben.says("take")
    await ana.says("quixotic hello to a coach")
    assert "quixotic hello" in ben.heard_all()
    await ben.says("hi, quixotic yourself")
    ana.heard()
    assert holding(world.folder, ACCOUNT)

    await ana.says("/forget")
    assert "A talk that's under way ends" in ana.heard_once()
    await ana.presses("Yes, erase it all")
    assert "It's gone" in ana.heard_once()
    assert "has ended the talk" in ben.heard_all()
    assert not [message for message in ben.phone.messages if "quixotic hello" in message.text]
    await world.passes(minutes=3)

    assert holding(world.folder, ACCOUNT) == []
    await world.ends()
    needles = (b"quixotic", str(ACCOUNT).encode(), ACCOUNT.to_bytes(6, "big"), b"marmalade")
    assert in_files(world.folder, *needles) == []
    await world.begins()

    await world.passes(hours=48)
    assert ana.heard() == []
    await ana.says("hello")
    assert "any hour" in ana.heard_once()
    ben.heard()


async def test_forget_in_danger_shows_the_numbers_first(world: World) -> None:
    """Who wants to vanish in danger sees the lines, is asked once, and then erased; staff see it."""
    ben = await world.staff("Ben", "coach", "danger_trained")
    await ben.says("/on")
    ana = await world.person("Ana", ACCOUNT)
    await ana.says("i want to die")
    ana.heard(), ben.heard()
    await ana.says("delete everything")
    asked = ana.heard_once()
    assert "999" in asked
    assert "116 123" in asked
    await ana.presses("Yes, erase it all")
    assert "It's gone" in ana.heard_once()
    await world.passes(hours=1)
    assert "ended by the person" in ben.phone.last.text
    assert holding(world.folder, ACCOUNT) == []


async def test_my_data_is_a_file_with_everything(world: World) -> None:
    """A copy of all that is kept is a file that a program can read, with the person's own words in it."""
    ana = await world.person("Ana")
    await tells_everything(ana)
    await ana.says("my data")
    assert "Send it now?" in ana.heard_once()
    await ana.presses("Send it")
    assert len(ana.heard()) == 2
    (message,) = [one for one in ana.phone.messages if "document" in one.body]
    kept = json.loads(ana.phone.file(message).content)
    assert kept["answers"]["reason"] == REASON
    assert kept["answers"]["place"] == "LS2"


async def test_my_details_can_be_changed_and_deleted(world: World) -> None:
    """What was remembered is shown in the person's words, can be corrected, and can be deleted alone."""
    ana = await world.person("Ana")
    await tells_everything(ana)
    await ana.says("my details")
    assert REASON in ana.heard_once()
    await ana.presses("Change an answer")
    await ana.presses("My reason")
    await ana.says("for {service} and me, 100%")
    assert "for {service} and me, 100%" in ana.heard()[-1]
    for label in ("Change an answer", "What I need to go", "No transport", "Women only", "Done"):
        await ana.presses(label)
    assert "What makes it possible to go: No transport, Women only" in ana.heard()[-1]
    await ana.presses("Delete these answers")
    await ana.presses("Yes, delete")
    assert "Deleted" in ana.heard()[-1]
    await ana.says("my details")
    assert "I keep no answers" in ana.heard_once()


async def test_privacy_says_the_settings_times(world: World) -> None:
    """The keeping times are those that the service is run with."""
    ana = await world.person("Ana")
    await ana.says("/privacy")
    await ana.presses("For how long?")
    said, kept = ana.heard_all(), world.settings.privacy
    assert f"{kept.free_text_days} days after you last wrote" in said
    assert f"{kept.unkept_hours} hours after your last answer" in said
    assert f"{kept.backups_days} days" in said
    assert f"{kept.events_months} months" in said
    assert "48 hours" in said


async def test_start_in_danger_keeps_the_danger(world: World) -> None:
    """The menu may be asked for at any time; what is open is gone back to when that is done."""
    ana = await world.person("Ana")
    await ana.says("i am going to kill myself tonight")
    ana.heard()
    await ana.opens()
    assert "What's closest" in ana.heard_once()
    await ana.says("/privacy")
    await ana.presses("That's all")
    assert "Is something you could use within reach?" in ana.heard_all()


async def test_details_that_are_not_kept_are_said_to_be_so(world: World) -> None:
    """Before anybody has said "remember", what was answered today is shown as that, and can be kept there."""
    ana = await world.person("Ana")
    await ana.says("/intake")
    for label in ("I want to start now", "Alcohol", "Done", "Enough for now"):
        await ana.presses(label)
    ana.heard()
    await ana.says("my details")
    said = ana.heard_once()
    assert "It goes when we're done" in said
    assert "Where you are with it: I want to start now\nWhat it's about: Alcohol" in said
    await ana.presses("Remember it")
    assert "This is what you let me remember" in ana.heard_once()


async def test_hide_leaves_an_empty_chat_and_silence(world: World) -> None:
    """After hiding nothing stands in the chat on either side, and nothing comes until the person writes."""
    ana = await world.person("Ana")
    await tells_everything(ana)
    await ana.says("hide")
    assert "Hide it now?" in ana.heard_once()
    await ana.presses("Hide it now")
    assert ana.phone.messages == []
    await world.passes(hours=72)
    assert ana.phone.messages == []
    await ana.says("hello")
    assert "any hour" in ana.heard_once()


async def test_erase_and_hide_says_nothing_afterwards(world: World) -> None:
    """Erase and hide together: no message stands, none follows, no row is left."""
    ana = await world.person("Ana", ACCOUNT)
    await tells_everything(ana)
    await ana.says("/forget")
    await ana.presses("Erase, and hide the chat")
    await world.passes(hours=30)
    assert ana.phone.messages == []
    assert holding(world.folder, ACCOUNT) == []


async def test_stop_stops(world: World) -> None:
    """ "Stop" ends check-ins, the search for a person and every timer; writing opens everything again."""
    ana = await world.person("Ana")
    await tells_everything(ana)
    await ana.says("/urge")
    ana.heard()
    await ana.says("stop")
    assert "I've stopped" in ana.heard_once()
    await world.passes(hours=72)
    assert ana.heard() == []
    await ana.says("hello again")
    assert "any hour" in ana.heard_once()


async def test_a_copy_by_the_service(world: World) -> None:
    """Who asks in writing gets what /mydata sends, while the service runs; of a stranger there is nothing."""
    ana = await world.person("Ana", ACCOUNT)
    await tells_everything(ana)
    copy = await export(world.service.store, ChatId(ACCOUNT))
    assert copy is not None
    kept = json.loads(copy)
    assert kept["answers"]["reason"] == REASON
    assert kept["what_happened"]
    assert await export(world.service.store, ChatId(ACCOUNT + 1)) is None
