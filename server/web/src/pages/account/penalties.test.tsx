import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { session } from "../../api/client.ts";
import type { Quota } from "../../api/shapes/accounts.ts";
import { PenaltiesOf } from "./penalties.tsx";

/** A stream that says what the test lets it say. */
class Stream extends EventTarget {
  static last: Stream;
  constructor() {
    super();
    Stream.last = this;
  }
  close() {}
  say(used: number) {
    this.dispatchEvent(new MessageEvent("quota:acme/li", { data: JSON.stringify({ used }) }));
  }
}

const statement = { measure: "", facts: "", source: "", decided_by: "", rule: "", redress: "" };
const penalty = (day: number) => ({
  id: `p-${day}`,
  type: `Kind ${day}`,
  track: 1,
  step: 1,
  scope: "interop",
  state: "active",
  starts_at: `2026-11-${day}T00:00:00Z`,
  ends_at: null,
  statement,
});
const page = (days: number[], next_cursor: string | null) => ({
  items: days.map(penalty),
  next_cursor,
});

let first = page([13, 12], "after 12");
let asked = 0;

const quota = (restrictions: unknown[]) =>
  ({ time_zone: "UTC", restrictions, standing: { state: "healthy" }, tier: 1 }) as unknown as Quota;
const show = (of: Quota) =>
  act(async () =>
    render(
      <PenaltiesOf place={{ enterprise: "acme", member: "li" }} quota={of} zone="UTC" />,
      document.body,
    ),
  );
const kinds = () => [...document.querySelectorAll("li strong")].map((one) => one.textContent);

beforeEach(() => {
  first = page([13, 12], "after 12");
  asked = 0;
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal("fetch", async (path: string) => {
    asked += 1;
    return Response.json(path.includes("cursor") ? page([11], null) : first);
  });
  session.value = { holder: "li", key_id: "k", scopes: [], csrf_token: "t", expires_at: "" };
});

afterEach(() => {
  act(() => render(null, document.body));
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a new penalty pushes none of those that are shown away", async () => {
  await show(quota([]));
  await vi.waitFor(() => expect(kinds()).toEqual(["Kind 13", "Kind 12"]));
  await act(async () => document.querySelector("button")?.click());
  await vi.waitFor(() => expect(kinds()).toEqual(["Kind 13", "Kind 12", "Kind 11"]));

  first = page([14, 13], "after 13");
  await show(quota([{ penalty_id: "p-14" }]));
  await vi.waitFor(() => expect(kinds()).toEqual(["Kind 14", "Kind 13", "Kind 12", "Kind 11"]));
});

test("adds of a busy account ask for its penalties seldom", async () => {
  vi.useFakeTimers();
  await show(quota([]));
  await vi.advanceTimersByTimeAsync(0);
  const before = asked;
  for (let used = 0; used < 90; used += 1) {
    Stream.last.say(used);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(asked - before).toBeLessThanOrEqual(2);
});

test("an enterprise's penalties name whom they hit, and a time that is one is told once", async () => {
  const one = {
    ...penalty(13),
    enterprise_id: "acme",
    member_id: "zhao",
    names: { enterprise: "Acme", member: "赵敏" },
    ends_at: "2026-11-13T00:00:40Z",
  };
  vi.stubGlobal("fetch", async () => Response.json({ items: [one], next_cursor: null }));
  const place = { enterprise: "acme", member: null };
  await act(async () =>
    render(<PenaltiesOf place={place} quota={null} zone="UTC" />, document.body),
  );
  await vi.waitFor(() => expect(document.body.textContent).toContain("赵敏 (zhao)"));
  expect(document.querySelector("li > .muted")?.textContent).not.toContain(" – ");
});
