import { expect, test } from "vitest";
import { pythonOf } from "../../text/python-said.ts";
import { byDay, bySlot, colourOf, ranked } from "./series.ts";

const NOW = Date.parse("2026-11-22T12:05:00Z") / 1000;

test("a day has 144 slots, the present one last, and what nobody did is zero", () => {
  const slot = {
    at: "2026-11-22T12:00:00Z",
    requested: 4,
    allowed: 3,
    denied: { member_burst: 1 },
  };
  const { at, allowed, denied } = bySlot([slot], NOW);
  expect(at).toHaveLength(144);
  expect(new Date((at[143] ?? 0) * 1000).toISOString()).toBe("2026-11-22T12:00:00.000Z");
  expect(allowed.slice(-2)).toEqual([0, 3]);
  expect(denied.member_burst?.slice(-2)).toEqual([0, 1]);
});

test("days end with the newest local one, which may be ahead of ours", () => {
  const plain = { requested: 1, accepted: 0, deleted: 0, blocked: 0, complained: 0, denied: {} };
  const { at, allowed } = byDay([{ ...plain, day: "2026-11-23", allowed: 7 }], NOW);
  expect(at).toHaveLength(30);
  expect(new Date((at[29] ?? 0) * 1000).toISOString().slice(0, 10)).toBe("2026-11-23");
  expect(allowed.at(-1)).toBe(7);
});

test("reasons are ranked by how often they were given", () => {
  expect(ranked({ a: 1, b: 9, c: 3 }).map(([reason]) => reason)).toEqual(["b", "c", "a"]);
});

test("each reason of the service has a colour of its own", () => {
  const listed = /REASONS = \(([^)]*)\)/.exec(pythonOf("quota/records"))?.[1] ?? "";
  const reasons = [...listed.matchAll(/"(\w+)"/g)].map(([, reason]) => reason ?? "");
  const colours = reasons.filter((reason) => reason !== "ok").map(colourOf);
  expect(colours.length).toBeGreaterThan(6);
  expect(new Set([1, ...colours]).size).toBe(colours.length + 1);
});
