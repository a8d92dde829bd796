import type { ByReason, PlatformDay, Slot } from "../../api/shapes/overview.ts";

export const SLOT_S = 600;
const SLOTS = 144;

export type Counted = { at: number[]; allowed: number[]; denied: Record<string, number[]> };

/** The last 24 hours in ten-minute slots up to `now` (epoch seconds); what is absent is zero. */
export function bySlot(slots: readonly Slot[], now: number): Counted {
  const last = Math.floor(now / SLOT_S) * SLOT_S;
  const at = Array.from({ length: SLOTS }, (_, place) => last - (SLOTS - 1 - place) * SLOT_S);
  const known = new Map(slots.map((slot) => [Date.parse(slot.at) / 1000, slot]));
  return counted(at, (seconds) => known.get(seconds));
}

const DAY_S = 86_400;
const DAYS = 30;

/** The last 30 days up to the newest one that is known; what is absent is zero. */
export function byDay(days: readonly PlatformDay[], now: number): Counted {
  const seconds = (day: string) => Date.parse(`${day}T00:00:00Z`) / 1000;
  const newest = days.at(-1);
  const last = newest ? seconds(newest.day) : Math.floor(now / DAY_S) * DAY_S;
  const at = Array.from({ length: DAYS }, (_, place) => last - (DAYS - 1 - place) * DAY_S);
  const known = new Map(days.map((day) => [seconds(day.day), day]));
  return counted(at, (place) => known.get(place));
}

type Tally = { allowed: number; denied: ByReason };

function counted(at: number[], find: (seconds: number) => Tally | undefined): Counted {
  const tallies = at.map(find);
  const reasons = new Set(tallies.flatMap((tally) => Object.keys(tally?.denied ?? {})));
  return {
    at,
    allowed: tallies.map((tally) => tally?.allowed ?? 0),
    denied: Object.fromEntries(
      [...reasons].map((reason) => [reason, tallies.map((tally) => tally?.denied[reason] ?? 0)]),
    ),
  };
}

/** Reasons with their counts, most first. */
export function ranked(denied: ByReason): [string, number][] {
  return Object.entries(denied).sort(([, one], [, other]) => other - one);
}

/** All of them together. */
export const total = (denied: ByReason): number =>
  Object.values(denied).reduce((sum, count) => sum + count, 0);

/** The first series is what was allowed. */
const COLOURS: Record<string, number> = {
  member_daily_cap: 2,
  enterprise_daily_cap: 3,
  member_burst: 5,
  enterprise_burst: 8,
  contact_cooldown: 4,
  member_restricted: 7,
  enterprise_restricted: 6,
  handover_cap: 9,
};

/** The colour of a reason, the same from day to day and no other's. */
export const colourOf = (reason: string): number => COLOURS[reason] ?? 6;
