import { language } from "./language.ts";

const locale = () => (language.value === "zh" ? "zh-CN" : "en-GB");

/** 12,345 */
export function number(value: number, digits = 0): string {
  return value.toLocaleString(locale(), { maximumFractionDigits: digits });
}

/** "1 event", "2 events": a number with the English word for so many. */
export function counted(count: number, one: string, many: string): string {
  return `${number(count)} ${PLURAL.select(count) === "one" ? one : many}`;
}

const PLURAL = new Intl.PluralRules("en");

/** A share from 0 to 1 as 45 %; what is not yet the whole never reads 100 %. */
export function percent(share: number, digits = 0): string {
  const shown = share < 1 ? Math.min(share, 1 - 10 ** -(digits + 2)) : share;
  return shown.toLocaleString(locale(), { style: "percent", maximumFractionDigits: digits });
}

/** An instant (RFC 3339) as date and time of day; in `zone`, else where the reader is. */
export function dateTime(instant: string, zone?: string | null): string {
  return format(instant, { dateStyle: "medium", timeStyle: "short" }, zone);
}

/** An instant as the time of day, to the second where `seconds`. */
export function timeOfDay(instant: string, zone?: string | null, seconds = false): string {
  const style: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
  return format(instant, seconds ? { ...style, second: "2-digit" } : style, zone);
}

/** From one time to another, as they are written; once where they are written alike. */
export const span = (from: string, to: string) => (from === to ? from : `${from} – ${to}`);

/** A local day such as 2026-11-22. */
export function day(date: string, short = false): string {
  const style: Intl.DateTimeFormatOptions = short
    ? { month: "short", day: "numeric" }
    : { dateStyle: "medium" };
  return format(`${date}T00:00:00Z`, style, "UTC");
}

/** The month of a local day: November 2026. */
export function monthName(date: string): string {
  return format(`${date}T00:00:00Z`, { year: "numeric", month: "long" }, "UTC");
}

function format(instant: string, style: Intl.DateTimeFormatOptions, zone?: string | null): string {
  const options = zone ? { ...style, timeZone: zone } : style;
  return new Intl.DateTimeFormat(locale(), options).format(new Date(instant));
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/**
 * How far an instant lies from `now` (epoch ms): "3 hours ago", "in 2 days".
 *
 * Days are 24 hours each: "tomorrow" could be the wrong one.
 */
export function relative(instant: string, now = Date.now()): string {
  const seconds = (Date.parse(instant) - now) / 1000;
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  const numeric = unit === "day" ? "always" : "auto";
  const words = new Intl.RelativeTimeFormat(locale(), { numeric });
  return words.format(Math.trunc(seconds / length), unit);
}

/** A span of time in its two largest units: "3 h 20 min". */
export function duration(seconds: number): string {
  const parts = UNITS.map(([unit, size], place) => {
    const above = UNITS[place - 1]?.[1] ?? Number.POSITIVE_INFINITY;
    return [unit, Math.floor((seconds % above) / size)] as const;
  }).filter(([, count]) => count > 0);
  const shown = parts.length ? parts.slice(0, 2) : [["second", 0] as const];
  return shown.map(([unit, count]) => inUnit(count, unit)).join(" ");
}

function inUnit(count: number, unit: Intl.RelativeTimeFormatUnit): string {
  return count.toLocaleString(locale(), { style: "unit", unit, unitDisplay: "short" });
}
