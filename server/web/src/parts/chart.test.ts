import { expect, test } from "vitest";
import { drawingOrder, heights, lonely, reach } from "./chart.tsx";

const series = [
  { label: "allowed", values: [3, 0, null], colour: 1 },
  { label: "denied", values: [1, 2, 4], colour: 2 },
];

test("lines are as high as their values", () => {
  expect(heights(series, false)).toEqual([
    [3, 0, null],
    [1, 2, 4],
  ]);
});

test("what lies on another is as high as both, and nothing counts as zero", () => {
  expect(heights(series, true)).toEqual([
    [3, 0, 0],
    [4, 2, 4],
  ]);
});

test("the sum of all is drawn first, so that each lower one is seen before it", () => {
  expect(drawingOrder(["allowed", "denied"], true)).toEqual(["denied", "allowed"]);
  expect(drawingOrder(["allowed", "denied"], false)).toEqual(["allowed", "denied"]);
});

const DAY_S = 86_400;

test.each([false, true])("a single day has room around it (stacked: %s)", (stacked) => {
  expect(reach([10 * DAY_S], stacked)).toEqual([9.5 * DAY_S, 10.5 * DAY_S]);
});

test("lines reach from the first place to the last, bars half a place further", () => {
  const places = [1, 2, 3].map((day) => day * DAY_S);
  expect(reach(places, false)).toEqual([DAY_S, 3 * DAY_S]);
  expect(reach(places, true)).toEqual([0.5 * DAY_S, 3.5 * DAY_S]);
});

test("values with none beside them are found: no line leads to them", () => {
  expect(lonely([5])).toEqual([0]);
  expect(lonely([1, null, 3, null, 5, 6])).toEqual([0, 2]);
  expect(lonely([1, 2])).toEqual([]);
});
