import { Link } from "wouter-preact";
import type { Case } from "../../api/shapes/cases.ts";
import { Badge } from "../../parts/card.tsx";
import { toneOf } from "../../parts/tones.ts";
import { accountOf, enterpriseOf } from "../../text/account-names.ts";
import { relative } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { violationKind } from "../../text/violation-kinds.ts";
import { probability } from "./names.ts";
import { text } from "./text.ts";

type ListProps = {
  items: Case[];
  chosen: string | null;
  search: string;
  now: number;
  onChoose: () => void;
  /** Moves the choice by the arrow keys. */
  onMove: (step: 1 | -1) => void;
};

/** The queue: each case a link, moved through with the arrow keys while one of them has the focus. */
export function CaseList({ items, chosen, search, now, onChoose, onMove }: ListProps) {
  const move = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : null;
    if (step === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    onMove(step);
  };
  return (
    <ul class="case-list" onKeyDown={move}>
      {items.map((one) => (
        <li key={one.id}>
          <Link
            href={`/cases/${one.id}${search}`}
            data-case={one.id}
            onClick={onChoose}
            {...(one.id === chosen ? { "aria-current": "true" as const } : {})}
          >
            <Entry one={one} now={now} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Entry({ one, now }: { one: Case; now: number }) {
  const words = text();
  const about = one.patterns.length
    ? one.patterns.map((name) => term("pattern", name)).join(words.comma)
    : violationKind(one.type);
  return (
    <>
      <span class="row between">
        <strong>{accountOf(one)}</strong>
        <Badge tone={toneOf(one.state)}>{term("caseState", one.state)}</Badge>
      </span>
      <span class="small">{about}</span>
      <span class="row small muted">
        {one.member_id !== null && <span>{enterpriseOf(one)}</span>}
        {one.posterior !== null && <span>{probability(one.posterior)}</span>}
        <span>{relative(one.opened_at, Math.max(now, Date.parse(one.opened_at)))}</span>
        {one.hold?.state === "active" && <Badge tone="warn">{words.held}</Badge>}
        {one.first && <span>{words.by(one.first.by)}</span>}
      </span>
    </>
  );
}
