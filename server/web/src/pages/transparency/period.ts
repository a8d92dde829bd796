/** A period of UTC days: `from` is its first, `to` the day after its last, as the service counts. */
export type Period = { from: string; to: string };

const DAY_MS = 86_400_000;

/** The month that lies `back` months before that of `now` (epoch ms): 0 is the month we are in. */
export function month(now: number, back: number): Period {
  return { from: firstOf(now, back), to: firstOf(now, back - 1) };
}

/** The month we are in, up to and with today. */
export function soFar(now: number): Period {
  return { from: firstOf(now, 0), to: dayOf(now + DAY_MS) };
}

/** The last twelve months that are over. */
export function lastYear(now: number): Period {
  return { from: firstOf(now, 12), to: firstOf(now, 0) };
}

/**
 * The last day of a period, which people name, where the service names the one after it; empty
 * where it has none.
 */
export const lastDay = ({ to }: Period): string => (isDay(to) ? shifted(to, -1) : "");

/** The period from one day to another, both in it. */
export const including = (from: string, last: string): Period => ({ from, to: shifted(last, 1) });

/** The period that an address names, be it half or wrong; none where it names none. */
export function named(search: URLSearchParams): Period | null {
  const [from, to] = [search.get("from"), search.get("to")];
  return from === null && to === null ? null : { from: from ?? "", to: to ?? "" };
}

/** Most days that the service counts at once. */
const MOST_DAYS = 366;

export type Wrong = "unreadable" | "backwards" | "long" | "future";

/** What keeps a period from being counted at `now` (epoch ms); null where nothing does. */
export function wrongOf({ from, to }: Period, now: number): Wrong | null {
  if (!isDay(from) || !isDay(to)) return "unreadable";
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS;
  if (days < 1) return "backwards";
  if (days > MOST_DAYS) return "long";
  return from > dayOf(now) ? "future" : null;
}

/** The query of a period, for the service and for the page's own address. */
export const queryOf = ({ from, to }: Period): string => `from=${from}&to=${to}`;

/** Whether there is such a day: of the 30th of February some make the 2nd of March. */
function isDay(text: string): boolean {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(ms) && dayOf(ms) === text;
}

function firstOf(now: number, back: number): string {
  const at = new Date(now);
  return dayOf(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - back, 1));
}

const shifted = (day: string, days: number) => dayOf(Date.parse(day) + days * DAY_MS);

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
