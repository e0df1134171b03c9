"""What people can send that is not words, written as the Bot API writes it."""

from typing import Any, Final

from bot.sandbox.methods import Json, Upload
from bot.sandbox.world import World

# Smallest valid pictures and sounds: a 1×1 GIF-sized PNG and an empty Ogg page are enough for `getFile`.
PIXEL: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0"
    "f01f00050001ffa2b3c0e50000000049454e44ae426082"
)
OGG: Final = b"OggS\x00\x02" + bytes(22)

_FILES: Final = {
    "photo": ("photo.png", "image/png", PIXEL),
    "voice": ("voice.ogg", "audio/ogg", OGG),
    "video": ("video.mp4", "video/mp4", b"\x00\x00\x00\x18ftypmp42"),
    "video_note": ("note.mp4", "video/mp4", b"\x00\x00\x00\x18ftypmp42"),
    "audio": ("song.mp3", "audio/mpeg", b"ID3\x03"),
    "document": ("letter.pdf", "application/pdf", b"%PDF-1.4\n%%EOF\n"),
    "animation": ("wave.mp4", "video/mp4", b"\x00\x00\x00\x18ftypmp42"),
    "sticker": ("sticker.webp", "image/webp", b"RIFF\x00\x00\x00\x00WEBP"),
}
_SHAPES: Final[dict[str, Json]] = {
    "voice": {"duration": 4},
    "video": {"width": 320, "height": 240, "duration": 3},
    "video_note": {"length": 240, "duration": 3},
    "audio": {"duration": 60},
    "document": {},
    "animation": {"width": 320, "height": 240, "duration": 3},
    "sticker": {
        "type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False,
        "emoji": "🙂",
    },
}  # fmt: skip
_PLACE: Final = {"latitude": 53.8, "longitude": -1.55}
_PLAIN: Final[dict[str, Json]] = {
    "contact": {"contact": {"phone_number": "+440000000000", "first_name": "Sam"}},
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    "location": {"location": _PLACE},
    "live_location": {"location": {**_PLACE, "live_period": 900}},
    "venue": {
        "venue": {"location": _PLACE, "title": "Library", "address": "1 High Street"}, "location": _PLACE,
    },
    "story": {"story": {"chat": {"id": -100200, "type": "channel", "title": "A channel"}, "id": 3}},
    "poll": {
        "poll": {
            "id": "77", "question": "Tea?", "options": [
                {"text": "Yes", "voter_count": 0, "persistent_id": "0"},
                {"text": "No", "voter_count": 0, "persistent_id": "1"},
            ],
            "total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular",
            "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
        }
    },
}  # fmt: skip

KINDS: Final = (*_FILES, *_PLAIN)
"""Everything `sent` knows how to make."""


def sent(world: World, kind: str, caption: str = "", upload: Upload | None = None) -> Json:
    """The body of a message with one thing of `kind`; raises `ValueError` for a kind that is not known."""
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if kind not in _FILES:
        raise ValueError(f"nobody can send a {kind}; known: {', '.join(KINDS)}")
    stored = world.keep_file(kind, upload or Upload(*_FILES[kind]))
    one: Json = {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
    }
    thing: Any = {**one, **_SHAPES.get(kind, {})}
    if kind == "photo":
        thing = [{**one, "width": 640, "height": 480}]
    elif kind in {"document", "audio", "video", "animation"}:
        thing |= {"file_name": stored.name, "mime_type": stored.mime}
    body: Json = {kind: thing}
    if kind == "animation":
        body["document"] = {**one, "file_name": stored.name, "mime_type": stored.mime}
    return {**body, "caption": caption} if caption else body
