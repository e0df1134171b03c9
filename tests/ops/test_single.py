"""Two services on one SQLite file: the second one says so in a line and goes."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.engine.single import AlreadyRunning, is_served, only_one
from tests.ops.house import ROOT


@pytest.fixture(name="holder")
def a_holder(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Another process that holds the database, until its stdin ends; then it is killed."""
    command = [sys.executable, "-m", "tests.ops.deaths", "hold", str(tmp_path / "foothold.db")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_second_process_is_told_so_in_one_line(tmp_path: Path, holder: "subprocess.Popen[bytes]") -> None:
    """The line names the database and the process that has it."""
    path = tmp_path / "foothold.db"
    with pytest.raises(AlreadyRunning) as said, only_one(path):
        pass
    assert str(path) in str(said.value)
    assert str(holder.pid) in str(said.value)
    assert "\n" not in str(said.value)


def test_a_killed_process_holds_nothing(tmp_path: Path, holder: "subprocess.Popen[bytes]") -> None:
    """After SIGKILL the next start works at once; nobody has to remove a file."""
    assert holder.stdin is not None
    holder.stdin.close()
    assert holder.wait(10) == -9
    with only_one(tmp_path / "foothold.db"):
        pass


def test_the_lock_is_free_again_after_the_block_and_each_database_has_its_own(tmp_path: Path) -> None:
    one, other = tmp_path / "not" / "there" / "one.db", tmp_path / "other.db"
    assert not is_served(one)
    with only_one(one), only_one(other):
        assert is_served(one)
    assert not is_served(one)
    with only_one(one):
        assert (one.parent / "one.db.lock").stat().st_mode & 0o777 == 0o600
