import { type MutableRef, useEffect, useRef, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { type Problem, post, session } from "../../api/client.ts";
import { useRefresh } from "../../api/refresh.ts";
import { problemOf, useResource } from "../../api/resource.ts";
import { rights, speaksFor } from "../../api/rights.ts";
import type { Penalty } from "../../api/shapes/penalties.ts";
import type { Asked, BroughtList, RequestKind, RequestState } from "../../api/shapes/requests.ts";
import { useZone } from "../../api/zone.ts";
import { Page } from "../../frame/page.tsx";
import { StoreAway } from "../../frame/store-away.tsx";
import { Badge, Card } from "../../parts/card.tsx";
import { say } from "../../parts/message.tsx";
import { Statement } from "../../parts/statement.tsx";
import { ProblemNotice, Shown } from "../../parts/told.tsx";
import { toneOf } from "../../parts/tones.ts";
import { accountOf } from "../../text/account-names.ts";
import { reasonOf } from "../../text/problem-words.ts";
import { term } from "../../text/terms.ts";
import { About } from "./about.tsx";
import { bindingOf, type Side, type Step, stepsFor } from "./allowed.ts";
import { Documents, documentsOf } from "./documents.tsx";
import { placeOf } from "./queue.ts";
import { StepDialog } from "./steps.tsx";
import { text } from "./text.ts";
import { Thread } from "./thread.tsx";
import { topicFor } from "./topic.ts";
import "./requests.css";

/** One appeal or application: what was said, about which penalty, and what can be done. */
export function RequestPage({ kind, id }: { kind: RequestKind; id: string }) {
  const words = text();
  const asked = useResource<Asked>(`${placeOf(kind)}/${id}`);
  const one = asked.value;
  const title = one
    ? (kind === "appeal" ? words.appealOf : words.applicationOf)(accountOf(one))
    : words.title;
  const state = one && <Badge tone={toneOf(one.state)}>{term("requestState", one.state)}</Badge>;
  return (
    <Page title={title} aside={state}>
      <StoreAway />
      <Shown resource={asked}>
        {(value) => <RequestDetail one={value} reload={asked.reload} />}
      </Shown>
    </Page>
  );
}

function RequestDetail({ one, reload }: { one: Asked; reload: () => void }) {
  const words = text();
  const [step, setStep] = useState<Step | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const penalty = useResource<Penalty>(`/v1/penalties/${one.penalty_id}`);
  const isAppeal = one.kind === "appeal";
  const documents = useResource<BroughtList>(isAppeal ? documentsOf(one) : null);
  const zone = useZone(one.enterprise_id, one.member_id);
  const side = sideOf(one);
  const [conflict, setConflict] = useState<Problem | null>(null);
  useEffect(() => {
    // Somebody else was first: a step that is not to be taken any more is not asked for on.
    if (!step || !conflict || stepsFor(one, side).includes(step)) return;
    say(reasonOf(conflict).said, "bad");
    setStep(null);
  }, [one.state, conflict]);
  const isSending = useRef(false);
  useEffect(() => {
    isSending.current = false;
  }, [one.state]);
  const actedIn = useOwnFocus(one.state, step !== null);
  const refresh = () => {
    reload();
    penalty.reload();
    if (isAppeal) documents.reload();
  };
  useRefresh(topicFor({ enterprise: one.enterprise_id, member: one.member_id }), refresh);
  const done = (message: string) => {
    say(message);
    actedIn.current = one.state;
    refresh();
  };
  const begin = (next: Step) => {
    setProblem(null);
    setConflict(null);
    if (next !== "review") return setStep(next);
    // Once is enough: the state that allowed it lasts until the new one was read.
    if (isSending.current) return;
    isSending.current = true;
    post(`${placeOf(one.kind)}/${one.id}/review`, undefined).then(
      () => done(words.saidReview),
      (error) => {
        isSending.current = false;
        setProblem(problemOf(error));
        refresh();
      },
    );
  };
  const binding = bindingOf(one, side);
  return (
    <>
      {binding && <p class="notice">{words.binding[binding]}</p>}
      <Steps steps={stepsFor(one, side)} onStep={begin} />
      {problem && <ProblemNotice problem={problem} />}
      <div class="grid request">
        <div class="stack">
          <About one={one} zone={zone} />
          <Thread one={one} zone={zone} />
        </div>
        <div class="stack">
          <Card
            title={words.penalty}
            aside={<Link href={`/penalties/${one.penalty_id}`}>{words.penaltyLink}</Link>}
          >
            <Shown resource={penalty}>{(value) => <Statement penalty={value} zone={zone} />}</Shown>
          </Card>
          {isAppeal && <Documents appeal={one} documents={documents} side={side} zone={zone} />}
        </div>
      </div>
      {step && (
        <StepDialog
          step={step}
          one={one}
          onDone={done}
          onConflict={(problem) => {
            setConflict(problem);
            refresh();
          }}
          onClose={() => setStep(null)}
        />
      )}
    </>
  );
}

/**
 * Keeps the focus of whoever acted: what they pressed may be gone with the state in which it could
 * be. What others do leaves the page where it is.
 *
 * Returns where to note the state in which they acted.
 */
function useOwnFocus(state: RequestState, isAsked: boolean): MutableRef<RequestState | null> {
  const actedIn = useRef<RequestState | null>(null);
  useEffect(() => {
    // Behind the open dialog nothing takes the focus.
    if (isAsked || actedIn.current === null || actedIn.current === state) return;
    actedIn.current = null;
    if (document.activeElement !== document.body) return;
    document.querySelector("h1")?.focus({ preventScroll: true });
  }, [state, isAsked]);
  return actedIn;
}

function sideOf({ enterprise_id, member_id }: Asked): Side {
  return {
    reviews: rights().reviews,
    speaks: speaksFor(enterprise_id, member_id),
    administers: speaksFor(enterprise_id, null),
    holder: session.value?.holder ?? "",
  };
}

function Steps({ steps, onStep }: { steps: Step[]; onStep: (step: Step) => void }) {
  const words = text();
  if (steps.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: these are buttons, not the fields of a form
    <div class="row" role="group" aria-label={words.actions}>
      {steps.map((step, place) => (
        <button
          key={step}
          type="button"
          class={step === "withdraw" ? "danger" : place === 0 ? "primary" : ""}
          onClick={() => onStep(step)}
        >
          {words[step]}
        </button>
      ))}
    </div>
  );
}
