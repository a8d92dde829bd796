import { expect, test } from "vitest";
import { including, lastDay, lastYear, month, named, soFar, wrongOf } from "./period.ts";

const NOW = Date.parse("2026-01-15T23:59:00Z");

test("months are counted back over the turn of the year", () => {
  expect(month(NOW, 1)).toEqual({ from: "2025-12-01", to: "2026-01-01" });
  expect(month(NOW, 0)).toEqual({ from: "2026-01-01", to: "2026-02-01" });
});

test("a month is counted back from the 31st, too", () => {
  expect(month(Date.parse("2026-03-31T12:00:00Z"), 1)).toEqual({
    from: "2026-02-01",
    to: "2026-03-01",
  });
});

test("this month goes up to and with today", () => {
  expect(soFar(NOW)).toEqual({ from: "2026-01-01", to: "2026-01-16" });
});

test("a year ends with the last month that is over", () => {
  expect(lastYear(NOW)).toEqual({ from: "2025-01-01", to: "2026-01-01" });
});

test("people name the last day, the service the one after it", () => {
  const period = including("2026-02-01", "2026-02-28");
  expect(period).toEqual({ from: "2026-02-01", to: "2026-03-01" });
  expect(lastDay(period)).toBe("2026-02-28");
});

test("an address that says nothing of days names no period", () => {
  expect(named(new URLSearchParams("page=2"))).toBeNull();
});

test.each([
  "from=2026-01-01",
  "to=2026-01-01",
  "from=&to=",
  "from=2026-01-01&to=soon",
  "from=2026-13-01&to=2026-14-01",
  "from=2026-02-01&to=2026-02-30",
])("an address with %j names a period that cannot be read", (search) => {
  const period = named(new URLSearchParams(search));
  expect(period && wrongOf(period, NOW)).toBe("unreadable");
});

test.each([
  ["2026-01-15", "2026-01-15", null],
  ["2026-01-02", "2026-01-01", "backwards"],
  ["2025-01-01", "2026-01-01", null],
  ["2025-01-01", "2026-01-02", "long"],
  ["2026-01-16", "2026-01-31", "future"],
  // What has begun is counted as far as it goes.
  ["2026-01-01", "2026-01-31", null],
])("from %s to %s: %s is wrong", (from, last, wrong) => {
  expect(wrongOf(including(from, last), NOW)).toBe(wrong);
});
