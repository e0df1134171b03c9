"""Text that both sides can hold: neither NUL nor half of a surrogate pair."""


def well_formed(text: str) -> str:
    """The same text without NUL, two halves of a pair made one, a lone half replaced by U+FFFD.

    PostgreSQL refuses NUL, UTF-8 has no lone halves, and JSON may bring both.
    """
    if text.isascii():
        return text.replace("\x00", "")
    text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
