import { expect, test } from "vitest";
import type { Asked } from "../../api/shapes/requests.ts";
import { bindingOf, isOverdue, type Side, stepsFor } from "./allowed.ts";

const reviewer: Side = { reviews: true, speaks: false, administers: false, holder: "mei" };
const member: Side = { reviews: false, speaks: true, administers: false, holder: "li" };
const administrator: Side = { reviews: false, speaks: true, administers: true, holder: "wang" };

const asked = (kind: Asked["kind"], state: Asked["state"], changed: Partial<Asked> = {}) =>
  ({ kind, state, filed_by: "li", ...changed }) as Asked;

test("a reviewer begins, asks and decides while the appeal waits for a reviewer", () => {
  expect(stepsFor(asked("appeal", "submitted"), reviewer)).toEqual(["review", "ask", "decide"]);
  expect(stepsFor(asked("appeal", "under_review"), reviewer)).toEqual(["decide", "ask"]);
  expect(stepsFor(asked("appeal", "need_information"), reviewer)).toEqual([]);
});

test("an application is decided without a review before", () => {
  expect(stepsFor(asked("application", "submitted"), reviewer)).toEqual(["decide"]);
});

test("whoever appeals answers what was asked, and withdraws while it is open", () => {
  expect(stepsFor(asked("appeal", "need_information"), member)).toEqual(["answer", "withdraw"]);
  expect(stepsFor(asked("appeal", "overturned"), member)).toEqual([]);
});

test("an application is the administrator's to withdraw", () => {
  expect(stepsFor(asked("application", "submitted"), member)).toEqual([]);
  expect(stepsFor(asked("application", "submitted"), administrator)).toEqual(["withdraw"]);
});

test("whoever decided what is objected to, or filed it, leaves each step to somebody else", () => {
  const own = asked("appeal", "submitted", { decided_by_you: true });
  expect(bindingOf(own, reviewer)).toBe("decided");
  expect(stepsFor(own, reviewer)).toEqual([]);
  const filed = asked("application", "submitted", { filed_by: "mei" });
  expect(bindingOf(filed, reviewer)).toBe("filed");
  expect(stepsFor(filed, reviewer)).toEqual([]);
  // Where there is nothing to do anyway that needs no words.
  expect(bindingOf(asked("appeal", "rejected", { decided_by_you: true }), reviewer)).toBeNull();
  expect(bindingOf(asked("appeal", "submitted", { decided_by_you: false }), reviewer)).toBeNull();
});

test("only what a reviewer keeps waiting is overdue", () => {
  const due_at = "2026-11-20T00:00:00Z";
  const later = Date.parse("2026-11-21T00:00:00Z");
  expect(isOverdue({ state: "under_review", due_at }, later)).toBe(true);
  expect(isOverdue({ state: "need_information", due_at }, later)).toBe(false);
  expect(isOverdue({ state: "submitted", due_at }, Date.parse(due_at) - 1)).toBe(false);
});
