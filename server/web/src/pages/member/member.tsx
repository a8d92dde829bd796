import { Link } from "wouter-preact";
import { useName } from "../../api/described.ts";
import { Account } from "../account/account.tsx";
import { PenaltiesOf } from "../account/penalties.tsx";
import { opensEnterprise, type Place, pagePath } from "../account/place.ts";
import { text } from "./text.ts";
import { TimelineOf } from "./timeline.tsx";

/** A member: caps and why, days, penalties with their reasons, and what happened when. */
export function MemberPage({ enterprise, member }: { enterprise: string; member: string }) {
  const place: Place = { enterprise, member };
  return (
    <Account place={place} above={<Company enterprise={enterprise} />}>
      {(quota, zone) => (
        <>
          <PenaltiesOf place={place} quota={quota} zone={zone} />
          <TimelineOf place={place} quota={quota} zone={zone} />
        </>
      )}
    </Account>
  );
}

/** Whose member it is: for whom the enterprise is open by its name, and as the way there. */
function Company({ enterprise }: { enterprise: string }) {
  if (opensEnterprise(enterprise)) return <NamedCompany enterprise={enterprise} />;
  return <span class="muted">{text().of(enterprise)}</span>;
}

function NamedCompany({ enterprise }: { enterprise: string }) {
  const company: Place = { enterprise, member: null };
  return <Link href={pagePath(company)}>{text().of(useName(company))}</Link>;
}
