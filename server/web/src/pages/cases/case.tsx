import type { Ref } from "preact";
import { session } from "../../api/client.ts";
import type { Case, First, Hold } from "../../api/shapes/cases.ts";
import { useZone } from "../../api/zone.ts";
import { Badge } from "../../parts/card.tsx";
import { Pair } from "../../parts/pair.tsx";
import { toneOf } from "../../parts/tones.ts";
import { accountOf } from "../../text/account-names.ts";
import { dateTime, duration, number } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { violationKind } from "../../text/violation-kinds.ts";
import { Whose } from "../account/whose.tsx";
import { type Action, actionsFor } from "./allowed.ts";
import { Brought } from "./brought.tsx";
import { Contributions } from "./contributions.tsx";
import { Evidence, Ids } from "./evidence.tsx";
import { keysOn } from "./keys.ts";
import { probability } from "./names.ts";
import { text } from "./text.ts";

type CaseProps = {
  one: Case;
  now: number;
  /** Takes the focus when the case was chosen. */
  head: Ref<HTMLHeadingElement>;
  onAct: (action: Action) => void;
};

/** One case: who it is about, what it rests on, what can be done. */
export function CaseDetail({ one, now, head, onAct }: CaseProps) {
  const zone = useZone(one.enterprise_id, one.member_id);
  return (
    <article class="card case" aria-labelledby="case-title">
      <header>
        <h2 id="case-title" ref={head} tabIndex={-1}>
          {accountOf(one)}
        </h2>
        <span class="row">
          <Badge tone={toneOf(one.state)}>{term("caseState", one.state)}</Badge>
          {/* A hold that was put off holds nobody. */}
          <Badge tone={one.deferred ? "warn" : toneOf(one.verdict)}>
            {term("verdict", one.deferred ? "deferred" : one.verdict)}
          </Badge>
        </span>
      </header>
      {one.first && <Waits first={one.first} zone={zone} />}
      {one.deferred && <p class="notice warn">{text().deferred}</p>}
      <Actions one={one} onAct={onAct} />
      <Facts one={one} now={now} zone={zone} />
      {one.contributions.length > 0 && <Contributions contributions={one.contributions} />}
      <Evidence one={one} zone={zone} />
      {/* What changes the case may change what came of it: then that is asked for anew. */}
      <Brought key={`${one.state} ${one.hold?.state}`} one={one} zone={zone} />
      <Ids one={one} />
      {zone && <p class="muted small">{text().zone(zone)}</p>}
    </article>
  );
}

/** Who said what first, and that somebody else has to say it, too. */
function Waits({ first, zone }: { first: First; zone: string | null }) {
  const words = text();
  const when = dateTime(first.at, zone);
  const scopes = first.scopes.map((scope) => term("scope", scope)).join(words.comma);
  const said =
    first.action === "confirm"
      ? words.firstConfirm(first.by, term("severity", first.severity), when)
      : words.firstEscalate(first.by, scopes, when);
  return (
    <div class="notice warn">
      <strong>{said}</strong>
      <span>{words.firstNote(first.note)}</span>
      <span>{first.by === session.value?.holder ? words.isYou : words.needsOther}</span>
    </div>
  );
}

const KEYS: Record<Action, string> = { confirm: "c", dismiss: "d", escalate: "e" };

function Actions({ one, onAct }: { one: Case; onAct: (action: Action) => void }) {
  const words = text();
  const actions = actionsFor(one, session.value?.holder ?? "");
  if (actions.length === 0) return null;
  const names: Record<Action, string> = {
    confirm: one.first ? words.confirmSecond : words.confirm,
    dismiss: words.dismiss,
    escalate: one.first ? words.escalateSecond : words.escalate,
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: these are buttons, not the fields of a form
    <div class="row" role="group" aria-label={words.actions}>
      {actions.map((action) => (
        <button
          key={action}
          type="button"
          class={action === "confirm" ? "primary" : action === "escalate" ? "danger" : ""}
          aria-keyshortcuts={keysOn.value ? KEYS[action] : undefined}
          onClick={() => onAct(action)}
        >
          {names[action]}
          {keysOn.value && (
            <span class="key" aria-hidden="true">
              {KEYS[action]}
            </span>
          )}
        </button>
      ))}
    </div>
  );
}

type FactsProps = { one: Case; now: number; zone: string | null };

function Facts({ one, now, zone }: FactsProps) {
  const words = text();
  return (
    <dl class="pairs">
      <Whose one={one} />
      <Pair name={words.kind}>{violationKind(one.type)}</Pair>
      <Pair name={words.source}>{term("source", one.source)}</Pair>
      {one.posterior !== null && <Pair name={words.posterior}>{probability(one.posterior)}</Pair>}
      {/* Without one of its own: a report's hold is among what the case brought. */}
      {one.hold && <Pair name={words.hold}>{holdOf(one.hold, now, zone)}</Pair>}
      <Pair name={words.opened}>{dateTime(one.opened_at, zone)}</Pair>
      <Pair name={words.changed}>{dateTime(one.changed_at, zone)}</Pair>
      <Pair name={words.addsBefore}>{number(one.adds_before)}</Pair>
      {one.decided_at && one.decided_by && (
        <Pair name={words.decision}>
          {words.decided(
            one.decided_by,
            dateTime(one.decided_at, zone),
            one.severity && term("severity", one.severity),
          )}
          {one.note && <div class="muted">{one.note}</div>}
        </Pair>
      )}
      <Pair name={words.policy}>{number(one.policy_version)}</Pair>
    </dl>
  );
}

function holdOf(hold: Hold, now: number, zone: string | null): string {
  const words = text();
  const until = dateTime(hold.ends_at, zone);
  const scope = term("scope", hold.scope);
  const left = (Date.parse(hold.ends_at) - now) / 1000;
  if (hold.state === "lifted") return words.holdLifted(scope);
  if (hold.state === "ended" || left <= 0) return words.holdEnded(scope, until);
  return words.holdActive(scope, duration(left), until);
}
