import { Link } from "wouter-preact";
import { apiPath } from "../../api/described.ts";
import type { ListedMember } from "../../api/shapes/accounts.ts";
import { Card } from "../../parts/card.tsx";
import { Account } from "../account/account.tsx";
import { Listing, Restricted } from "../account/listing/listing.tsx";
import { PenaltiesOf } from "../account/penalties.tsx";
import { type Place, pagePath, topicOf } from "../account/place.ts";
import { text } from "./text.ts";

/** An enterprise: its caps and why, its days, its members. */
export function EnterprisePage({ enterprise }: { enterprise: string }) {
  const place: Place = { enterprise, member: null };
  return (
    <Account place={place}>
      {(quota, zone) => (
        <>
          <Members enterprise={enterprise} />
          <PenaltiesOf place={place} quota={quota} zone={zone} />
        </>
      )}
    </Account>
  );
}

function Members({ enterprise }: { enterprise: string }) {
  const place = { enterprise, member: null };
  const words = text();
  return (
    <Card title={words.members}>
      <Listing<ListedMember>
        caption={words.members}
        path={`${apiPath(place)}/members`}
        topic={topicOf(place)}
        keyOf={(row) => row.member_id}
        name={{
          title: words.member,
          cell: (row) => (
            <span class="name-cell">
              <Link href={pagePath({ enterprise, member: row.member_id })}>
                {row.name ?? row.member_id}
              </Link>
              <span class="row">
                {row.name !== null && <code class="muted">{row.member_id}</code>}
                <Restricted row={row} />
              </span>
            </span>
          ),
        }}
      />
    </Card>
  );
}
