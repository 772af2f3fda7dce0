"""Encrypted text: `v1:kid:nonce:ciphertext`, AES-256-GCM, bound to its model and field (reliability, Promises).

A ciphertext copied to another field does not decrypt. `blind_index` makes exact search and comparison possible
without decrypting; it is keyed, so it cannot be tried out by hand.
"""

import base64
import hashlib
import hmac
import os
import re
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

NONCE_BYTES = 12
KEY_BYTES = 32
INDEX_KEY = "idx"
HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")


class Undecryptable(ValueError):
    """The stored text was not written by a known key for this field."""


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Keyring:
    """The keys of FIELD_KEYS: `newest` encrypts, every one decrypts, `index` keys the blind indexes."""

    newest: str
    ciphers: dict[str, AESGCM]
    index: bytes


@lru_cache(maxsize=4)
def _keyring(spec: str) -> Keyring:
    """Reads `kid:key,…`, newest first; a key is 32 bytes in base64 or hex. A key without kid is named by its digest.

    The entry `idx:key` keys the blind indexes and stays when the others rotate. Without one they are keyed from the
    oldest key: adding a key leaves them valid; after dropping the oldest, `rotate_field_keys` writes them anew.
    """
    ciphers: dict[str, AESGCM] = {}
    newest = index = explicit_index = None
    for part in filter(None, (p.strip() for p in spec.split(","))):
        kid, colon, text = part.rpartition(":")
        raw = _key_bytes(text)
        if kid == INDEX_KEY:
            explicit_index = raw
            continue
        kid = kid if colon else hashlib.sha256(raw).hexdigest()[:8]
        if not kid.isalnum() or kid in ciphers:
            raise ImproperlyConfigured("FIELD_KEYS: each key needs its own alphanumeric name.")
        ciphers[kid] = AESGCM(raw)
        newest = newest or kid
        index = hashlib.sha256(b"blind-index" + raw).digest()
    if newest is None or index is None:
        raise ImproperlyConfigured("FIELD_KEYS is empty.")
    return Keyring(newest, ciphers, explicit_index or index)


def _key_bytes(text: str) -> bytes:
    try:
        raw = (
            bytes.fromhex(text)
            if HEX_KEY.fullmatch(text)
            else _unb64(text.replace("+", "-").replace("/", "_"))
        )
    except ValueError:
        raw = b""
    if len(raw) != KEY_BYTES:
        raise ImproperlyConfigured(
            "FIELD_KEYS must be kid:key, comma-separated, newest first; a key is 32 bytes."
        )
    return raw


def newest_key_id() -> str:
    return _keyring(settings.FIELD_KEYS).newest


def encrypt(text: str, context: str) -> str:
    """The stored form of `text`, bound to `context` ("app.Model.field"). Empty text stays empty."""
    if not text:
        return ""
    keys = _keyring(settings.FIELD_KEYS)
    nonce = os.urandom(NONCE_BYTES)
    sealed = keys.ciphers[keys.newest].encrypt(nonce, text.encode(), context.encode())
    return f"v1:{keys.newest}:{_b64(nonce)}:{_b64(sealed)}"


def decrypt(stored: str, context: str) -> str:
    """The text behind `stored`. Raises Undecryptable for a foreign context, an unknown key or altered bytes."""
    if not stored:
        return ""
    try:
        version, kid, nonce, sealed = stored.split(":")
        if version != "v1":
            raise Undecryptable(f"unknown version in {context}")
        cipher = _keyring(settings.FIELD_KEYS).ciphers[kid]
        return cipher.decrypt(_unb64(nonce), _unb64(sealed), context.encode()).decode()
    except (ValueError, KeyError, InvalidTag) as error:
        raise Undecryptable(f"cannot decrypt {context}") from error


def blind_index(text: str, context: str) -> str:
    """A keyed digest (hex, 32 characters) equal for equal texts of one field. Empty text gives an empty digest."""
    if not text:
        return ""
    key = _keyring(settings.FIELD_KEYS).index
    return hmac.new(key, f"{context}\0{text}".encode(), hashlib.sha256).hexdigest()[:32]


class FieldSealer:
    """`encrypt` and `blind_index` of one field for many texts: what does not change from text to text is done once."""

    def __init__(self, context: str):
        keys = _keyring(settings.FIELD_KEYS)
        self._prefix = f"v1:{keys.newest}:"
        self._encrypt = keys.ciphers[keys.newest].encrypt
        self._context = context.encode()
        block = keys.index.ljust(64, b"\0")  # HMAC (RFC 2104) with both of its keyed hashes prepared
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + self._context + b"\0")
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def seal(self, text: str) -> tuple[str, str]:
        """(ciphertext, blind index), the same as `encrypt` and `blind_index` give; both empty for an empty text."""
        if not text:
            return "", ""
        raw = text.encode()
        nonce = os.urandom(NONCE_BYTES)
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(raw)
        outer.update(inner.digest())
        sealed = self._encrypt(nonce, raw, self._context)
        return f"{self._prefix}{_b64(nonce)}:{_b64(sealed)}", outer.hexdigest()[:32]


class EncryptedTextField(models.TextField):
    """Text that only the application can read. Filtering by value works through a `..._bidx` column, never here.

    `context` fixes what the ciphertext is bound to; it must not change with a rename of the model.
    """

    def __init__(self, *args, context: str, **kwargs):
        self.context = context
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs["context"] = self.context
        return name, path, args, kwargs

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return value if value is None else encrypt(value, self.context)

    def from_db_value(self, value, expression, connection):
        return value if value is None else decrypt(value, self.context)

    def get_lookup(self, lookup_name):
        if lookup_name not in {"isnull"}:
            raise TypeError("An encrypted field cannot be searched; use its blind index column.")
        return super().get_lookup(lookup_name)
