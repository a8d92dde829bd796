import { expect, test } from "vitest";
import type { Part } from "../../api/shapes/accounts.ts";
import { closings, pieces, pointsOf, thresholds } from "./score-picture.ts";

const TIERS = [0, 30, 50, 70, 85];
const part = (name: string, weight: number, points: number): Part => ({
  name,
  weight,
  points,
  value: points / weight,
  inputs: {},
});

test("pieces stand one after another in percent of all points", () => {
  const parts = [part("profile", 50, 20), part("usage", 150, 50)];
  expect(pointsOf(parts)).toBe(200);
  expect(pieces(parts)).toMatchObject([
    { name: "profile", start: 0, width: 10 },
    { name: "usage", start: 10, width: 25 },
  ]);
});

test("without parts there is no piece", () => {
  expect(pieces([])).toEqual([]);
});

test("a tier begins at its score", () => {
  expect(thresholds(TIERS, 100).map(({ tier, at }) => [tier, at])).toEqual([
    [1, 30],
    [2, 50],
    [3, 70],
    [4, 85],
  ]);
});

test("ceilings of one tier close the bar at one place, the lowest first", () => {
  const ceiling = (name: string, max_tier: number) => ({ name, max_tier, detail: "" });
  const found = closings(
    [ceiling("unverified", 1), ceiling("complaint_rate", 0), ceiling("feedback_zero", 1)],
    TIERS,
    100,
  );
  expect(found).toEqual([
    { tier: 0, at: 30, names: ["complaint_rate"] },
    { tier: 1, at: 50, names: ["unverified", "feedback_zero"] },
  ]);
});

test("a ceiling at the highest tier closes nothing", () => {
  expect(closings([{ name: "until_midnight", detail: "", max_tier: 4 }], TIERS, 100)).toEqual([]);
});
