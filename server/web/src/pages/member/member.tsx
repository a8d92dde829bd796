import { Link } from "wouter-preact";
import { Account } from "../account/account.tsx";
import { PenaltiesOf } from "../account/penalties.tsx";
import { opensEnterprise, pagePath } from "../account/place.ts";
import { text } from "./text.ts";
import { TimelineOf } from "./timeline.tsx";

/** A member: caps and why, days, penalties with their reasons, and what happened when. */
export function MemberPage({ enterprise, member }: { enterprise: string; member: string }) {
  const place = { enterprise, member };
  const company = opensEnterprise(enterprise) ? (
    <Link href={pagePath({ enterprise, member: null })}>{text().of(enterprise)}</Link>
  ) : (
    <span class="muted">{text().of(enterprise)}</span>
  );
  return (
    <Account place={place} above={company}>
      {(quota) => (
        <>
          <PenaltiesOf place={place} quota={quota} />
          <TimelineOf place={place} quota={quota} />
        </>
      )}
    </Account>
  );
}
