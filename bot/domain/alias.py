"""Code names, so that alerts, logs and lists name nobody: "Quiet Heron 12"."""

from hashlib import blake2b

from bot.domain.ids import PersonId

_FIRST = (
    "Amber", "Autumn", "Bright", "Calm", "Cedar", "Clear", "Clover", "Coral", "Cosy", "Dawn", "Early",
    "Elm", "Evening", "Fair", "Fern", "Gentle", "Golden", "Harbour", "Hazel", "Heather", "Hidden", "Honest",
    "Island", "Ivory", "Jade", "Juniper", "Kind", "Lake", "Lemon", "Linen", "Little", "Maple", "Marble",
    "Meadow", "Mellow", "Mint", "Misty", "Morning", "Mossy", "Noble", "Northern", "Olive", "Open",
    "Patient", "Pearl", "Pine", "Primrose", "Quick", "Quiet", "River", "Rosy", "Royal", "Ruby", "Saffron",
    "Silver", "Southern", "Steady", "Summer", "Sunny", "Swift", "Velvet", "Western", "Willow", "Winter",
)  # fmt: skip
_SECOND = (
    "Antelope", "Badger", "Bear", "Beaver", "Bison", "Butterfly", "Cheetah", "Cricket", "Curlew", "Deer",
    "Dolphin", "Eagle", "Egret", "Falcon", "Finch", "Fox", "Gazelle", "Giraffe", "Gull", "Hare", "Hawk",
    "Hedgehog", "Heron", "Ibis", "Jay", "Kestrel", "Kingfisher", "Kite", "Koala", "Lark", "Linnet", "Lion",
    "Llama", "Lynx", "Mallard", "Marten", "Meerkat", "Moose", "Nightingale", "Osprey", "Otter", "Owl",
    "Panda", "Partridge", "Pelican", "Penguin", "Pheasant", "Plover", "Puffin", "Rabbit", "Raven", "Robin",
    "Salmon", "Sandpiper", "Seal", "Sparrow", "Squirrel", "Stork", "Swan", "Tern", "Tiger", "Turtle",
    "Wolf", "Wren",
)  # fmt: skip


def alias(who: PersonId) -> str:
    """The code name of a person: the same for ever, and nothing about them can be read from it.

    Two people share one about once in 370,000; an alias is for people to read, never a key.
    """
    drawn = int.from_bytes(blake2b(str(who).encode(), digest_size=8, person=b"alias").digest())
    drawn, first = divmod(drawn, len(_FIRST))
    drawn, second = divmod(drawn, len(_SECOND))
    return f"{_FIRST[first]} {_SECOND[second]} {10 + drawn % 90}"
