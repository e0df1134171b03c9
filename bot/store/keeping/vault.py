"""Encryption of what people said: one key a person, each wrapped by the master key.

Sealed values are bound to their column, row and person: moved anywhere else they do not open. Erasing a
person destroys the wrapped key, and with it everything sealed for them, in every copy. The service's own key,
for what is nobody's yet, is wrapped like a person's: so another master key means wrapping anew, no more.
"""

import hashlib
import hmac
import os
from collections import OrderedDict

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.domain.ids import PersonId

log = structlog.get_logger()

_FORM = b"\x01"
_NONCE = 12
_KEEP = 10_000


SERVICE = PersonId(0)
"""Stands for no person: what is sealed for it opens with the service's own key (`bot.store.keeping.keys`)."""


class KeyMissing(LookupError):
    """The person's key is not unlocked, or was destroyed."""


class CannotOpen(ValueError):
    """The sealed value is damaged, was moved, or belongs to another master key."""


def new_key() -> bytes:
    """A fresh 256-bit key."""
    return AESGCM.generate_key(256)


class Vault:
    """Seals and opens text. `master` is 32 bytes and never stored."""

    def __init__(self, master: bytes) -> None:
        self._master = AESGCM(master)
        self._service: tuple[AESGCM, bytes] | None = None
        self._people: OrderedDict[PersonId, AESGCM] = OrderedDict()

    def wrap_new(self, person: PersonId) -> bytes:
        """Make a key for `person`, keep it unlocked, and return it wrapped for the store."""
        key = new_key()
        self._keep(person, key)
        return _seal(self._master, key, f"person_key|{person}")

    def unlock(self, person: PersonId, wrapped: bytes) -> None:
        """Unwrap a stored key for use. Raises CannotOpen under another master key."""
        if not self.has(person):
            self._keep(person, _open(self._master, wrapped, f"person_key|{person}"))

    def opens_key(self, person: PersonId, wrapped: bytes) -> bool:
        """Whether a stored key opens under this master key. It is not kept."""
        try:
            _open(self._master, wrapped, f"person_key|{person}")
        except CannotOpen:
            return False
        return True

    def wrap_for(self, person: PersonId, wrapped: bytes, master: bytes) -> bytes:
        """A stored key wrapped by another master key instead. Raises CannotOpen."""
        key = _open(self._master, wrapped, f"person_key|{person}")
        return _seal(AESGCM(master), key, f"person_key|{person}")

    def has(self, person: PersonId) -> bool:
        """Whether the person's key is unlocked."""
        return self._service is not None if person == SERVICE else person in self._people

    def forget(self, person: PersonId) -> None:
        """Drop an unlocked key; its stored form is the caller's to delete."""
        if person == SERVICE:
            self._service = None
        self._people.pop(person, None)

    def seal(self, person: PersonId, column: str, row: str | int, text: str) -> bytes:
        """Encrypt `text` for `table.column` at `row` under the person's key. Raises KeyMissing."""
        return _seal(self._key(person), _to_bytes(text), f"{column}|{row}|{person}")

    def open(self, person: PersonId, column: str, row: str | int, sealed: bytes) -> str:
        """The text of `seal`. Raises KeyMissing, CannotOpen."""
        return _to_text(_open(self._key(person), sealed, f"{column}|{row}|{person}"))

    def read(self, person: PersonId, column: str, row: str | int, sealed: bytes) -> str | None:
        """The text of `seal`; None for a value that is damaged, said loudly. Raises KeyMissing."""
        try:
            return self.open(person, column, row, sealed)
        except CannotOpen:
            log.error("sealed_value_damaged", column=column, person=person)  # noqa: TRY400 - no trace helps
            return None

    def seal_inbox(self, digest: str, raw: bytes) -> bytes:
        """Encrypt one raw update before it is known whose it is. Raises KeyMissing."""
        return _seal(self._key(SERVICE), raw, f"inbox.payload|{digest}")

    def open_inbox(self, digest: str, sealed: bytes) -> bytes:
        """The raw update of `seal_inbox`. Raises KeyMissing, CannotOpen."""
        return _open(self._key(SERVICE), sealed, f"inbox.payload|{digest}")

    def digest(self, raw: bytes) -> str:
        """A keyed fingerprint: equal for equal bytes, says nothing without the key. Raises KeyMissing."""
        return hmac.new(self._of_service()[1], raw, hashlib.sha256).hexdigest()

    def _key(self, person: PersonId) -> AESGCM:
        if person == SERVICE:
            return self._of_service()[0]
        try:
            return self._people[person]
        except KeyError:
            raise KeyMissing(f"no key unlocked for person {person}") from None

    def _of_service(self) -> tuple[AESGCM, bytes]:
        if self._service is None:
            raise KeyMissing("the service's own key is not unlocked")
        return self._service

    def _keep(self, person: PersonId, key: bytes) -> None:
        if person == SERVICE:
            self._service = AESGCM(_derive(key, b"foothold inbox")), _derive(key, b"foothold digest")
            return
        self._people[person] = AESGCM(key)
        if len(self._people) > _KEEP:
            self._people.popitem(last=False)


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)


def _seal(key: AESGCM, plain: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return _FORM + nonce + key.encrypt(nonce, plain, bound_to.encode())


def _open(key: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    if sealed[:1] != _FORM:
        raise CannotOpen(f"unknown form of {bound_to.split('|', 1)[0]}")
    try:
        return key.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound_to.encode())
    except InvalidTag:
        raise CannotOpen(f"cannot open {bound_to.split('|', 1)[0]}") from None


def _to_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _to_text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")
