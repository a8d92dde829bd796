import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { post } from "../../api/client.ts";
import { awayStore } from "../../api/live.ts";
import { rights } from "../../api/rights.ts";
import type { Enforcement, Overview } from "../../api/shapes/overview.ts";
import { Badge, Card } from "../../parts/card.tsx";
import { Dialog, Field } from "../../parts/dialog.tsx";
import { say } from "../../parts/message.tsx";
import { duration, number, relative } from "../../text/format.ts";
import { text } from "./text.ts";

/** From so long on the worker is noticed to be late, and from so long on somebody has to look. */
const NOTICED_S = 3;
const LATE_S = 10;

/** What keeps pre-checks, caps or holds from being as they should, where something does. */
export function Outage({ overview }: { overview: Overview | null }) {
  const words = text();
  const broken = awayStore.value === "record" ? [words.outageRecord] : [];
  if (overview?.stores.redis === "away") broken.push(words.outageRedis);
  if ((overview?.stores.closed_shards ?? 0) > 0) broken.push(words.outageShards);
  if ((overview?.worker.lag_s ?? 0) > LATE_S) broken.push(words.outageWorker);
  const pause = overview?.enforcement;
  return (
    <>
      {broken.length > 0 && (
        <div class="notice bad" role="alert">
          {broken.map((one) => (
            <strong key={one}>{one}</strong>
          ))}
        </div>
      )}
      {pause?.paused && (
        <div class="notice warn">
          <strong>{words.holdsPaused}</strong>
          <PausedBy enforcement={pause} />
        </div>
      )}
    </>
  );
}

function PausedBy({ enforcement: { by, since, reason } }: { enforcement: Enforcement }) {
  if (!since) return null;
  return <span>{text().pausedBy(by ?? "", relative(since), reason ?? "")}</span>;
}

/** How the service itself does. */
export function Service({ overview }: { overview: Overview }) {
  const { stores, worker, enforcement, policy_version: version } = overview;
  const words = text();
  return (
    <Card title={words.service}>
      <dl class="pairs">
        <dt>{words.quotaStore}</dt>
        <dd>
          <Store up={stores.redis === "up"} />{" "}
          {(stores.closed_shards ?? 0) > 0 && words.shards(stores.closed_shards ?? 0)}
        </dd>
        <dt>{words.record}</dt>
        <dd>
          <Store up={awayStore.value !== "record"} />
        </dd>
        <dt>{words.backlog}</dt>
        <dd>
          <Behind worker={worker} />
        </dd>
        <dt>{words.policy}</dt>
        <dd>
          {rights().administers ? (
            <Link href="/policy">{words.version(number(version))}</Link>
          ) : (
            words.version(number(version))
          )}
        </dd>
        <dt>{words.enforcement}</dt>
        <dd>
          <Holds enforcement={enforcement} />
        </dd>
      </dl>
    </Card>
  );
}

function Behind({ worker: { backlog, lag_s: lag } }: { worker: Overview["worker"] }) {
  const words = text();
  if (backlog === null || lag === null) return <Badge>{words.unknown}</Badge>;
  const tone = lag > LATE_S ? "bad" : lag > NOTICED_S ? "warn" : "good";
  const said = { good: words.keepsUp, warn: words.behind, bad: words.late }[tone];
  return (
    <span class="row">
      <Badge tone={tone}>{said}</Badge>
      <span>{words.backlogOf(backlog)}</span>
      {lag >= 1 && <span class="muted">{words.lag(duration(lag))}</span>}
    </span>
  );
}

function Store({ up }: { up: boolean }) {
  const words = text();
  return <Badge tone={up ? "good" : "bad"}>{up ? words.up : words.away}</Badge>;
}

function Holds({ enforcement }: { enforcement: Enforcement }) {
  const [asked, setAsked] = useState<Change | null>(null);
  const words = text();
  const { paused, put_off: putOff } = enforcement;
  return (
    <div class="stack tight">
      <div class="row">
        <Badge tone={paused ? "warn" : "good"}>{paused ? words.paused : words.running}</Badge>
        <button type="button" onClick={() => setAsked(paused ? "resume" : "pause")}>
          {paused ? words.resume : words.pause}
        </button>
      </div>
      {putOff > 0 && <span>{words.putOff(putOff)}</span>}
      {asked && <ChangeHolds change={asked} onClose={() => setAsked(null)} />}
    </div>
  );
}

type Change = "pause" | "resume";

/** Asks for what was pressed, whatever somebody else has changed since. */
function ChangeHolds({ change, onClose }: { change: Change; onClose: () => void }) {
  const words = text();
  const pauses = change === "pause";
  async function act(form: FormData) {
    await post(`/v1/enforcement/${change}`, { reason: form.get("reason") });
    say(words.done(pauses));
  }
  return (
    <Dialog
      title={pauses ? words.pauseTitle : words.resumeTitle}
      act={words[change]}
      danger={pauses}
      onAct={act}
      onClose={onClose}
    >
      <p>{pauses ? words.pauseLead : words.resumeLead}</p>
      <Field label={words.reason} hint={words.reasonHint}>
        {(id, hint) => <textarea id={id} name="reason" required aria-describedby={hint} />}
      </Field>
    </Dialog>
  );
}
