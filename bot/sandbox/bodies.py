"""Reading a request's parameters, whichever of the four ways Telegram allows they came."""

import json
from mimetypes import guess_type
from typing import Any
from urllib.parse import parse_qsl

from python_multipart import FormParser
from python_multipart.multipart import parse_options_header

from bot.sandbox.errors import bad_request
from bot.sandbox.methods import Upload


def read_body(query: str, content_type: str, body: bytes) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters (untyped) and uploads of a request; raises `ApiError` 400 for what cannot be read."""
    given: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
    if not body:
        return given, {}
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == "application/x-www-form-urlencoded":
            given.update(parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict"))
            return given, {}
        if kind == "application/json":
            loaded = json.loads(body)
            if not isinstance(loaded, dict):
                raise bad_request("can't parse JSON object")
            return {**given, **loaded}, {}
        if kind == "multipart/form-data":
            fields, files = _multipart(content_type, body)
            return {**given, **fields}, files
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except json.JSONDecodeError:
        raise bad_request("can't parse JSON object") from None
    return given, {}


def _multipart(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}

    def on_field(field: Any) -> None:
        fields[field.field_name.decode()] = (field.value or b"").decode()

    def on_file(file: Any) -> None:
        file.file_object.seek(0)
        name = (file.file_name or b"file").decode()
        mime = file.content_type or guess_type(name)[0] or "application/octet-stream"
        files[file.field_name.decode()] = Upload(name, mime, file.file_object.read())

    options = parse_options_header(content_type)[1]
    parser = FormParser("multipart/form-data", on_field, on_file, boundary=options.get(b"boundary"))
    parser.write(body)
    parser.finalize()
    return fields, files
