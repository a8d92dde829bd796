"""Where each key of a TOML text stands; `tomllib` gives values without their lines.

The scanner takes a text that `tomllib` has already accepted, so it only has to find the keys, not
to judge the grammar.
"""

import re
import tomllib
from bisect import bisect_right
from typing import Any

KeyPath = tuple[str | int, ...]

_SKIP = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_KEY = re.compile(rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*")
_STRING = re.compile(
    r"""
    "{3} (?: \\. | [^\\] )*? "{3,5}  |  '{3} .*? '{3,5}
    | " (?: \\. | [^"\\\n] )* "     |  ' [^'\n]* '
    """,
    re.DOTALL | re.VERBOSE,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line, from 1, of every key, table header and array item, by path.

    A path holds names and, for items of arrays, their index from 0. A table that is only implied by
    a longer header or a dotted key has the line of its first mention.
    """
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner.lines


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: dict[KeyPath, int] = {}
        self._at = 0
        self._newlines = [i for i, char in enumerate(text) if char == "\n"]
        self._items: dict[KeyPath, int] = {}

    def document(self) -> None:
        table: KeyPath = ()
        while self._peek():
            table = self._header() if self._peek() == "[" else self._pair(table)

    def _header(self) -> KeyPath:
        line, is_item = self._line(), self.text.startswith("[[", self._at)
        self._at += 2 if is_item else 1
        self._peek()
        path: KeyPath = ()
        names = self._key()
        for depth, name in enumerate(names, start=1):
            path += (name,)
            self.lines.setdefault(path, line)
            if is_item and depth == len(names):
                self._items[path] = self._items.get(path, -1) + 1
            if path in self._items:
                path += (self._items[path],)
                self.lines.setdefault(path, line)
        self._peek()
        self._at += 2 if is_item else 1
        return path

    def _pair(self, table: KeyPath) -> KeyPath:
        line, path = self._line(), table
        for name in self._key():
            path += (name,)
            self.lines.setdefault(path, line)
        self._peek()
        self._at += 1
        self._value(path)
        return table

    def _value(self, path: KeyPath) -> None:
        opening = self._peek()
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            pattern = _STRING if opening in {'"', "'"} else _SCALAR
            self._take(pattern)

    def _array(self, path: KeyPath) -> None:
        self._at += 1
        index = 0
        while self._peek() != "]":
            item = (*path, index)
            self.lines[item] = self._line()
            self._value(item)
            index += 1
            self._comma()
        self._at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._at += 1
        while self._peek() != "}":
            self._pair(path)
            self._comma()
        self._at += 1

    def _comma(self) -> None:
        if self._peek() == ",":
            self._at += 1

    def _key(self) -> list[str]:
        names: list[str] = []
        inner: Any = tomllib.loads(f"{self._take(_KEY)} = true")
        while isinstance(inner, dict):
            ((name, inner),) = inner.items()
            names.append(name)
        return names

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self._at)
        if found is None:
            raise ValueError(f"line {self._line()}: the text is not TOML")
        self._at = found.end()
        return found.group()

    def _peek(self) -> str:
        """The next character that is neither white space nor comment; empty at the end."""
        skipped = _SKIP.match(self.text, self._at)
        self._at = skipped.end() if skipped else self._at
        return self.text[self._at : self._at + 1]

    def _line(self) -> int:
        return bisect_right(self._newlines, self._at - 1) + 1
