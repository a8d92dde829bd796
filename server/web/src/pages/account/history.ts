import type { Day } from "../../api/shapes/accounts.ts";
import type { Series } from "../../parts/chart.tsx";
import { text } from "./text.ts";

export type View = "active" | "adds" | "outcomes" | "score";

/** Local days as places, those without an event filled in; null stands for such a day. */
export type Days = { at: number[]; days: (Day | null)[] };

const DAY_S = 86_400;
const secondsOf = (day: string) => Date.parse(`${day}T00:00:00Z`) / 1000;

/** All days from the first with an event to the last. */
export function filled(known: readonly Day[]): Days {
  const byPlace = new Map(known.map((day) => [secondsOf(day.day), day]));
  const places = [...byPlace.keys()];
  const at: number[] = [];
  if (places.length > 0) {
    const last = Math.max(...places);
    for (let place = Math.min(...places); place <= last; place += DAY_S) at.push(place);
  }
  return { at, days: at.map((place) => byPlace.get(place) ?? null) };
}

const denials = (day: Day) => Object.values(day.denied).reduce((sum, count) => sum + count, 0);

/** What a chart of the days shows. On a day without an event nothing was counted; its cap is not known. */
export function seriesOf(days: readonly (Day | null)[], view: View): Series[] {
  const words = text();
  const counted = (label: string, colour: number, of: (day: Day) => number): Series => ({
    label,
    colour,
    values: days.map((day) => (day ? of(day) : 0)),
  });
  if (view === "score") {
    return [{ label: words.score, colour: 1, values: days.map((day) => day?.score ?? null) }];
  }
  if (view === "active") {
    // The cap is that of active adds: over both directions it would seem to be broken.
    return [
      counted(words.active, 1, (day) => day.active),
      { label: words.cap, colour: 6, dashed: true, values: days.map((day) => day?.cap ?? null) },
    ];
  }
  if (view === "adds") {
    return [
      counted(words.requested, 3, (day) => day.requested),
      counted(words.allowed, 1, (day) => day.allowed),
      counted(words.denied, 2, denials),
    ];
  }
  const seen = (name: "declined" | "deleted" | "blocked" | "complained") =>
    days.some((day) => day?.[name] !== undefined);
  return [
    counted(words.accepted, 1, (day) => day.accepted),
    ...(["declined", "deleted", "blocked", "complained"] as const)
      .filter(seen)
      .map((name, index) =>
        counted(words[name], [6, 3, 2, 7][index] ?? 6, (day) => day[name] ?? 0),
      ),
  ];
}

/** Why adds were denied in all these days, most often given first. */
export function reasons(days: readonly Day[]): [string, number][] {
  const sums = new Map<string, number>();
  for (const { denied } of days) {
    for (const [reason, count] of Object.entries(denied)) {
      sums.set(reason, (sums.get(reason) ?? 0) + count);
    }
  }
  return [...sums].filter(([, count]) => count > 0).sort((one, other) => other[1] - one[1]);
}
