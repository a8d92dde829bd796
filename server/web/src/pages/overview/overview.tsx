import { useLive } from "../../api/live.ts";
import type { Overview } from "../../api/shapes/overview.ts";
import { Page } from "../../frame/page.tsx";
import { Card, Figure } from "../../parts/card.tsx";
import { Loading } from "../../parts/told.tsx";
import { number, percent } from "../../text/format.ts";
import { Activity } from "./activity.tsx";
import { NearCaps, Reasons } from "./bars.tsx";
import { total } from "./series.ts";
import { Outage, Service } from "./service.tsx";
import { text } from "./text.ts";
import { Tracks, Waiting } from "./waiting.tsx";
import "./overview.css";

/** The platform at a glance: what waits for somebody first, then what members do, then ourselves. */
export function OverviewPage() {
  const overview = useLive<Overview>("overview").value;
  return (
    <Page title={text().title}>
      <Outage overview={overview} />
      {overview ? <Content overview={overview} /> : <Loading />}
    </Page>
  );
}

function Content({ overview }: { overview: Overview }) {
  return (
    <>
      <Waiting overview={overview} />
      <Today today={overview.today} />
      <Activity overview={overview} />
      <div class="grid halves">
        <div class="stack">
          <Reasons denied={overview.today.denied} />
          <Tracks penalties={overview.penalties} />
        </div>
        <div class="stack">
          <NearCaps near={overview.near_caps} />
          <Service overview={overview} />
        </div>
      </div>
    </>
  );
}

function Today({ today }: { today: Overview["today"] }) {
  const words = text();
  const denied = total(today.denied);
  const share = (part: number, whole: number) => percent(whole ? part / whole : 0, 1);
  return (
    <Card title={words.last24}>
      <div class="figures">
        <Figure label={words.requested} value={number(today.requested)} />
        <Figure
          label={words.allowed}
          value={number(today.allowed)}
          note={words.ofRequested(share(today.allowed, today.requested))}
        />
        <Figure
          label={words.denied}
          value={number(denied)}
          note={words.ofRequested(share(denied, today.requested))}
        />
        <Figure
          label={words.accepted}
          value={number(today.accepted)}
          note={words.ofAllowed(share(today.accepted, today.allowed))}
        />
      </div>
    </Card>
  );
}
