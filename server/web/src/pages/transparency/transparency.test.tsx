import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { Router } from "wouter-preact";
import { memoryLocation } from "wouter-preact/memory-location";
import { TransparencyPage } from "./transparency.tsx";

afterEach(() => {
  act(() => render(null, document.body));
  vi.unstubAllGlobals();
});

test.each(["from=2026-13-45&to=abc", "from=2026-11-01"])(
  "of an address with %j it is said that it names no period, and none is shown",
  (search) => {
    vi.stubGlobal("fetch", vi.fn());
    const { hook } = memoryLocation({ path: "/transparency" });
    const page = (
      <Router hook={hook} searchHook={() => search}>
        <TransparencyPage />
      </Router>
    );
    act(() => render(page, document.body));
    expect(document.querySelector("[role=alert]")?.textContent).toContain("no whole period");
    expect(document.querySelector("[aria-pressed=true]")).toBeNull();
    expect(fetch).not.toHaveBeenCalled();
  },
);
