"""Secret keys of an installation: configured, or made once in the data directory and kept there.

Written `id:64 hexadecimal digits`; of several, separated by commas, the first is the newest.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

FORM = "a key is id:64 hexadecimal digits; several, newest first, are separated by commas"
SECRET_BYTES = 32
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")


class SecretKeyError(ValueError):
    """Keys that were given cannot be read; the message never contains a secret."""


@dataclass(frozen=True, slots=True)
class SecretKey:
    """One secret of 32 bytes under an id of 1–16 characters `A–Z a–z 0–9 _ -`."""

    id: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _KEY_ID.fullmatch(self.id):
            raise SecretKeyError("the id of a key must be 1–16 of A–Z a–z 0–9 _ -")
        if len(self.secret) != SECRET_BYTES:
            raise SecretKeyError(f"key {self.id!r} is not {SECRET_BYTES} bytes long")

    @property
    def check(self) -> str:
        """What tells this secret from another one without giving it away."""
        return hmac.digest(self.secret, b"check", "sha256")[:8].hex()


class Ring:
    """Keys of one use, newest first. Raises `SecretKeyError` for none, or two of one id."""

    def __init__(self, keys: Sequence[SecretKey]) -> None:
        if not keys:
            raise SecretKeyError("at least one key is needed")
        if len({key.id for key in keys}) != len(keys):
            raise SecretKeyError("two keys have the same id")
        self.keys = tuple(keys)

    @property
    def checks(self) -> dict[str, str]:
        """Check value by key id, to be compared with what the database was used with."""
        return {key.id: key.check for key in self.keys}


def read_keys(text: str) -> list[SecretKey]:
    """Keys from `id:64 hex digits`, separated by commas, newest first. Raises `SecretKeyError`."""
    keys: list[SecretKey] = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        key_id, colon, digits = item.partition(":")
        if not (colon and _KEY_ID.fullmatch(key_id)):
            # What stands there may be the secret.
            raise SecretKeyError(f"key {len(keys) + 1} does not begin with its id and a colon")
        try:
            secret = bytes.fromhex(digits)
        except ValueError as error:
            raise SecretKeyError(f"the secret of key {key_id!r} is not hexadecimal") from error
        keys.append(SecretKey(key_id, secret))
    return keys


def load_ring(configured: str | None, variable: str, file: Path) -> Ring:
    """The keys configured by an environment variable, else those in a file, made where none is.

    Raises `SecretKeyError` that names the variable or the file, OSError.
    """
    if configured:
        return _ring(configured, variable)
    if not file.exists():
        _create(file)
    return _ring(file.read_text(encoding="utf-8", errors="replace").strip(), str(file))


def _ring(text: str, where: str) -> Ring:
    try:
        return Ring(read_keys(text))
    except SecretKeyError as error:
        raise SecretKeyError(f"{where}: {error}; {FORM}") from error


def _create(path: Path) -> None:
    """Writes a new key where no file is; two processes that start together end with one key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"k1:{secrets.token_hex(SECRET_BYTES)}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
