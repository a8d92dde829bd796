"""A platform and a browser for each module; a visit is a page that is watched for mistakes."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.dashboard.chromium import launched, require_chromium
from tests.dashboard.platform_under_test import Platform, running
from tests.dashboard.visit import Visits


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with running(tmp_path_factory.mktemp("platform")) as platform:
        yield platform


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with launched(require_chromium()) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def visits(browser: Browser, platform: Platform) -> AsyncIterator[Visits]:
    """Whoever comes to the dashboard in a test; at its end none has seen a mistake."""
    visits = Visits(browser, platform)
    yield visits
    await visits.end()
