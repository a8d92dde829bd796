import { expect, test } from "vitest";
import type { Limit, Quota, Restriction } from "../../api/shapes/accounts.ts";
import { divided, possible } from "./limits.ts";

const limit = (name: string, remaining: number, window: Limit["window"] = "day"): Limit => ({
  name,
  cap: 100,
  used: 100 - remaining,
  remaining,
  window,
  resets_at: "2026-11-30T00:00:00Z",
});
const held = (scope: string) => [{ scope }] as Restriction[];

/** What is possible of active adds to a member with these limits. */
function active(count: number, limits: Limit[], restrictions: Restriction[] = []) {
  const quota = { limits, restrictions, available: { active: count, passive: 0 } } as Quota;
  return possible(quota, "active", divided(limits, true).daily);
}

const CAP = limit("member_daily_active", 50);
const BURST = limit("enterprise_burst_active", 28, "minute");

test("the limit with the least left is what limits", () => {
  expect(active(28, [CAP, BURST])).toEqual({ count: 28, by: BURST });
});

test("the account's own cap needs no word, also where another limit has as little left", () => {
  expect(active(50, [limit("handover_daily", 1), CAP])).toEqual({ count: 50, by: null });
  expect(active(50, [limit("member_burst_active", 50), CAP]).by).toBe(null);
});

test.each(["active_adds", "interop", "member_account", "enterprise_account"])(
  "a restriction of %s leaves nothing, whatever limits leave",
  (scope) => {
    expect(active(0, [CAP, BURST], held(scope))).toEqual({ count: 0, by: "restriction" });
    const spent = limit("enterprise_daily_active", 0);
    expect(active(0, [CAP, spent], held(scope))).toEqual({ count: 0, by: "restriction" });
  },
);

test("a restriction that forbids something else limits nothing here", () => {
  expect(active(28, [CAP, BURST], held("admin_account"))).toEqual({ count: 28, by: BURST });
  const passive = limit("member_daily_passive", 50);
  const quota = { limits: [passive], available: { active: 0, passive: 50 } } as Quota;
  const now = possible({ ...quota, restrictions: held("active_adds") }, "passive", [passive]);
  expect(now).toEqual({ count: 50, by: null });
});
