"""Encrypted text: `v1:kid:nonce:ciphertext`, AES-256-GCM, bound to its model and field (reliability, Promises).

A ciphertext copied to another field does not decrypt. `blind_index` makes exact search and comparison possible
without decrypting; it is keyed, so it cannot be tried out by hand.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

NONCE_BYTES = 12


class Undecryptable(ValueError):
    """The stored text was not written by a known key for this field."""


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@lru_cache(maxsize=4)
def _keyring(spec: str) -> tuple[str, dict[str, AESGCM], bytes]:
    ciphers: dict[str, AESGCM] = {}
    first = index_key = None
    for part in filter(None, (p.strip() for p in spec.split(","))):
        kid, _, text = part.partition(":")
        raw = _unb64(text) if text else b""
        if not kid or len(raw) != 32:
            raise ImproperlyConfigured(
                "FIELD_KEYS must be kid:base64url(32 bytes), comma-separated, newest first."
            )
        ciphers[kid] = AESGCM(raw)
        first = first or kid
        index_key = hashlib.sha256(b"blind-index" + raw).digest()  # of the oldest key: survives rotation
    if first is None or index_key is None:
        raise ImproperlyConfigured("FIELD_KEYS is empty.")
    return first, ciphers, index_key


def newest_key_id() -> str:
    return _keyring(settings.FIELD_KEYS)[0]


def encrypt(text: str, context: str) -> str:
    """The stored form of `text`, bound to `context` ("app.Model.field"). Empty text stays empty."""
    if not text:
        return ""
    kid, ciphers, _ = _keyring(settings.FIELD_KEYS)
    nonce = os.urandom(NONCE_BYTES)
    sealed = ciphers[kid].encrypt(nonce, text.encode(), context.encode())
    return f"v1:{kid}:{_b64(nonce)}:{_b64(sealed)}"


def decrypt(stored: str, context: str) -> str:
    """The text behind `stored`. Raises Undecryptable for a foreign context, an unknown key or altered bytes."""
    if not stored:
        return ""
    try:
        version, kid, nonce, sealed = stored.split(":")
        if version != "v1":
            raise Undecryptable(f"unknown version in {context}")
        _, ciphers, _ = _keyring(settings.FIELD_KEYS)
        return ciphers[kid].decrypt(_unb64(nonce), _unb64(sealed), context.encode()).decode()
    except (ValueError, KeyError, InvalidTag) as error:
        raise Undecryptable(f"cannot decrypt {context}") from error


def blind_index(text: str, context: str) -> str:
    """A keyed digest (hex, 32 characters) equal for equal texts of one field. Empty text gives an empty digest."""
    if not text:
        return ""
    key = _keyring(settings.FIELD_KEYS)[2]
    return hmac.new(key, f"{context}\0{text}".encode(), hashlib.sha256).hexdigest()[:32]


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
