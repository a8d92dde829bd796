import { Link } from "wouter-preact";
import type { Negative, Quota, Restriction } from "../../api/shapes/accounts.ts";
import { Card } from "../../parts/card.tsx";
import { dateTime, number, percent } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { text } from "./text.ts";

/** What is forbidden to the account now; nothing where nothing is. */
export function Restrictions({ quota }: { quota: Quota }) {
  const words = text();
  if (quota.restrictions.length === 0) return null;
  return (
    <div class="notice bad">
      <h2>{words.restrictions}</h2>
      <ul class="bindings">
        {quota.restrictions.map((held) => (
          <li key={`${held.penalty_id}/${held.scope}`}>
            <strong>{boundBy(held, quota.time_zone)}</strong>{" "}
            {held.may_apply && <>{words.mayApply} </>}
            {held.may_appeal && <>{words.mayAppeal} </>}
            <Link href={`/penalties/${held.penalty_id}`}>{words.why}</Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** "enterprise account: blocked for good." */
function boundBy({ scope, ends_at }: Restriction, zone: string): string {
  const { bound, binds } = text();
  const how = scope.endsWith("_account") ? binds.blocked : binds.withheld;
  return bound(term("scope", scope), ends_at ? how.until(dateTime(ends_at, zone)) : how.open);
}

/** The figure is rounded to steps of 5 %: what is shown as none is less than half of one. */
const LEAST_SHARE = 0.025;

/** The one figure of what contacts thought, or why there is none. */
export function ContactsThought({ quota: { negative } }: { quota: Quota }) {
  const words = text();
  return (
    <Card title={words.feedback}>
      {negative ? (
        <>
          <p>{saidOf(negative)}</p>
          <p class="muted small">{words.negativeNote}</p>
        </>
      ) : (
        <p class="muted">{words.noNegative}</p>
      )}
    </Card>
  );
}

function saidOf({ share, over_days: days, at_least_outcomes: outcomes }: Negative): string {
  const words = text();
  return share > 0
    ? words.negative(percent(share), number(days), number(outcomes))
    : words.fewNegative(percent(LEAST_SHARE, 1), number(days), number(outcomes));
}
