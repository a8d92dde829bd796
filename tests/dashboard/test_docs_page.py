"""The API's page in a browser: it works under the policy that keeps all else out."""

import pytest
from playwright.async_api import expect

from tests.dashboard.visit import Visits

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_page_of_the_api_works_under_its_policy(visits: Visits) -> None:
    visit = await visits.new()
    await visit.page.goto(f"{visit.url}/docs")
    precheck = visit.page.locator("details#precheck")
    await expect(precheck.locator("summary")).to_contain_text("/v1/precheck")
    # What a policy refuses is an error of the console, which the end of the visit tells of.
    await expect(precheck.locator("summary")).to_have_css("cursor", "pointer")
    ran = await visit.page.evaluate(
        """() => new Promise(resolve => {
            document.addEventListener("securitypolicyviolation",
                violation => resolve(violation.effectiveDirective));
            const strange = document.createElement("img");
            strange.src = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
            document.body.append(strange);
        })"""
    )
    assert ran == "img-src"
    visit.mistakes = [one for one in visit.mistakes if "data:image/gif" not in one]
