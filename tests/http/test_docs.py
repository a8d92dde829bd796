"""Every command of the pages is run as a reader would paste it; links and the docs page hold."""

import asyncio
import json
import re
import shutil
from pathlib import Path

import pytest

from server.http import dashboard
from server.http.problems import ALL_KINDS
from tests.http.service import ADMIN_KEY, Service, serving
from tests.http.tables import DOCS, shell_blocks

pytestmark = pytest.mark.asyncio(loop_scope="module")

README = DOCS.parent / "README.md"
PAGES = ("http.md", "gateways.md", "transparency.md", "../README.md")


@pytest.mark.parametrize("page", PAGES)
async def test_the_commands_of_a_page_work(page: str, tmp_path: Path) -> None:
    """In their order, as some rest on what others did; no page on what another one used up."""
    assert shutil.which("curl"), "the pages' commands need curl"
    # The commands are quiet about failures; a test says with which status they failed.
    (tmp_path / ".curlrc").write_text("show-error\n")
    async with serving(tmp_path / "data") as service:
        await service.precheck("wm-1")
        for n, block in enumerate(shell_blocks(page), start=1):
            await _works(service, tmp_path, f"{page}, block {n}", block)


async def _works(service: Service, home: Path, name: str, block: str) -> None:
    environment = {"QUOTA": str(service.client.make_url("")).rstrip("/"), "KEY": ADMIN_KEY}
    process = await asyncio.create_subprocess_exec(
        *("bash", "-eu", "-o", "pipefail", "-c", block),
        env={**environment, "PATH": "/usr/bin:/bin", "HOME": str(home)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, f"{name}: {err.decode()}"
    assert out.strip().endswith(b"}"), f"{name}: {out!r}"
    assert b'"type": "/docs#problem' not in out, name


async def test_every_curl_of_the_pages_is_run() -> None:
    for page in PAGES:
        curls = (DOCS / page).read_text().count("curl -s")
        assert curls == sum(block.count("curl -s") for block in shell_blocks(page))


@pytest.mark.parametrize(
    "page", [*PAGES, "ARCHITECTURE.md", "trust.md", "policy.md", "replay.md", "metrics.md"]
)
async def test_links_and_named_files_exist(page: str) -> None:
    text = (DOCS / page).read_text()
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (DOCS / page).parent.joinpath(target).exists(), target
    for file in re.findall(r"`(tests/[\w/]+\.py)`", text):
        assert (DOCS.parent / file).exists(), file


async def test_the_answer_of_the_readme_is_one(shared: Service) -> None:
    shown = json.loads(re.findall(r"```json\n(.*?)```", README.read_text(), re.DOTALL)[0])
    answer = await shared.precheck("wm-readme", enterprise_id="readme", way="phone_search")
    assert shown.keys() == answer.keys()
    unlike = {"decision_id", "limits"}
    assert {k: v for k, v in shown.items() if k not in unlike} == {
        k: v for k, v in answer.items() if k not in unlike
    }
    for limit, real in zip(shown["limits"], answer["limits"], strict=True):
        assert {**limit, "resets_at": ""} == {**real, "resets_at": ""}


async def test_the_docs_page_loads_nothing_from_elsewhere(shared: Service) -> None:
    page = (await shared.get("/docs", key=None)).raw.decode()
    assert not re.search(r"""(src|href)=["'](https?:)?//""", page)
    for kind in ALL_KINDS:
        assert f'id="problem-{kind.slug}"' in page
    described = (await shared.get("/openapi.json", key=None)).body
    assert described["openapi"] == "3.1.0"
    assert "post" in described["paths"]["/v1/precheck"]


async def test_the_docs_page_is_guarded_as_the_dashboards_pages_are(shared: Service) -> None:
    answer = await shared.get("/docs", key=None)
    own = {**dashboard._OF_PAGES, **dashboard._OF_ALL}
    policy, guarding = "Content-Security-Policy", own.keys() - {"Content-Security-Policy"}
    assert {name: answer.headers[name] for name in guarding} == {n: own[n] for n in guarding}
    here, there = (_directives(one) for one in (answer.headers[policy], own[policy]))
    assert here.keys() <= there.keys()
    for name, sources in here.items():
        assert sources == there[name] or (
            name in {"script-src", "style-src"} and re.fullmatch(r"'sha256-\S{44}'", sources)
        ), name


def _directives(policy: str) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in policy.split(";"))
    return {name: sources for name, _, sources in parts}


async def test_metrics_count_without_naming_anybody(shared: Service) -> None:
    await shared.precheck("wm-metrics", enterprise_id="e-metrics")
    text = (await shared.get("/metrics", key=None)).raw.decode()
    assert re.search(r'contact_quota_decisions_total\{reason="ok"\} [1-9]', text)
    assert "e-metrics" not in text
