import {
  type Part,
  SECTIONS,
  type SectionName,
  type Transparency,
} from "../../api/shapes/transparency.ts";
import { Card, Figure } from "../../parts/card.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Nothing } from "../../parts/told.tsx";
import { number, percent } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { violationKind } from "../../text/violation-kinds.ts";
import { told } from "./figures-text.ts";
import { text } from "./text.ts";

/** Columns that tell parts apart, in the order in which they are shown. */
const KEYS = [
  "track",
  "type",
  "scope",
  "source",
  "automated_decision",
  "ended_by",
  "origin",
  "pattern",
  "mode",
] as const;
/** Sections whose parts need the whole width. */
const WIDE: readonly SectionName[] = ["penalties", "holds", "violations"];

type Total = { name: string; value: number | null };

/** Every section with its totals and parts; those with many columns come first. */
export function Sections({ figures }: { figures: Transparency }) {
  const card = (name: SectionName) => <SectionCard key={name} name={name} figures={figures} />;
  return (
    <>
      {WIDE.map(card)}
      <div class="packed">{SECTIONS.filter((name) => !WIDE.includes(name)).map(card)}</div>
    </>
  );
}

function SectionCard({ name, figures }: { name: SectionName; figures: Transparency }) {
  const entries = Object.entries(figures[name]);
  const totals = entries.flatMap(([key, value]) =>
    Array.isArray(value) ? [] : [{ name: `${name}.${key}`, value }],
  );
  const parts = entries.flatMap(([, value]) => (Array.isArray(value) ? value : []));
  const hasParts = entries.some(([, value]) => Array.isArray(value));
  const title = told().sections[name] ?? name;
  return (
    <Card title={title}>
      {totals.length > 1 && <Totals caption={title} totals={totals} />}
      {totals.length === 1 && totals.map((total) => <OnlyTotal key={total.name} total={total} />)}
      {parts.length > 0 && <Parts caption={text().bySort(title)} section={name} parts={parts} />}
      {hasParts && parts.length === 0 && <Nothing>{text().none}</Nothing>}
    </Card>
  );
}

/** A section's only total needs no table. */
function OnlyTotal({ total }: { total: Total }) {
  const [title, counts] = told().figures[total.name] ?? [total.name, ""];
  return <Figure label={title} value={saidOf(total)} note={counts} />;
}

function Totals({ caption, totals }: { caption: string; totals: Total[] }) {
  const words = text();
  const columns: Column<Total, never>[] = [
    { key: "figure", title: words.figure, names: true, cell: ({ name }) => <Named name={name} /> },
    { key: "value", title: words.value, numeric: true, cell: saidOf },
  ];
  return <Table caption={caption} columns={columns} rows={totals} keyOf={(row) => row.name} />;
}

function Named({ name }: { name: string }) {
  const [title, counts] = told().figures[name] ?? [name, ""];
  return (
    <>
      {title}
      <div class="muted small counts">{counts}</div>
    </>
  );
}

/** A total in its unit, which its name says; a median or share of nothing in words. */
export function saidOf({ name, value }: Total): string {
  const words = text();
  if (value === null) return name.endsWith("share_blocked") ? words.unknown : words.undecided;
  if (name.includes(".share_")) return percent(value, 2);
  if (name.includes("_hours_")) return words.hours(number(value, 2));
  return number(value);
}

type PartsProps = { caption: string; section: SectionName; parts: Part[] };

function Parts({ caption, section, parts }: PartsProps) {
  const names = Object.keys(parts[0] ?? {});
  const keys = KEYS.filter((key) => names.includes(key));
  const counts = names.filter((name) => !keys.some((key) => key === name));
  const columns: Column<Part, never>[] = [
    ...keys.map((key, place) => ({
      key,
      title: text().columns[key],
      names: place === 0,
      cell: (part: Part) => keyed(key, part[key]),
    })),
    ...counts.map((name) => ({
      key: name,
      title: countTitle(section, name),
      numeric: true,
      cell: (part: Part) => number(Number(part[name])),
    })),
  ];
  const keyOf = (part: Part) => keys.map((key) => String(part[key])).join(" ");
  return (
    <div class="sorts">
      <Table caption={caption} columns={columns} rows={parts} keyOf={keyOf} />
    </div>
  );
}

function countTitle(section: SectionName, name: string): string {
  const columns: Record<string, string> = text().columns;
  return told().figures[`${section}.${name}`]?.[0] ?? columns[name] ?? name;
}

/** What tells a part apart, in words. */
function keyed(key: (typeof KEYS)[number], value: Part[string] | undefined): string {
  const words = text();
  if (typeof value === "boolean") return value ? words.yes : words.no;
  const said = String(value);
  if (key === "type") return violationKind(said);
  if (key === "track" || key === "scope" || key === "source" || key === "pattern") {
    return term(key, said);
  }
  const others: Record<string, string> = words.keyed;
  return others[said] ?? said;
}

/** Whether a period has no count but that of enterprises on record. */
export function isEmpty(figures: Transparency): boolean {
  return SECTIONS.every((name) =>
    Object.entries(figures[name]).every(([key, value]) =>
      Array.isArray(value) ? value.every(isZero) : key === "on_record" || !value,
    ),
  );
}

/** Parts may be there with nothing in them: the ways of an early end always are. */
function isZero(part: Part): boolean {
  return Object.entries(part).every(([name, value]) => name === "track" || !(Number(value) > 0));
}
