"""The page about webhooks: commands and example run, numbers and types are the real ones."""

import asyncio
import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from server.records.outbox import TYPES
from server.webhooks.retrying import DELAYS_S, MOST_AGE_MS, MOST_ATTEMPTS
from server.webhooks.sending import TOTAL_S
from tests.http.service import ADMIN_KEY, serving
from tests.http.tables import DOCS, shell_blocks, table
from tests.stored import ON_SQLITE
from tests.webhooks.receiver import Receiver
from tests.webhooks.scene import SECRET, Post, work

PAGE = (DOCS / "webhooks.md").read_text()


async def test_the_commands_work(tmp_path: Path) -> None:
    assert shutil.which("curl"), "the page's commands need curl"
    async with serving(tmp_path) as service:
        url = str(service.client.make_url("")).rstrip("/")
        for block in shell_blocks("webhooks.md"):
            process = await asyncio.create_subprocess_exec(
                *("bash", "-eu", "-o", "pipefail", "-c", block),
                env={"QUOTA": url, "KEY": ADMIN_KEY, "PATH": "/usr/bin:/bin"},
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            out, err = await process.communicate()
            assert process.returncode == 0, err.decode()
            assert out.strip().endswith(b"}"), out
    assert PAGE.count("curl -s") == sum(b.count("curl -s") for b in shell_blocks("webhooks.md"))


def test_every_type_is_listed() -> None:
    assert tuple(table("webhooks.md", "type")) == TYPES


def test_the_numbers_are_those_in_force() -> None:
    words = {5: "5 s", 30: "30 s", 120: "2 min", 600: "10 min", 1_800: "30 min", 3_600: "1 h"}
    assert "after about " + ", ".join(words[s] for s in DELAYS_S) + ", then every hour" in PAGE
    assert f"After {MOST_AGE_MS // 3_600_000} hours or {MOST_ATTEMPTS} attempts" in PAGE
    assert f"within {TOTAL_S:.0f} seconds" in PAGE


def verify() -> Any:
    """The page's function."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102  the page's own code
    return names["is_genuine"]


@ON_SQLITE
async def test_the_example_verifies_what_is_sent(post: Post, receiver: Receiver) -> None:
    post.clock.now_ms = int(time.time() * 1000)
    await post.hook(receiver.url)
    await post.note(why="Prüfung")
    await work(post.dispatcher())
    (got,) = receiver.got
    is_genuine = verify()
    assert is_genuine(SECRET, got.headers, got.raw)
    assert not is_genuine(SECRET, got.headers, got.raw + b" ")
    assert not is_genuine("another-secret-here", got.headers, got.raw)
    sent_at = int(got.headers["X-Contact-Quota-Timestamp"])
    later = {**got.headers, "X-Contact-Quota-Timestamp": str(sent_at + 1)}
    assert not is_genuine(SECRET, later, got.raw), "the time is signed, too"


@ON_SQLITE
async def test_the_example_refuses_what_is_old(post: Post, receiver: Receiver) -> None:
    post.clock.now_ms = int(time.time() * 1000) - 301_000
    await post.hook(receiver.url)
    await post.note()
    await work(post.dispatcher())
    assert not verify()(SECRET, receiver.got[0].headers, receiver.got[0].raw)


@pytest.mark.parametrize("header", ["Id", "Timestamp", "Signature"])
def test_every_header_is_named(header: str) -> None:
    assert f"`X-Contact-Quota-{header}`" in PAGE
