"""What the operator does at the server: the rota, taking roles away, erasing somebody who wrote a letter."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings.kinds import encode_key
from bot.store.engine.single import only_one
from bot.store.keeping import erasures
from tests.ops.command_line import Ended, foothold
from tests.ops.house import KEY, query

BEN, CORA, ANA = 1003, 1004, 1001


class Desk:
    """A terminal at the server, with a coach on the books."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "foothold.db"
        self.settings = {
            "FOOTHOLD_DATABASE__URL": f"sqlite:///{self.path}",
            "FOOTHOLD_DATABASE__BACKUP_DIR": str(folder / "backups"),
            "FOOTHOLD_MASTER_KEY": encode_key(KEY),
            "FOOTHOLD_SERVICE__ZONE": "Europe/London",
        }

    def does(self, words: str, said: str = "") -> Ended:
        return foothold(*words.split(), said=said, **self.settings)

    def well(self, words: str) -> str:
        ended = self.does(words)
        assert ended.code == 0, ended
        return ended.out

    def refused(self, words: str, code: int = 2) -> str:
        """Refused in one line, and nothing of Python's in it."""
        ended = self.does(words)
        assert (ended.code, ended.out, ended.err.count("\n")) == (code, "", 1), ended
        return ended.err


@pytest.fixture(name="desk")
def a_desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.well(f"staff add coach --telegram-id {BEN} --name Ben")
    return desk


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    """Tables are made, read, copied and put back in one and the same file, whatever stands in its path."""
    folder = tmp_path / "100%20 sure? #1"
    folder.mkdir()
    desk = Desk(folder)
    desk.well(f"staff add coach --telegram-id {BEN} --name Ben")
    restored = foothold("restore", desk.well("backup").strip(), **desk.settings)
    assert (restored.code, "does not open it" in restored.out) == (0, False), restored
    assert "The rota is empty" in desk.well("rota list")
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_the_rota_is_written_read_and_mended(desk: Desk) -> None:
    """Nights run into the next day; what a list shows can be taken off by its number."""
    assert "The rota is empty" in desk.well("rota list")
    assert "Friday     20:00–02:00  Ben  (Europe/London)" in desk.well(
        f"rota add fri 20:00 02:00 --telegram-id {BEN}"
    )
    desk.well(f"rota add Monday 0:00 24:00 --telegram-id {BEN}")
    first, second, zone = desk.well("rota list").splitlines()
    assert "Monday     00:00–00:00  Ben" in first
    assert zone == "Times are those of Europe/London."
    gaps = desk.does("rota gaps --days 7")
    assert gaps.code == 1
    assert gaps.out.count("–") in (2, 3), "before, between and after two shifts of a week"
    desk.well(f"rota remove {second.split()[0]}")
    for day in ("tue", "wed", "thu", "fri", "sat", "sun"):
        desk.well(f"rota add {day} 00:00 00:00 --telegram-id {BEN}")
    assert "Somebody is on at every hour of the next 14 days." in desk.well("rota gaps")
    table = desk.path.with_name("rota.csv")
    table.write_text("coach,day,from,to\nBen,Fri,20:00,2:00\n", "utf-8")
    assert desk.well(f"rota load {table}") == "On the rota now: 1 weekly shift, 0 rotations.\n"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (f"rota add frday 20:00 02:00 --telegram-id {BEN}", '"frday" is no day of the week'),
        (f"rota add t 20:00 02:00 --telegram-id {BEN}", '"t" is no day of the week'),
        (f"rota add fri 8pm 02:00 --telegram-id {BEN}", '"8pm" is no time of day'),
        (f"rota add fri 20:00 24:30 --telegram-id {BEN}", '"24:30" is no time of day'),
        (
            f"rota add fri 20:00 02:00 --telegram-id {ANA}",
            f"{ANA} is no coach's id. First: foothold staff add",
        ),
        (f"rota add sat 01:00 03:00 --telegram-id {BEN}", "They are on then already:    1  Friday"),
        ("rota remove 99", "There is no shift 99"),
        ("rota load /none.csv", "/none.csv: No such file or directory. Nothing was changed."),
        ("staff add boss --telegram-id 5 --name X", "No such role: boss. There are: "),
        ("staff add coach --telegram-id 5 --name A\x07B", "a name on one line"),
        (f"staff add coach --telegram-id 5 --name {'x' * 61}", "at most 60 letters"),
        ("demo --folder /dev/null", "/dev/null cannot be a folder"),
    ],
)
def test_bad_input_to_the_rota_has_a_clear_answer(desk: Desk, words: str, why: str) -> None:
    """One line that says what is wrong, exit 2, and the rota as it was."""
    desk.well(f"rota add fri 20:00 02:00 --telegram-id {BEN}")
    assert why in desk.refused(words)
    assert query(desk.path, "SELECT count(*) FROM shift") == [(1,)]


