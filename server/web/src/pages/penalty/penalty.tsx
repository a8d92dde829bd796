import { useEffect } from "preact/hooks";
import { Link } from "wouter-preact";
import { useRefresh } from "../../api/refresh.ts";
import { useResource } from "../../api/resource.ts";
import { rights } from "../../api/rights.ts";
import type { Penalty } from "../../api/shapes/penalties.ts";
import type { AskedPage } from "../../api/shapes/requests.ts";
import { useZone } from "../../api/zone.ts";
import { Page } from "../../frame/page.tsx";
import { StoreAway } from "../../frame/store-away.tsx";
import { Badge, Card } from "../../parts/card.tsx";
import { Pair } from "../../parts/pair.tsx";
import { Statement } from "../../parts/statement.tsx";
import { Shown } from "../../parts/told.tsx";
import { toneOf } from "../../parts/tones.ts";
import { accountOf } from "../../text/account-names.ts";
import { dateTime, number } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { violationKind } from "../../text/violation-kinds.ts";
import { Whose } from "../account/whose.tsx";
import { topicFor } from "../requests/topic.ts";
import { Filed } from "./filed.tsx";
import { text } from "./text.ts";
import "./penalty.css";

/** So often it is asked again whether a penalty binds that is on record only. */
const TOLD_MS = 5_000;

/** One penalty, or hold: why, until when, and what whom it hits can do about it. */
export function PenaltyPage({ id }: { id: string }) {
  const words = text();
  const penalty = useResource<Penalty>(`/v1/penalties/${id}`);
  const one = penalty.value;
  const title = one ? (one.hold ? words.holdOf : words.penaltyOf)(accountOf(one)) : words.title;
  const waits = one?.state === "queued";
  useEffect(() => {
    // No topic tells that the counters have learnt of it.
    if (!waits) return;
    const timer = window.setInterval(penalty.reload, TOLD_MS);
    return () => window.clearInterval(timer);
  }, [waits, penalty.reload]);
  const state = one && <Badge tone={toneOf(one.state)}>{term("penaltyState", one.state)}</Badge>;
  return (
    <Page title={title} aside={state}>
      <StoreAway />
      <Shown resource={penalty}>
        {(value) => <PenaltyDetail penalty={value} reload={penalty.reload} />}
      </Shown>
    </Page>
  );
}

function PenaltyDetail({ penalty, reload }: { penalty: Penalty; reload: () => void }) {
  const words = text();
  const { enterprise_id, member_id } = penalty;
  const zone = useZone(enterprise_id, member_id);
  const about = new URLSearchParams({ penalty: penalty.id, enterprise: enterprise_id });
  if (member_id !== null) about.set("member", member_id);
  const appeals = useResource<AskedPage>(`/v1/appeals?${about}`);
  const applications = useResource<AskedPage>(`/v1/unblock-applications?${about}`);
  const refresh = () => {
    reload();
    appeals.reload();
    applications.reload();
  };
  useRefresh(topicFor({ enterprise: enterprise_id, member: member_id }), refresh);
  const print = (
    <button type="button" class="no-print" onClick={() => window.print()}>
      {words.print}
    </button>
  );
  return (
    <div class="grid penalty">
      <div class="stack">
        <Lead penalty={penalty} zone={zone} />
        <Card title={words.statement} aside={print}>
          <Statement penalty={penalty} zone={zone} />
          {zone && <p class="muted small">{words.zone(zone)}</p>}
        </Card>
      </div>
      <div class="stack">
        <div class="stack no-print">
          <Filed
            penalty={penalty}
            zone={zone}
            appeals={appeals}
            applications={applications}
            onFiled={refresh}
          />
        </div>
        <Facts penalty={penalty} />
      </div>
    </div>
  );
}

/** What has to be known of it before it is read: that it is none yet, over, or never was. */
function Lead({ penalty, zone }: { penalty: Penalty; zone: string | null }) {
  const words = text();
  const { state, hold, ends_at } = penalty;
  if (state === "overturned") return <p class="notice good">{words.overturnedLead}</p>;
  if (state === "ended" && ends_at !== null) {
    return <p class="notice">{words.endedLead(dateTime(ends_at, zone))}</p>;
  }
  if (state === "queued") return <p class="notice warn">{words.queuedLead}</p>;
  return hold ? <p class="notice warn">{words.holdLead}</p> : null;
}

function Facts({ penalty }: { penalty: Penalty }) {
  const words = text();
  const { case_id } = penalty;
  const { reviews } = rights();
  return (
    <Card title={words.about}>
      <dl class="pairs">
        <Whose one={penalty} />
        <Pair name={words.kind}>{violationKind(penalty.type)}</Pair>
        <Pair name={words.track}>{term("track", penalty.track)}</Pair>
        {penalty.step !== null && (
          <Pair name={words.step}>{words.stepOf(number(penalty.step))}</Pair>
        )}
        {reviews && case_id !== null && (
          <Pair name={words.caseLink}>
            <Link href={`/cases/${case_id}`}>{words.openCase}</Link>
          </Pair>
        )}
        <Pair name={words.number}>
          <code>{penalty.id}</code>
        </Pair>
        <Pair name={words.policy}>{number(penalty.policy_version)}</Pair>
      </dl>
    </Card>
  );
}
