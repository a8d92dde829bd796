import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import type { Overview } from "../../api/shapes/overview.ts";
import { Badge, Card } from "../../parts/card.tsx";
import { Table } from "../../parts/table.tsx";
import { number, relative } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { text } from "./text.ts";

/** What waits for a person, as ways to it. */
export function Waiting({ overview: { cases, requests } }: { overview: Overview }) {
  const words = text();
  const notes = [
    cases.enforced > 0 && words.enforced(number(cases.enforced)),
    cases.oldest_opened_at && words.oldest(relative(cases.oldest_opened_at)),
  ].filter(Boolean);
  const overdue = requests.overdue > 0 && (
    <Badge tone="bad">{words.overdue(number(requests.overdue))}</Badge>
  );
  const counts = [cases.open, cases.awaiting_second, requests.appeals, requests.applications];
  return (
    <Card title={words.waiting} aside={overdue}>
      {counts.every((count) => count === 0) && <p class="muted">{words.nothingWaits}</p>}
      <div class="waits">
        <Way href="/cases?state=open" label={words.openCases} count={cases.open}>
          {notes.join(" · ")}
        </Way>
        <Way
          href="/cases?state=awaiting_second"
          label={words.secondPerson}
          count={cases.awaiting_second}
        />
        <Way href="/requests" label={words.appeals} count={requests.appeals} />
        <Way
          href="/requests?kind=applications"
          label={words.applications}
          count={requests.applications}
        />
      </div>
    </Card>
  );
}

type WayProps = { href: string; label: string; count: number; children?: ComponentChildren };

function Way({ href, label, count, children }: WayProps) {
  return (
    <Link href={href} class={count > 0 ? "some" : ""}>
      <span class="muted small">{label}</span>
      <span class="figure-value">{number(count)}</span>
      {children && <span class="small">{children}</span>}
    </Link>
  );
}

/** Penalties and holds that bind now, by track. */
export function Tracks({ penalties }: { penalties: Overview["penalties"] }) {
  const words = text();
  return (
    <Card title={words.penalties}>
      <Table
        caption={words.penalties}
        rows={penalties}
        keyOf={(row) => String(row.track)}
        columns={[
          {
            key: "track",
            title: words.track,
            cell: (row) => term("track", row.track),
            names: true,
          },
          {
            key: "penalties",
            title: words.penaltiesCount,
            cell: (row) => number(row.penalties),
            numeric: true,
          },
          { key: "holds", title: words.holds, cell: (row) => number(row.holds), numeric: true },
        ]}
      />
    </Card>
  );
}
