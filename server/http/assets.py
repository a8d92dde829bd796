"""The built files of the dashboard, read once, in each content coding that the build made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from types import MappingProxyType

from aiohttp import web

PAGE = "index.html"
HASHED = "assets/"
"""Below this a file's name changes with its content."""
IDENTITY = "identity"
CODINGS = MappingProxyType({"br": ".br", "gzip": ".gz"})
"""Content codings, the one that saves most first, by the ending that the build gives them."""
MEDIA_TYPES = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".ico": "image/x-icon",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".png": "image/png",
        ".svg": "image/svg+xml",
        ".txt": "text/plain; charset=utf-8",
        ".webmanifest": "application/manifest+json",
        ".woff2": "font/woff2",
    }
)
"""Ours, not the machine's: browsers run and draw nothing of another type."""


@dataclass(frozen=True, slots=True)
class Built:
    """A built file: its content by content coding; as it is, under `IDENTITY`."""

    media_type: str
    is_hashed: bool
    tag: str
    contents: Mapping[str, bytes]

    def etag(self, coding: str) -> str:
        """Tells this content in this coding from every other one."""
        return f"{self.tag}-{coding}"


class Assets:
    """Built files by their path below `/dashboard/`."""

    def __init__(self, files: Mapping[str, Built]) -> None:
        self._files = files

    @classmethod
    def read(cls, directory: Traversable) -> Assets:
        """Every file of a build; none where there is no such directory. Raises OSError."""
        contents = dict(_contents(directory, "")) if directory.is_dir() else {}
        return cls(
            {
                path: _built(path, contents)
                for path in contents
                if not path.endswith(tuple(CODINGS.values()))
            }
        )

    @classmethod
    def of_package(cls) -> Assets:
        """Those that the package was built with."""
        return cls.read(resources.files("server").joinpath("web", "built"))

    def find(self, path: str) -> Built | None:
        """The file of that path, exactly as the build named it."""
        return self._files.get(path)


def best_coding(accept: str, held: Collection[str]) -> str:
    """The coding to send: of those held and wanted (RFC 9110 §12.5.3) the most wanted one."""
    wanted = dict(_wanted(accept))
    everything = wanted.get("*", 0.0)
    weights = {coding: wanted.get(coding, everything) for coding in CODINGS if coding in held}
    good = {coding: weight for coding, weight in weights.items() if weight > 0}
    good[IDENTITY] = wanted.get(IDENTITY, 0.0)
    return max(good, key=lambda coding: good[coding])


def _wanted(accept: str) -> Iterator[tuple[str, float]]:
    """Codings and their weights; what cannot be read weighs nothing."""
    for part in accept.lower().split(","):
        coding, _, parameter = part.partition(";")
        name, _, weight = parameter.partition("=")
        try:
            yield coding.strip(), float(weight) if name.strip() == "q" else 1.0
        except ValueError:
            yield coding.strip(), 0.0


def _contents(directory: Traversable, below: str) -> Iterator[tuple[str, bytes]]:
    for entry in directory.iterdir():
        if entry.is_dir():
            yield from _contents(entry, f"{below}{entry.name}/")
        else:
            yield below + entry.name, entry.read_bytes()


def _built(path: str, contents: Mapping[str, bytes]) -> Built:
    packed = {
        coding: contents[path + ending]
        for coding, ending in CODINGS.items()
        if path + ending in contents
    }
    return Built(
        MEDIA_TYPES.get(PurePosixPath(path).suffix, "application/octet-stream"),
        path.startswith(HASHED),
        sha256(contents[path]).hexdigest()[:32],
        {IDENTITY: contents[path], **packed},
    )


ASSETS = web.AppKey("assets", Assets)
