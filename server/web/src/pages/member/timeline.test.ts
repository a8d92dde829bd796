import { expect, test } from "vitest";
import type { Entry } from "../../api/shapes/timeline.ts";
import { byDay, localDay, merged, rowsOf } from "./timeline.ts";

const add = (at: string): Entry => ({
  at,
  kind: "add",
  way: "qr_code",
  direction: "passive",
  allowed: true,
  reason: "ok",
});

test("a day is that of the account's zone", () => {
  expect(localDay("2026-11-22T16:30:00Z", "Asia/Shanghai")).toBe("2026-11-23");
  expect(localDay("2026-11-22T16:30:00Z", "America/New_York")).toBe("2026-11-22");
});

test("entries stand by local day, newest first", () => {
  const entries = ["2026-11-22T17:00:00Z", "2026-11-22T16:00:00Z", "2026-11-22T15:59:00Z"].map(add);
  expect(byDay(entries, "Asia/Shanghai").map(({ day, entries }) => [day, entries.length])).toEqual([
    ["2026-11-23", 2],
    ["2026-11-22", 1],
  ]);
});

const page = (hours: number[], next_cursor: string | null = null) => ({
  items: hours.map((hour) => add(`2026-11-22T${hour}:00:00Z`)),
  next_cursor,
});

test("a newer first page goes before what is known, nothing twice", () => {
  const shown = merged(page([12, 11], "after 11"), page([11, 10], "after 10"));
  expect(shown).toEqual(page([12, 11, 10], "after 10"));
});

const opened = (hour: number, state: string): Entry => ({
  at: `2026-11-22T${hour}:00:00Z`,
  kind: "case",
  case_id: "c-1",
  state,
  verdict: "enforce",
});

test("what changed since stands as it is now, and once", () => {
  const known = { items: [opened(12, "open"), ...page([11, 10]).items], next_cursor: "after 10" };
  const newest = {
    items: [opened(12, "confirmed"), ...page([11]).items],
    next_cursor: "after 11",
  };
  const shown = { items: [...newest.items, ...page([10]).items], next_cursor: "after 10" };
  expect(merged(newest, known)).toEqual(shown);
});

test("what is no longer so is not kept", () => {
  const known = page([13, 12, 11, 10], "after 10");
  expect(merged(page([13, 11], "after 11"), known)).toEqual(page([13, 11, 10], "after 10"));
});

test("a page that is all there is stands alone", () => {
  expect(merged(page([12, 11]), page([11, 10], "after 10"))).toEqual(page([12, 11]));
});

test("of several at the time at which a page ends none is lost", () => {
  const beside: Entry = { ...add("2026-11-22T11:00:00Z"), way: "card_share" } as Entry;
  const known = { items: [...page([11]).items, beside], next_cursor: "after both" };
  expect(merged(page([12, 11], "after 11"), known)).toEqual({
    items: [...page([12, 11]).items, beside],
    next_cursor: "after both",
  });
});

test("where entries between are missing only the newer page is shown", () => {
  expect(merged(page([20, 19], "after 19"), page([11, 10]))).toEqual(page([20, 19], "after 19"));
});

test("adds one after another are one row, and what is between them stands out", () => {
  const adds = [14, 13, 12, 11].map((hour) => add(`2026-11-22T${hour}:00:00Z`));
  const moved: Entry = {
    at: "2026-11-22T10:00:00Z",
    kind: "tier",
    day: "2026-11-22",
    from: 1,
    to: 2,
  };
  expect(rowsOf([...adds, moved, ...adds.slice(2)])).toEqual([
    { adds },
    { entry: moved },
    { entry: adds[2] },
    { entry: adds[3] },
  ]);
});
