"""What every command of the directory answers with, and where it writes."""

from collections.abc import Callable

Write = Callable[[str], object]
OK, FAILED, WRONG_USE = 0, 1, 2
