import { Link } from "wouter-preact";
import { rights } from "../../api/rights.ts";
import type { ListedEnterprise } from "../../api/shapes/accounts.ts";
import { Page } from "../../frame/page.tsx";
import { Badge, Card } from "../../parts/card.tsx";
import { term } from "../../text/terms.ts";
import { Listing, Restricted } from "../account/listing/listing.tsx";
import { pagePath } from "../account/place.ts";
import { text } from "./text.ts";
import "../account/account.css";

/** All enterprises with today's figures, for reviewers and admins. */
export function EnterprisesPage() {
  const words = text();
  return (
    <Page title={words.title}>
      <Card title={words.list}>
        <Listing<ListedEnterprise>
          caption={words.list}
          path="/v1/enterprises"
          topic={rights().reviews ? "overview" : null}
          keyOf={(row) => row.enterprise_id}
          name={{ title: words.enterprise, cell: (row) => <Name row={row} /> }}
        />
      </Card>
    </Page>
  );
}

function Name({ row }: { row: ListedEnterprise }) {
  const { enterprise_id: enterprise, name, verification } = row;
  return (
    <span class="name-cell">
      <Link href={pagePath({ enterprise, member: null })}>{name ?? enterprise}</Link>
      <span class="row">
        {name !== null && <code class="muted">{enterprise}</code>}
        <Badge tone={verification === "none" ? "plain" : "good"}>
          {term("verification", verification)}
        </Badge>
        <Restricted row={row} />
      </span>
    </span>
  );
}
