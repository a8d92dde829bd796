import type { Limit, Quota } from "../../api/shapes/accounts.ts";

/** An account's limits by how they are shown; `enterprise` are those above a member. */
export type Divided = { daily: Limit[]; bursts: Limit[]; enterprise: Limit[] };

/** Daily caps of the account itself, active first; its other limits; its enterprise's. */
export function divided(limits: readonly Limit[], isMember: boolean): Divided {
  const own = limits.filter((limit) => !isMember || limit.name.startsWith("member_"));
  const isCap = ({ name }: Limit) => /^(member|enterprise)_daily_/.test(name);
  return {
    daily: own.filter(isCap),
    bursts: own.filter((limit) => !isCap(limit)),
    enterprise: limits.filter((limit) => !own.includes(limit)),
  };
}

export type Direction = "active" | "passive";

/** Scopes of restrictions that leave no adds of a direction; another one forbids something else. */
const FORBIDS: Record<Direction, ReadonlySet<string>> = {
  active: new Set(["active_adds", "interop", "member_account", "enterprise_account"]),
  passive: new Set(["interop", "member_account", "enterprise_account"]),
};

/** How many adds are possible now, and what leaves no more: a limit, a restriction, null: the cap. */
export type Possible = { count: number; by: Limit | "restriction" | null };

/** What one direction has left of an account whose own daily caps are `daily`. */
export function possible(quota: Quota, direction: Direction, daily: readonly Limit[]): Possible {
  // Before any limit: one that leaves as little may leave more tomorrow, a restriction does not.
  if (quota.restrictions.some(({ scope }) => FORBIDS[direction].has(scope))) {
    return { count: 0, by: "restriction" };
  }
  const count = quota.available[direction];
  const of = quota.limits.filter(({ name }) => name.endsWith(`_${direction}`));
  const least = Math.min(...of.map(({ remaining }) => remaining));
  const tightest = of.filter(({ remaining }) => remaining === least);
  const isCap = tightest.some((limit) => daily.includes(limit));
  return { count, by: isCap ? null : (tightest[0] ?? null) };
}
