import { expect, test } from "vitest";
import type { Case, First } from "../../api/shapes/cases.ts";
import { actionsFor } from "./allowed.ts";

const first = (action: First["action"]) => ({ action, by: "mei" }) as First;
const one = (state: Case["state"], said: First | null = null) => ({ state, first: said }) as Case;

test("an open case can be decided in each way, a dismissed one in none", () => {
  expect(actionsFor(one("open"), "rui")).toEqual(["confirm", "dismiss", "escalate"]);
  expect(actionsFor(one("dismissed"), "rui")).toEqual([]);
});

test("what was confirmed can still be escalated", () => {
  expect(actionsFor(one("confirmed"), "rui")).toEqual(["escalate"]);
});

test("the second person says what the first one said, or dismisses", () => {
  expect(actionsFor(one("awaiting_second", first("confirm")), "rui")).toEqual([
    "confirm",
    "dismiss",
  ]);
  expect(actionsFor(one("awaiting_second", first("escalate")), "rui")).toEqual([
    "escalate",
    "dismiss",
  ]);
});

test("nobody is the second person to themselves", () => {
  expect(actionsFor(one("awaiting_second", first("confirm")), "mei")).toEqual(["dismiss"]);
});
