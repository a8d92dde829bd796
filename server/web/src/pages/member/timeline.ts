import type { Add, Entry } from "../../api/shapes/timeline.ts";
import { mergedBy } from "../account/use-pages.ts";

export type Kind = Entry["kind"];
export const KINDS = ["add", "outcome", "flag", "case", "penalty", "tier"] as const;

/** Entries of one local day, newest first. */
export type DayOf = { day: string; entries: Entry[] };

/**
 * What tells an entry from others: nothing is recorded twice alike at one time.
 *
 * A case stands in it once, in the state in which it is now.
 */
export const keyOf = (entry: Entry): string =>
  entry.kind === "case" ? `case ${entry.case_id}` : JSON.stringify(entry);

/** A newer first page before what is known. */
export const merged = mergedBy<Entry>(keyOf, ({ at }) => at);

/** The local day (2026-11-22) of an instant in a zone. */
export function localDay(instant: string, zone: string | null | undefined): string {
  const options: Intl.DateTimeFormatOptions = { year: "numeric", month: "2-digit", day: "2-digit" };
  const format = new Intl.DateTimeFormat("en-CA", zone ? { ...options, timeZone: zone } : options);
  return format.format(new Date(instant));
}

/** Entries by local day, in their order. */
export function byDay(entries: readonly Entry[], zone: string | null | undefined): DayOf[] {
  const days: DayOf[] = [];
  for (const entry of entries) {
    const day = localDay(entry.at, zone);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

/** Adds one after another, newest first: many of them hide what else happened. */
export type Run = { adds: [Add, ...Add[]] };
export type Row = { entry: Entry } | Run;

/** So many adds one after another become one row. */
const LEAST_RUN = 4;

/** The rows of a day: what stands out is not lost among adds. */
export function rowsOf(entries: readonly Entry[]): Row[] {
  const runs: [Entry, ...Entry[]][] = [];
  for (const entry of entries) {
    const last = runs.at(-1);
    if (last?.[0].kind === "add" && entry.kind === "add") last.push(entry);
    else runs.push([entry]);
  }
  return runs.flatMap((run): Row[] =>
    run.length >= LEAST_RUN ? [{ adds: run as Run["adds"] }] : run.map((entry) => ({ entry })),
  );
}
