import { Link } from "wouter-preact";
import { useResource } from "../../api/resource.ts";
import type { Case } from "../../api/shapes/cases.ts";
import type { Penalties } from "../../api/shapes/penalties.ts";
import { Badge } from "../../parts/card.tsx";
import { lastsOf } from "../../parts/statement.tsx";
import { ProblemNotice } from "../../parts/told.tsx";
import { toneOf } from "../../parts/tones.ts";
import { term } from "../../text/terms.ts";
import { text } from "./text.ts";

type BroughtProps = {
  one: Case;
  /** The account's time zone; without it times are the reader's. */
  zone: string | null;
};

/** Penalties and holds that came of a case. */
export function Brought({ one, zone }: BroughtProps) {
  const words = text();
  const asked = new URLSearchParams({ case: one.id, limit: "500" });
  const { value, problem, reload } = useResource<Penalties>(`/v1/penalties?${asked}`);
  const own = value?.items ?? [];
  const binds = own.filter(({ state }) => state === "active");
  const isBeside = binds.some(({ hold }) => hold) && binds.some(({ hold }) => !hold);
  return (
    <section class="stack tight" aria-labelledby="case-brought">
      <h3 id="case-brought">{words.penalties}</h3>
      {problem && <ProblemNotice problem={problem} retry={reload} repeats />}
      {value && own.length === 0 && <p class="muted">{words.noPenalties}</p>}
      <ul class="bare stack tight">
        {own.map((penalty) => (
          <li key={penalty.id} class="row">
            <Link href={`/penalties/${penalty.id}`}>
              {(penalty.hold ? words.holdOf : words.penaltyOf)(term("scope", penalty.scope))}
            </Link>
            <Badge tone={toneOf(penalty.state)}>{term("penaltyState", penalty.state)}</Badge>
            <span class="muted small">{lastsOf(penalty, zone)}</span>
          </li>
        ))}
      </ul>
      {isBeside && <p class="muted small">{words.holdBeside}</p>}
    </section>
  );
}
