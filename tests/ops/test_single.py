"""Two services on one SQLite file: the second one says so in a line and goes."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

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


def test_the_lock_goes_with_the_service_and_not_with_what_it_began(tmp_path: Path) -> None:
    """Killed while another process brings the tables up to date for it: the next service begins at once."""
    path = tmp_path / "foothold.db"
    script = f"""
import ctypes, signal, sys
from pathlib import Path
from bot.process import apart
from bot.store.engine.single import only_one

def work():
    ctypes.CDLL(None).prctl(1, 0)  # lives on, as one does whose end takes a while on a busy machine
    print("under way", flush=True)
    sys.stdin.read()

with only_one(Path({str(path)!r})):
    apart(work)
"""
    service = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert service.stdin is not None
    assert service.stdout is not None
    with service.stdin, service.stdout:
        assert service.stdout.readline() == "under way\n"
        service.kill()
        service.wait()
        with only_one(path):
            assert is_served(path)


def test_the_moment_before_a_process_of_a_killed_service_lets_go_is_waited_for(tmp_path: Path) -> None:
    """Killed just as it began a process, which has the lock for a moment more: the next service begins."""
    path = tmp_path / "foothold.db"
    script = f"""
import os, signal, sys
from pathlib import Path
from bot.store.engine.single import only_one

with only_one(Path({str(path)!r})):
    if os.fork():
        sys.stdin.readline()
        os.kill(os.getpid(), signal.SIGKILL)
    print("begun", flush=True)
    sys.stdin.read()
"""
    service = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert service.stdin is not None
    assert service.stdout is not None
    with service.stdin, service.stdout:
        assert service.stdout.readline() == "begun\n"
        service.stdin.write("now\n")
        service.stdin.flush()
        service.wait()
        assert is_served(path)
        letting_go = Timer(0.2, service.stdin.close)
        letting_go.start()
        with only_one(path):
            pass
        letting_go.join()
