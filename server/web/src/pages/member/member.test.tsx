import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { session } from "../../api/client.ts";
import { EnterprisePage } from "../enterprise/enterprise.tsx";
import { MemberPage } from "./member.tsx";

class Stream extends EventTarget {
  close() {}
}

const COMPANY = "/v1/enterprises/harbour";
const MEMBER = `${COMPANY}/members/zhao`;
const away = () =>
  Response.json(
    {
      type: "/docs#problem-unavailable",
      title: "A store is out of reach",
      detail: "The quota store is out of reach.",
    },
    { status: 503 },
  );
const tier = { at: "2026-11-22T00:00:00Z", kind: "tier", day: "2026-11-22", from: 1, to: 2 };

/** What is on record; everything else needs the counters. */
function onRecord(path: string): Response {
  if (path === COMPANY) return Response.json({ name: "Harbour Trading", time_zone: "UTC" });
  if (path === MEMBER) return Response.json({ name: "赵敏" });
  if (path.startsWith(`${MEMBER}/timeline`)) {
    return Response.json({ items: [tier], next_cursor: null });
  }
  if (path.includes("/history")) return Response.json({ days: [], negative: null });
  if (path.endsWith("/quota")) return away();
  return Response.json({ items: [], next_cursor: null });
}

beforeEach(() => {
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal("fetch", async (path: string) => onRecord(path));
  const scopes = ["enterprise:harbour"];
  session.value = { holder: "li", key_id: "k", scopes, csrf_token: "t", expires_at: "" };
});

afterEach(() => {
  act(() => render(null, document.body));
  session.value = null;
  vi.unstubAllGlobals();
});

const said = () => document.body.textContent ?? "";
const title = () => document.querySelector("h1")?.textContent;

test("a member's page tells what the record knows while the counters are away", async () => {
  const page = <MemberPage enterprise="harbour" member="zhao" />;
  await act(async () => render(page, document.body));
  await vi.waitFor(() => expect(said()).toContain("Tier rose from 1 to 2"));
  expect(title()).toBe("赵敏");
  expect(said()).toContain("The quota store is out of reach.");
  expect(said()).toContain("Member of Harbour Trading");
  expect(said()).toContain("Penalties");
  expect(said()).toContain("Local time of UTC");
  expect(said()).not.toContain("nothing was decided");
});

test("an enterprise's page does so, too", async () => {
  await act(async () => render(<EnterprisePage enterprise="harbour" />, document.body));
  await vi.waitFor(() => expect(title()).toBe("Harbour Trading"));
  expect(said()).toContain("The quota store is out of reach.");
  expect(said()).toContain("Members");
  expect(said()).toContain("Penalties");
});

test("a key that does not open the enterprise does not ask for it", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    return onRecord(path);
  });
  const scopes = ["member:harbour/zhao"];
  session.value = { holder: "zhao", key_id: "k", scopes, csrf_token: "t", expires_at: "" };
  const page = <MemberPage enterprise="harbour" member="zhao" />;
  await act(async () => render(page, document.body));
  await vi.waitFor(() => expect(said()).toContain("Tier rose from 1 to 2"));
  expect(said()).toContain("Member of harbour");
  expect(asked).not.toContain(COMPANY);
  expect(asked.filter((path) => path.includes("/history"))).toEqual([]);
});

test("where the record is away, too, it is said once that nothing can be shown", async () => {
  vi.stubGlobal("fetch", async () => away());
  const page = <MemberPage enterprise="harbour" member="zhao" />;
  await act(async () => render(page, document.body));
  await vi.waitFor(() => expect(document.querySelectorAll("[role=alert]")).toHaveLength(1));
  expect(title()).toBe("zhao");
});
