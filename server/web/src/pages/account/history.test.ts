import { beforeEach, expect, test } from "vitest";
import type { Day } from "../../api/shapes/accounts.ts";
import { language } from "../../text/language.ts";
import { filled, reasons, seriesOf } from "./history.ts";

beforeEach(() => {
  language.value = "en";
});

const day = (date: string, more: Partial<Day> = {}): Day => ({
  day: date,
  requested: 7,
  allowed: 5,
  denied: { member_daily_cap: 2 },
  active: 4,
  accepted: 3,
  cap: 20,
  score: 60,
  tier: 2,
  ...more,
});

test("a day without an event counts nothing, and its cap is not known", () => {
  const { at, days } = filled([day("2026-11-20"), day("2026-11-22")]);
  expect(at).toHaveLength(3);
  const [requested, allowed, denied] = seriesOf(days, "adds");
  expect(requested?.values).toEqual([7, 0, 7]);
  expect(allowed?.values).toEqual([5, 0, 5]);
  expect(denied?.values).toEqual([2, 0, 2]);
  const [active, cap] = seriesOf(days, "active");
  expect(active?.values).toEqual([4, 0, 4]);
  expect(cap).toMatchObject({ values: [20, null, 20], dashed: true });
});

test("a cap of active adds is drawn beside active adds only", () => {
  const views = (["active", "adds", "outcomes", "score"] as const).map((view) =>
    seriesOf([day("2026-11-20")], view).map((one) => one.label),
  );
  expect(views.map((labels) => labels.includes("Active cap"))).toEqual([true, false, false, false]);
});

test("what contacts did is drawn only where it was sent", () => {
  const labels = (of: Day) => seriesOf([of], "outcomes").map((one) => one.label);
  expect(labels(day("2026-11-20"))).toEqual(["Accepted"]);
  expect(labels(day("2026-11-20", { deleted: 1, blocked: 0, complained: 0 }))).toEqual([
    "Accepted",
    "Deleted",
    "Blocked",
    "Complained",
  ]);
});

test("reasons are summed over days, the most frequent first", () => {
  const of = (denied: Record<string, number>) => day("2026-11-20", { denied });
  expect(reasons([of({ a: 1, b: 2 }), of({ a: 4, c: 0 })])).toEqual([
    ["a", 5],
    ["b", 2],
  ]);
});

test("nothing makes no days", () => {
  expect(filled([])).toEqual({ at: [], days: [] });
});
