"""Phone numbers and addresses in what somebody wrote: they reach staff only by the person's own tap."""

import re

_NOT_A_STREET = (
    r"(?:min|mins|minutes?|hours?|hrs?|days?|weeks?|months?|years?|times?|pills?|tablets?|tabs|cans?|bottles?|"
    r"drinks?|of|my|the|from|in|a|an|to|at|old|on|and|i|im|am|pm|more|or)\b"
)
_KINDS_OF_STREET = (
    r"street|st|road|rd|avenue|ave|lane|ln|close|drive|dr|way|terrace|court|ct|place|pl|crescent|gardens|"
    r"square|row|grove|hill|boulevard|blvd|house|mews|walk|parade|quay"
)
_SPOTS = re.compile(
    "|".join(
        (
            r"(?<![\w+])\+?\(?\d(?:[ .()/-]{0,2}\d){8,14}(?!\w)",  # a phone number: nine to fifteen figures
            rf"\b\d{{1,5}}[a-z]?,?[ ](?:(?!{_NOT_A_STREET})[\w'’.-]+[ ]){{1,3}}(?:{_KINDS_OF_STREET})\b",
            r"\b(?:flat|apt|apartment|room|unit|house number)[ ]\d{1,4}[a-z]?\b",
            r"\b[a-z]{1,2}\d[a-z\d]?[ ]?\d[abd-hjlnp-uw-z]{2}\b",  # a British postcode, whole
            r"\b[ac-fhknprtv-y]\d[\dw][ ]?(?=[a-z]*\d)[\dac-fhknprtv-y]{4}\b",  # an Eircode, whole
            r"\b(?-i:[A-Z]{2})[ ]\d{5}(?:-\d{4})?\b",  # a US state and ZIP code
            r"///[a-z]+\.[a-z]+\.[a-z]+\b",  # a what3words address
        )
    ),
    re.IGNORECASE,
)


def holds_whereabouts(text: str) -> bool:
    """Whether a phone number or an address stands in `text`. A wrong guess costs one tap."""
    return _SPOTS.search(text) is not None


def without_whereabouts(text: str, instead: str) -> str:
    """`text` with `instead` in the place of each phone number and address."""
    return _SPOTS.sub(lambda _: instead, text)
