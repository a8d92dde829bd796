import { useRef, useState } from "preact/hooks";
import { get, Problem, post, session } from "../../api/client.ts";
import type { Case, Decided, Severity } from "../../api/shapes/cases.ts";
import { useZone } from "../../api/zone.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { say } from "../../parts/message.tsx";
import { accountOf } from "../../text/account-names.ts";
import { reasonOf } from "../../text/problem-words.ts";
import { term } from "../../text/terms.ts";
import { type Action, actionsFor } from "./allowed.ts";
import { Escalate } from "./escalate.tsx";
import { followsOf } from "./follows.ts";
import { type ActProps, Note } from "./note.tsx";
import { text } from "./text.ts";
import { when } from "./when.ts";

type DecideProps = {
  one: Case;
  action: Action;
  /** Says what was made, and the account's time zone. */
  onDecided: (made: Decided, zone: string | null) => void;
  onClose: () => void;
};

/**
 * Asks for what a decision needs, and makes it: about the case as it is shown, not as somebody else
 * left it meanwhile. Where they did, it is shown anew, and what was written stays.
 */
export function Decide({ one: asked, action, onDecided, onClose }: DecideProps) {
  const [one, setOne] = useState(asked);
  const zone = useZone(one.enterprise_id, one.member_id);
  const latest = useRef(zone);
  latest.current = zone;
  const act = async (said: object) => {
    const body = { ...said, seen_state: one.state };
    try {
      onDecided(await post<Decided>(`/v1/cases/${one.id}/${action}`, body), latest.current);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 409) throw error;
      const now = await get<Case>(`/v1/cases/${one.id}`);
      const mayStill = actionsFor(now, session.value?.holder ?? "").includes(action);
      // A dialog that nothing can come of any more goes; why is said behind it.
      if (!mayStill) return say(reasonOf(error).said, "bad");
      setOne(now);
      throw error;
    }
  };
  if (action === "escalate") return <Escalate one={one} act={act} onClose={onClose} />;
  if (action === "dismiss") return <Dismiss one={one} act={act} onClose={onClose} />;
  return <Confirm one={one} act={act} onClose={onClose} />;
}

function Confirm({ one, act, onClose }: ActProps) {
  const words = text();
  const { first } = one;
  const [chosen, setChosen] = useState<Severity>("normal");
  const severity = first?.severity ?? chosen;
  const { said, lasting } = followsOf(one, severity);
  return (
    <Dialog
      title={words.confirmTitle(accountOf(one))}
      act={first ? words.confirmSecond : words.confirm}
      danger
      onAct={(form) => act({ note: form.get("note"), severity })}
      onClose={onClose}
    >
      <p class={lasting ? "notice bad" : "muted"} aria-live="polite">
        {said}
      </p>
      {first ? (
        <p>{words.secondFixed(term("severity", first.severity))}</p>
      ) : (
        <Severities chosen={chosen} onChoose={setChosen} />
      )}
      <Note />
    </Dialog>
  );
}

const SEVERITIES: readonly Severity[] = ["normal", "severe"];

type SeveritiesProps = { chosen: Severity; onChoose: (severity: Severity) => void };

function Severities({ chosen, onChoose }: SeveritiesProps) {
  const words = text();
  return (
    <fieldset class="stack tight">
      <legend>{words.severityTitle}</legend>
      <div class="row">
        {SEVERITIES.map((one) => (
          <label key={one} class="row">
            <input
              type="radio"
              name="severity"
              value={one}
              checked={chosen === one}
              onChange={() => onChoose(one)}
            />
            {term("severity", one)}
          </label>
        ))}
      </div>
      <span class="muted small">{words.severeHint}</span>
    </fieldset>
  );
}

function Dismiss({ one, act, onClose }: ActProps) {
  const words = text();
  return (
    <Dialog
      title={words.dismissTitle(accountOf(one))}
      act={words.dismiss}
      onAct={(form) => act({ note: form.get("note") })}
      onClose={onClose}
    >
      <p class="muted">{words.dismissLead(when())}</p>
      <Note />
    </Dialog>
  );
}