def test_what_no_file_or_database_can_hold_is_refused(desk: Desk) -> None:
    """A rota in another encoding, an id beyond Telegram's: said, and nothing is changed."""
    table = desk.path.with_name("rota.csv")
    table.write_bytes("coach,day,from,to\nJosé,fri,20:00,02:00\n".encode("latin-1"))
    assert "is not UTF-8 text" in desk.refused(f"rota load {table}")
    for words in (f"export {9**30}", f"staff remove coach --telegram-id {9**30}", f"rota remove {9**30}"):
        ended = desk.does(words)
        assert ended.code == 2, ended
        assert "Traceback" not in ended.err


def test_files_that_are_none_are_refused_in_a_line(desk: Desk, tmp_path: Path) -> None:
    """A path with a slip in it, a folder, a device without an end, an empty file: the rota stays."""
    desk.well(f"rota add fri 20:00 02:00 --telegram-id {BEN}")
    empty, folder, huge = tmp_path / "empty.toml", tmp_path / "folder", tmp_path / "huge.csv"
    empty.touch()
    folder.mkdir()
    with huge.open("wb") as sparse:
        sparse.truncate(30_000_000)
    calendar = f"--telegram-id {BEN}"
    for file, why in (
        (str(tmp_path / "nope"), "No such file"),
        (str(folder), "Is a directory"),
        (str(huge), "larger than 20 MB"),
        ("/dev/zero", "larger than 20 MB"),
    ):
        for words in (f"rota load {file}", f"rota leave {file} {calendar}", f"rekey --new-key-file {file}"):
            refused = desk.refused(words)
            assert why in refused
            assert "Errno" not in refused
    assert "There is no shift in it" in desk.refused(f"rota load {empty}")
    assert "Friday" in desk.well("rota list")


def test_a_backup_folder_that_is_none_is_named(desk: Desk, tmp_path: Path) -> None:
    """A file stands in its place: said with its path and what to look at, without Python's own words."""
    (tmp_path / "backups").write_text("")
    refused = desk.refused("backup", code=1)
    assert f"{tmp_path / 'backups'}: File exists. Fix: look at database.backup_dir" in refused


def test_nobody_is_told_of_texts_signed_that_are_not(desk: Desk) -> None:
    """A file that does not exist, or a name left empty: refused, and nothing is written."""
    assert 'said at "nope.yaml"' in desk.refused("flows review pl nope.yaml --by Ann")
    ended = foothold("flows", "review", "pl", "start.yaml", "--by", " ")
    assert (ended.code, ended.out) == (2, "")
    assert "--by the name" in ended.err


def test_output_onto_a_full_disk_is_said(desk: Desk) -> None:
    """What is written into a file on a full disk ends with 1 and one line."""
    for words in ("rota list", "keygen"):
        with Path("/dev/full").open("w") as full:
            command = [sys.executable, "-m", "bot.cli", *words.split()]
            ended = subprocess.run(
                command, stdout=full, stderr=subprocess.PIPE, env={**os.environ, **desk.settings}, check=False
            )
        assert ended.returncode == 1
        assert ended.stderr == b"What there was to say could not all be written: No space left on device.\n"


def test_roles_are_taken_away(desk: Desk) -> None:
    """Who is no coach is on no rota; what somebody never was cannot be taken."""
    desk.well(f"staff suspend --telegram-id {BEN}")
    refused = desk.refused(f"staff add coach --telegram-id {BEN} --name Ben", 1)
    assert refused == f"They are suspended: foothold staff suspend --telegram-id {BEN} --lift\n"
    desk.well(f"staff suspend --telegram-id {BEN} --lift")
    assert desk.well(f"staff remove coach --telegram-id {BEN}") == "They are no longer coach.\n"
    assert "They are not coach" in desk.refused(f"staff remove coach --telegram-id {BEN}", 1)
    assert "Nobody with this id" in desk.refused("staff remove coach --telegram-id 5", 1)


def test_somebody_is_erased_who_asked_in_writing(desk: Desk) -> None:
    """Asked first; then nothing is left, and the list beside the backups knows. Not beside a service."""
    desk.well(f"staff add coach --telegram-id {CORA} --name Cora")
    before = query(desk.path, "SELECT person_id FROM address ORDER BY chat_id")
    assert "Nobody with this id" in desk.refused("erase 5 --yes", 1)
    for said in ("n\n", ""):
        ended = desk.does(f"erase {BEN}", said)
        assert ended.code == 1
        assert f"(Telegram id {BEN}), for good?" in ended.out
    with only_one(desk.path):
        assert "already running" in desk.refused(f"erase {BEN} --yes")
    assert query(desk.path, "SELECT person_id FROM address ORDER BY chat_id") == before
    assert desk.does(f"erase {BEN}", "y\n").code == 0
    assert query(desk.path, "SELECT person_id FROM address ORDER BY chat_id") == before[1:]
    (gone,) = query(desk.path, "SELECT person_id FROM erasure")
    assert gone == before[0]
    assert list(erasures.read(desk.path.parent / "backups")) == [gone[0]]


