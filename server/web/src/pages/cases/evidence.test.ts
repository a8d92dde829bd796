import { expect, test } from "vitest";
import { countsOf, inOrder } from "./evidence.tsx";
import { text } from "./text.ts";

test("flags are counted by the pattern that raised them", () => {
  const flags = ["10-163-burst_pressure", "2-9-outcome_shift", "10-297-burst_pressure"];
  expect(countsOf({ flags })).toEqual([
    ["burst_pressure", 2],
    ["outcome_shift", 1],
  ]);
});

test("what a pattern found comes before single events, newest first", () => {
  const dated = "2026-11-24 08:08 UTC: contact h.k1.x blocked the member";
  expect(inOrder(["found before", dated, "found now", "found before"])).toEqual([
    "found before",
    "found now",
    dated,
  ]);
});

test("one event is not several", () => {
  expect(text().events("1")).toBe("Id of the event that contributed last");
  expect(text().events("2")).toBe("Ids of the 2 events that contributed last");
});
