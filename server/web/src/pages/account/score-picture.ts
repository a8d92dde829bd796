import type { Ceiling, Part } from "../../api/shapes/accounts.ts";

/** A piece of the bar of points, both in percent of all points that there are. */
export type Piece = { name: string; start: number; width: number; points: number };

/** A line across the bar: from here on a tier begins. */
export type Threshold = { tier: number; score: number; at: number };

/** From here to the end points do not raise the tier, because of these ceilings. */
export type Closed = { tier: number; at: number; names: string[] };

/** All points that there are: 100, unless the policy's weights say otherwise. */
export const pointsOf = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + part.weight, 0);

/** The parts' points one after another. */
export function pieces(parts: readonly Part[]): Piece[] {
  const most = pointsOf(parts) || 1;
  let start = 0;
  return parts.map(({ name, points }) => {
    const width = (Math.max(points, 0) / most) * 100;
    const piece = { name, points, start, width };
    start += width;
    return piece;
  });
}

/** Where tiers begin, tier 0 aside. */
export function thresholds(tiers: readonly number[], most: number): Threshold[] {
  return tiers
    .map((score, tier) => ({ tier, score, at: (score / (most || 1)) * 100 }))
    .filter(({ tier }) => tier > 0);
}

/** Where ceilings close the bar, the lowest first; those that close nothing are left out. */
export function closings(
  ceilings: readonly Ceiling[],
  tiers: readonly number[],
  most: number,
): Closed[] {
  const found = new Map<number, Closed>();
  for (const { name, max_tier: tier } of ceilings) {
    const score = tiers[tier + 1];
    if (score === undefined) continue;
    const closed = found.get(tier) ?? { tier, at: (score / (most || 1)) * 100, names: [] };
    closed.names.push(name);
    found.set(tier, closed);
  }
  return [...found.values()].sort((one, other) => one.tier - other.tier);
}