TOKEN = {"FOOTHOLD_TELEGRAM__TOKEN": "12345:" + "A" * 35}


@pytest.mark.parametrize("words", ["run", "rota list"])
def test_what_is_no_database_is_said_and_left_as_it_is(desk: Desk, words: str) -> None:
    """The operator named the wrong file, or the disk broke it; the supervisor may try again."""
    desk.path.write_text("a shopping list\n" * 300)
    desk.settings |= TOKEN
    said = desk.refused(words, code=1)
    assert str(desk.path) in said
    assert "foothold restore" in said
    assert desk.path.read_text() == "a shopping list\n" * 300


def test_a_key_that_everybody_may_read_is_named(desk: Desk, tmp_path: Path) -> None:
    """Doctor says which file, and how to close it; once closed there is nothing to say."""
    key = tmp_path / "master key"
    key.write_text(desk.settings.pop("FOOTHOLD_MASTER_KEY"))
    desk.settings["FOOTHOLD_MASTER_KEY_FILE"] = str(key)
    key.chmod(0o644)
    (said,) = [line for line in desk.does("doctor").out.splitlines() if "secrets" in line]
    assert said.startswith("look")
    assert "FOOTHOLD_MASTER_KEY_FILE" in said
    assert f"chmod go= '{key}'" in said
    key.chmod(0o600)
    assert "secrets" not in desk.does("doctor").out


def test_what_commands_write_is_for_one_user_alone(desk: Desk, tmp_path: Path) -> None:
    """Whatever the shell's own mask. What an earlier version left open is named, with the way to close it."""
    desk.well("directory sources")
    copy = Path(desk.well("backup").strip())
    out = tmp_path / "out.json"
    desk.well(f"directory export --out {out}")
    for file in (desk.path, copy, out):
        assert file.stat().st_mode & 0o777 == 0o600, file
    assert desk.path.parent.stat().st_mode & 0o077 == 0
    for words in ("check", "doctor"):
        assert "lets everybody" not in desk.does(words).out
    for file in (desk.path, copy):
        file.chmod(0o644)
        for words in ("check", "doctor"):
            said = desk.does(words).out
            assert f"chmod go= {file}" in said, said


@pytest.mark.parametrize("words", ["run", "doctor", "rota list"])
def test_postgresql_that_is_down_is_said(desk: Desk, words: str) -> None:
    """At the start of a machine it may come up after the service."""
    desk.settings |= TOKEN | {"FOOTHOLD_DATABASE__URL": f"postgresql://nobody@127.0.0.1:{closed_port()}/none"}
    assert "see that it runs" in desk.refused(words, code=1)


@pytest.mark.parametrize("url", ["postgresql:x", "postgresql://a@127.0.0.1/x?nonsense=1"])
def test_an_address_that_postgresql_does_not_understand_is_said(desk: Desk, url: str) -> None:
    """One line with the setting in it, and not the address: a secret may stand in a wrong one."""
    desk.settings |= TOKEN | {"FOOTHOLD_DATABASE__URL": url}
    said = desk.refused("run", code=1)
    assert "database.url is no address" in said
    assert url not in said


def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_the_directory_is_looked_after_from_the_server(desk: Desk, tmp_path: Path) -> None:
    """Brought in, listed, looked through, given on; a number gets one decision, and days are at least one."""
    assert "There are no sources yet" in desk.well("directory sources")
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("Name,Day,Start,Postcode\nKettle,Monday,19:00,LS2 9JT\n", "utf-8")
    named = "--source ours --programme peer --timezone Europe/London"
    assert "1 taken (1 new" in desk.well(f"directory import {sheet} {named}")
    assert "ours: 1 entry, peer" in desk.well("directory sources")
    assert "has no address" in desk.does("directory sources pause ours").out
    assert "has no address" in desk.does("directory sources resume ours --every 3").out
    assert "Nothing was changed" in desk.does("directory sources remove ours", said="n\n").out
    assert "ours: removed" in desk.well("directory sources remove ours --yes")
    assert "ours: removed" in desk.well("directory sources")
    assert "1 taken (1 new" in desk.well(f"directory import {sheet} {named}")
    assert '"name": "ours"' in desk.well("directory sources --json")
    assert "Listed, and shown to nobody: 1" in desk.well("directory gaps")
    assert '"name": "Kettle"' in desk.well("directory export --source ours")
    assert "Nothing waits." in desk.well("directory review")
    assert "There is nothing to fetch." in desk.well("directory refresh")
    assert "One number, one decision" in desk.refused("directory review --same 1 --different 1")
    assert desk.does("directory gaps --days 0").code == 2
