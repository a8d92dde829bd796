import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { session } from "../../api/client.ts";
import { PenaltyPage } from "./penalty.tsx";

class Stream extends EventTarget {
  close() {}
}

const statement = { measure: "", facts: "", source: "", decided_by: "", rule: "", redress: "" };
const penalty = {
  id: "p-1",
  enterprise_id: "acme",
  member_id: "li",
  names: { enterprise: null, member: null },
  type: "T1.MALICIOUS_ADD",
  track: 1,
  scope: "interop",
  starts_at: "2026-11-22T00:00:00Z",
  ends_at: null,
  case_id: null,
  step: null,
  hold: false,
  policy_version: 1,
  may_apply: false,
  may_appeal: true,
  statement,
};
let state = "queued";

beforeEach(() => {
  state = "queued";
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal("fetch", async (path: string) =>
    Response.json(
      path.startsWith("/v1/penalties/") ? { ...penalty, state } : { items: [], next_cursor: null },
    ),
  );
  const scopes = ["reviewer"];
  session.value = { holder: "mei", key_id: "k", scopes, csrf_token: "t", expires_at: "" };
});

afterEach(() => {
  act(() => render(null, document.body));
  session.value = null;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a penalty that is on record only does not bind yet, and the page says when it does", async () => {
  const said = () => document.body.textContent;
  await act(async () => render(<PenaltyPage id="p-1" />, document.body));
  await vi.waitFor(() => expect(said()).toContain("It does not bind yet"));
  // Effects of what came outside of an act run soon, and not at once.
  await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
  state = "active";
  vi.advanceTimersByTime(6_000);
  await vi.waitFor(() => expect(said()).not.toContain("It does not bind yet"));
});
