import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { session } from "../../api/client.ts";
import type { Quota } from "../../api/shapes/accounts.ts";
import { TimelineOf } from "./timeline.tsx";

const quota = {
  time_zone: "UTC",
  restrictions: [],
  standing: { state: "healthy" },
  tier: 1,
} as unknown as Quota;
const tier = (day: number, from: number) => ({
  at: `2026-11-${day}T00:00:00Z`,
  kind: "tier",
  day: `2026-11-${day}`,
  from,
  to: from + 1,
});

/** Whether the service fails to answer for what is older. */
let fails = true;

beforeEach(() => {
  fails = true;
  vi.stubGlobal(
    "EventSource",
    class extends EventTarget {
      close() {}
    },
  );
  vi.stubGlobal("fetch", async (path: string) => {
    if (!path.includes("cursor"))
      return Response.json({ items: [tier(22, 1)], next_cursor: "after 22" });
    if (fails) return Response.json({ title: "Internal Server Error" }, { status: 500 });
    return Response.json({ items: [tier(21, 0)], next_cursor: null });
  });
  session.value = { holder: "li", key_id: "k", scopes: [], csrf_token: "t", expires_at: "" };
});

afterEach(() => {
  act(() => render(null, document.body));
  vi.unstubAllGlobals();
});

const press = async (name: string) => {
  const buttons = [...document.querySelectorAll("button")];
  await act(async () => buttons.find((one) => one.textContent === name)?.click());
};

test("what is older and did not come is asked for again by the notice that says so", async () => {
  const place = { enterprise: "acme", member: "li" };
  await act(async () =>
    render(<TimelineOf place={place} quota={quota} zone="UTC" />, document.body),
  );
  await vi.waitFor(() => expect(document.body.textContent).toContain("Tier rose from 1 to 2"));
  await press("Show older");
  await vi.waitFor(() => expect(document.querySelector("[role=alert]")).not.toBeNull());

  fails = false;
  await press("Try again");
  await vi.waitFor(() => expect(document.body.textContent).toContain("Tier rose from 0 to 1"));
  expect(document.querySelector("[role=alert]")).toBeNull();
});
