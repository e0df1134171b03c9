"""Cells of a table that somebody opens as a spreadsheet."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: str) -> str:
    """A value that no spreadsheet takes for a formula, however it begins (OWASP, CSV injection)."""
    return "'" + value if value.lstrip(" \u00a0\u200b\ufeff").startswith(_FORMULA) else value
