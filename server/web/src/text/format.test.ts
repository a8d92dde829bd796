import { beforeEach, expect, test } from "vitest";
import {
  counted,
  dateTime,
  day,
  duration,
  number,
  percent,
  relative,
  timeOfDay,
} from "./format.ts";
import { language, preferred } from "./language.ts";

beforeEach(() => {
  language.value = "en";
});

test.each([
  [["zh-CN", "en"], "zh"],
  [["fr-FR", "zh-TW"], "zh"],
  [["en-US"], "en"],
  [["fr", "de"], "en"],
  [[], "en"],
] as const)("of the browser's languages %j we speak %s", (wanted, spoken) => {
  expect(preferred(wanted)).toBe(spoken);
});

test("numbers and shares are written as the language does", () => {
  expect(number(12345.678)).toBe("12,346");
  expect(percent(0.455, 1)).toBe("45.5%");
});

test.each([
  [498 / 500, 0, "99%"],
  [0.9999, 1, "99.9%"],
  [0.999_999_9, 3, "99.999%"],
  [0.985, 0, "99%"],
  [1, 0, "100%"],
  [1.2, 0, "120%"],
])("a share of %d with %d digits is written %s", (share, digits, said) => {
  expect(percent(share, digits)).toBe(said);
});

test("an instant is told in the zone of the account, not of the reader", () => {
  expect(timeOfDay("2026-11-22T16:00:00Z", "Asia/Shanghai")).toBe("00:00");
  expect(dateTime("2026-11-22T16:00:00Z", "Asia/Shanghai")).toContain("23 Nov 2026");
  language.value = "zh";
  expect(dateTime("2026-11-22T16:00:00Z", "Asia/Shanghai")).toContain("2026年11月23日");
});

test("a local day stays that day wherever the reader is", () => {
  expect(day("2026-11-22")).toBe("22 Nov 2026");
  expect(day("2026-11-22", true)).toBe("22 Nov");
});

test.each([
  [-3 * 3600, "3 hours ago"],
  [-86_400, "1 day ago"],
  [47 * 3600, "in 1 day"],
  [2 * 86_400 + 60, "in 2 days"],
  [0, "now"],
])("%d seconds from now is %s", (seconds, said) => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  expect(relative(new Date(now + seconds * 1000).toISOString(), now)).toBe(said);
});

test.each([
  [0, "0 secs"],
  [59, "59 secs"],
  [3600 + 20 * 60 + 5, "1 hr 20 mins"],
  [90_000, "1 day 1 hr"],
])("a span of %d seconds is %s", (seconds, said) => {
  expect(duration(seconds)).toBe(said);
});

test.each([
  [0, "0 events"],
  [1, "1 event"],
  [2, "2 events"],
  [1_001, "1,001 events"],
])("%d is %s", (count, said) => {
  expect(counted(count, "event", "events")).toBe(said);
});
