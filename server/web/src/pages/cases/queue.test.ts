import { expect, test } from "vitest";
import type { Case } from "../../api/shapes/cases.ts";
import { beside, merged, searchOf, wantedOf } from "./queue.ts";

const items = ["a", "b", "c"].map((id) => ({ id }) as Case);

test("an address keeps what it asks for", () => {
  for (const search of ["", "?state=confirmed", "?state=all&enterprise=acme&member=li%3A2"]) {
    expect(searchOf(wantedOf(search))).toBe(search);
  }
});

test("a state that is none shows those that wait", () => {
  expect(wantedOf("?state=whatever").filter).toBe("waiting");
});

const caseOf = (id: string, enterprise_id: string, member_id: string | null) =>
  ({ id, enterprise_id, member_id, state: "open", opened_at: "2026-11-22T00:00:00Z" }) as Case;
const came = (items: Case[], current: boolean) => [
  { value: { items, next_cursor: null }, current },
];

test("a queue does not show cases of an account that is no longer asked for", () => {
  const all = [caseOf("a", "acme", "li"), caseOf("b", "acme", null), caseOf("c", "other", "li")];
  const ids = (enterprise: string | null, member: string | null) =>
    merged(came(all, false), { filter: "open", enterprise, member })?.map(({ id }) => id);
  expect(ids(null, null)).toEqual(["a", "b", "c"]);
  expect(ids("acme", null)).toEqual(["a", "b"]);
  expect(ids("acme", "li")).toEqual(["a"]);
});

test("that there are none is said once the answer is the one to what is asked", () => {
  const wanted = wantedOf("?state=open&enterprise=acme");
  expect(merged(came([caseOf("c", "other", "li")], false), wanted)).toBeNull();
  expect(merged(came([], true), wanted)).toEqual([]);
});

test("the next case comes after the chosen one, and none after the last", () => {
  expect(beside(items, "a", 1, 0)?.id).toBe("b");
  expect(beside(items, "b", -1, 0)?.id).toBe("a");
  expect(beside(items, "c", 1, 0)).toBeNull();
});

test("without a chosen one the first comes", () => {
  expect(beside(items, null, 1, 0)?.id).toBe("a");
  expect(beside([], null, 1, 0)).toBeNull();
});

test("after a decided case left the queue its place leads on", () => {
  expect(beside(items, "gone", 1, 1)?.id).toBe("b");
  expect(beside(items, "gone", -1, 1)?.id).toBe("a");
  expect(beside(items, "gone", 1, 9)?.id).toBe("c");
});
