import { Link } from "wouter-preact";
import { useRefresh } from "../../api/refresh.ts";
import type { Quota } from "../../api/shapes/accounts.ts";
import type { Penalty } from "../../api/shapes/penalties.ts";
import { Badge, Card } from "../../parts/card.tsx";
import { More } from "../../parts/more.tsx";
import { Statement, untilOf } from "../../parts/statement.tsx";
import { Loading, Nothing, ProblemNotice } from "../../parts/told.tsx";
import { toneOf } from "../../parts/tones.ts";
import { memberOf } from "../../text/account-names.ts";
import { dateTime, span } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { violationKind } from "../../text/violation-kinds.ts";
import { type Place, pagePath, topicOf } from "./place.ts";
import { text } from "./text.ts";
import { Tidings } from "./tidings.tsx";
import { mergedBy, usePages } from "./use-pages.ts";

/** A busy account changes all the time, and its penalties seldom do. */
const LEAST_MS = 10_000;

const merged = mergedBy<Penalty>(
  ({ id }) => id,
  ({ starts_at }) => starts_at,
);

type PenaltiesProps = {
  place: Place;
  /** Null while the counters are away. */
  quota: Quota | null;
  /** The account's time zone; null: times are the reader's. */
  zone: string | null;
};

/** Penalties of the account, newest first, each with its statement of reasons. */
export function PenaltiesOf({ place, quota, zone }: PenaltiesProps) {
  const words = text();
  const query = new URLSearchParams({
    enterprise: place.enterprise,
    ...(place.member === null ? {} : { member: place.member }),
    limit: "20",
  });
  const { value, problem, busy, reload, retry, older } = usePages(`/v1/penalties?${query}`, merged);
  useRefresh(topicOf(place), reload, LEAST_MS);
  return (
    <Card title={words.penalties}>
      {quota && <Tidings quota={quota} reload={reload} />}
      {problem && <ProblemNotice problem={problem} retry={retry} />}
      {value === null && !problem && <Loading />}
      {value?.items.length === 0 && <Nothing>{words.noPenalties}</Nothing>}
      <ul class="penalties">
        {value?.items.map((one) => (
          <One key={one.id} penalty={one} place={place} zone={zone} />
        ))}
      </ul>
      {value && (
        <More more={value.next_cursor === null ? null : older} busy={busy}>
          {words.older}
        </More>
      )}
    </Card>
  );
}

type OneProps = { penalty: Penalty; place: Place; zone: string | null };

function One({ penalty, place, zone }: OneProps) {
  const words = text();
  const { state, hold, step, scope, type, member_id: member } = penalty;
  return (
    <li class="stack tight">
      <div class="row">
        <Badge tone={toneOf(state)}>{term("penaltyState", state)}</Badge>
        <strong>{violationKind(type)}</strong>
        <span>{hold ? words.hold : term("track", penalty.track)}</span>
        {step !== null && <span>{words.step(String(step))}</span>}
        {place.member === null && member !== null && (
          <Link href={pagePath({ enterprise: place.enterprise, member })}>{memberOf(penalty)}</Link>
        )}
        <Link href={`/penalties/${penalty.id}`}>
          {words.penaltyPage}
          <span class="hidden-but-read">
            {words.whichPenalty(violationKind(type), dateTime(penalty.starts_at, zone))}
          </span>
        </Link>
      </div>
      <span class="muted">
        {term("scope", scope)}
        {words.comma}
        {span(dateTime(penalty.starts_at, zone), untilOf(penalty, zone))}
      </span>
      <details>
        <summary>{words.reasonsFor}</summary>
        <Statement penalty={penalty} zone={zone} />
      </details>
    </li>
  );
}
