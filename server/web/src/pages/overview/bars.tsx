import { Link } from "wouter-preact";
import type { ByReason, NearCap } from "../../api/shapes/overview.ts";
import { Card } from "../../parts/card.tsx";
import { ShareBar } from "../../parts/share-bar.tsx";
import { Nothing } from "../../parts/told.tsx";
import { number, percent } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { ranked, total } from "./series.ts";
import { text } from "./text.ts";

/** Reasons of denials, most often given first. */
export function Reasons({ denied }: { denied: ByReason }) {
  const words = text();
  const all = total(denied);
  return (
    <Card title={words.reasons}>
      {all === 0 && <Nothing>{words.noDenials}</Nothing>}
      <ul class="bars">
        {ranked(denied).map(([reason, count]) => (
          <li key={reason}>
            <span>{term("reason", reason)}</span>
            <span>
              {number(count)} <span class="muted">({percent(count / all)})</span>
            </span>
            <ShareBar share={count / all} tone="" />
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Enterprises with at most a fifth of today's cap left. */
export function NearCaps({ near }: { near: NearCap[] }) {
  const words = text();
  return (
    <Card title={words.nearCaps}>
      {near.length === 0 && <Nothing>{words.nobodyNear}</Nothing>}
      <ul class="bars">
        {near.map((one) => (
          <li key={one.enterprise_id}>
            <Link href={`/enterprises/${one.enterprise_id}`}>{one.name ?? one.enterprise_id}</Link>
            <span>
              {number(one.used)} / {number(one.cap)}{" "}
              <span class="muted">({percent(one.share)})</span>
            </span>
            <ShareBar share={one.share} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
