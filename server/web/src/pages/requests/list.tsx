import { Link } from "wouter-preact";
import type { Asked } from "../../api/shapes/requests.ts";
import { Badge } from "../../parts/card.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { toneOf } from "../../parts/tones.ts";
import { accountOf, enterpriseOf } from "../../text/account-names.ts";
import { dateTime, relative } from "../../text/format.ts";
import { useNow } from "../../text/now.ts";
import { term } from "../../text/terms.ts";
import { isOpen, isOverdue, waits } from "./allowed.ts";
import { groundsOf, pageOf } from "./names.ts";
import { text } from "./text.ts";

/** Requests as a table; who filed them is for reviewers. */
export function RequestTable({ items, reviews }: { items: Asked[]; reviews: boolean }) {
  const words = text();
  const now = useNow();
  const columns: Column<Asked, never>[] = [
    {
      key: "request",
      title: words.request,
      names: true,
      cell: (one) => (
        <span class="stack request-name">
          <Link href={pageOf(one)}>{accountOf(one)}</Link>
          <span class="muted">
            {one.member_id === null ? "" : `${enterpriseOf(one)} · `}
            {groundsOf(one)}
          </span>
        </span>
      ),
    },
    {
      key: "state",
      title: words.state,
      cell: (one) => (
        <span class="stack request-state">
          <Badge tone={toneOf(one.state)}>{term("requestState", one.state)}</Badge>
          {waits(one) && one.decided_by_you && <span class="muted small">{words.forOthers}</span>}
          {isOpen(one) && (
            <span class="due-below small">
              {words.due} <Due one={one} now={now} />
            </span>
          )}
        </span>
      ),
    },
    { key: "due", title: words.due, cell: (one) => <Due one={one} now={now} /> },
    { key: "filed", title: words.filed, cell: (one) => dateTime(one.created_at) },
  ];
  if (reviews) {
    columns.push({ key: "by", title: words.filedBy, cell: (one) => one.filed_by ?? "–" });
  }
  return (
    <div class="request-table">
      <Table caption={words.title} columns={columns} rows={items} keyOf={(one) => one.id} />
    </div>
  );
}

/** When it is due, and whether that is over. */
export function Due({ one, now }: { one: Asked; now: number }) {
  const words = text();
  if (!isOpen(one)) return <span class="muted">–</span>;
  return (
    <span class="row">
      <span title={dateTime(one.due_at)}>{relative(one.due_at, now)}</span>
      {isOverdue(one, now) && <Badge tone="bad">{words.overdue}</Badge>}
    </span>
  );
}
