import { expect, test } from "vitest";
import type { Asked } from "../../api/shapes/requests.ts";
import { ordered, pathsOf, searchOf, wantedOf } from "./queue.ts";

test("an address keeps what it asks for", () => {
  for (const search of ["", "?kind=applications", "?kind=applications&state=approved"]) {
    expect(searchOf(wantedOf(search, "waiting"), "waiting")).toBe(search);
  }
});

test("a state that an application never has shows the usual ones", () => {
  expect(wantedOf("?kind=applications&state=under_review", "waiting").filter).toBe("waiting");
});

test("what waits is asked for state by state", () => {
  const account = { enterprise: "acme", member: null };
  expect(pathsOf({ kind: "appeal", filter: "waiting", account }, 100)).toEqual([
    "/v1/appeals?limit=100&state=submitted&enterprise=acme",
    "/v1/appeals?limit=100&state=under_review&enterprise=acme",
  ]);
  expect(pathsOf({ kind: "application", filter: "open", account: null }, 100)).toEqual([
    "/v1/unblock-applications?limit=100&state=submitted",
  ]);
});

test("what is due first comes first, and what was filed last where all are shown", () => {
  const late = { id: "late", kind: "appeal", state: "submitted" } as Asked;
  const soon = { ...late, id: "soon", state: "under_review" } as Asked;
  Object.assign(late, { due_at: "2026-11-22T00:00:00Z", created_at: "2026-11-21T00:00:00Z" });
  Object.assign(soon, { due_at: "2026-11-21T00:00:00Z", created_at: "2026-11-20T00:00:00Z" });
  const ids = (filter: "waiting" | "all") =>
    ordered([late, soon], { kind: "appeal", filter, account: null }).map(({ id }) => id);
  expect(ids("waiting")).toEqual(["soon", "late"]);
  expect(ids("all")).toEqual(["late", "soon"]);
});

test("an account chosen just now does not show what another one asked for", () => {
  const one = { id: "a", kind: "appeal", state: "submitted", enterprise_id: "acme" } as Asked;
  const all = [
    { ...one, member_id: "li" },
    { ...one, id: "b", member_id: null },
    { ...one, id: "c", enterprise_id: "other", member_id: "li" },
  ];
  const ids = (enterprise: string, member: string | null) =>
    ordered(all, { kind: "appeal", filter: "all", account: { enterprise, member } }).map(
      ({ id }) => id,
    );
  expect(ids("acme", null)).toEqual(["a", "b"]);
  expect(ids("acme", "li")).toEqual(["a"]);
  expect(ids("other", null)).toEqual(["c"]);
});
