/** One sort within a section: what tells it apart, and its figures. */
export type Part = Record<string, string | number | boolean>;

/** Totals, null where there is nothing to take a share or a median of, and lists of parts. */
export type Section = Record<string, number | null | Part[]>;

export const SECTIONS = [
  "penalties",
  "holds",
  "ended_early",
  "violations",
  "cases",
  "appeals",
  "applications",
  "enterprises",
  "flags",
] as const;

export type SectionName = (typeof SECTIONS)[number];

/** Counts of a period, `to` exclusive, as `GET /v1/transparency` sends them. */
export type Transparency = { from: string; to: string } & Record<SectionName, Section>;
