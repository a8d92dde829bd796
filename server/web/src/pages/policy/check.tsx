import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Problem } from "../../api/client.ts";
import { problemOf } from "../../api/resource.ts";
import type { Checked, Policy } from "../../api/shapes/policy.ts";
import { refusesBlanks } from "../../parts/blanks.ts";
import { Card } from "../../parts/card.tsx";
import { Field } from "../../parts/dialog.tsx";
import { difference } from "./difference.ts";
import { lineAt } from "./lines.ts";
import { Mistakes } from "./mistakes.tsx";
import { send } from "./sending.ts";
import { Activation, type Said, Taken, Verdict } from "./taken.tsx";
import { text } from "./text.ts";

/** What the service refused, and why. */
type Refused = { written: string; problem: Problem };

type CheckProps = { now: Policy; onActivated: () => void };

/** Says whether the service would take a policy and what that would change; puts it into force. */
export function Check({ now, onActivated }: CheckProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [written, setWritten] = useState("");
  const [said, setSaid] = useState<Said | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  const [busy, setBusy] = useState(false);
  // Kept by itself: what is being asked does not go when another version comes into force.
  const [asked, setAsked] = useState<Said | null>(null);
  // Of another text than the one that is there neither says anything.
  const problem = refused?.written === written ? refused.problem : null;
  const taken = said?.written === written && said.version === now.version ? said : null;

  async function check() {
    if (busy) return;
    setBusy(true);
    setSaid(null);
    setRefused(null);
    try {
      const { digest, policy } = await send<Checked>("POST", "/v1/policy/check", written);
      const changes = difference(now.policy, policy);
      setSaid({ written, version: now.version, digest, changes });
    } catch (error) {
      setRefused({ written, problem: problemOf(error) });
    } finally {
      setBusy(false);
    }
  }

  function done() {
    setSaid(null);
    onActivated();
    area.current?.focus();
  }

  return (
    <Card title={text().check}>
      <Draft
        area={area}
        written={written}
        isWrong={problem !== null}
        busy={busy}
        onWrite={setWritten}
        onBegin={() => setWritten(JSON.stringify(now.policy, null, 2))}
        onCheck={check}
      />
      {problem && <Mistakes problem={problem} onLine={(line) => show(area.current, line)} />}
      <div aria-live="polite">{taken && <Verdict said={taken} />}</div>
      {taken && taken.changes.length > 0 && (
        <Taken said={taken} onActivate={() => setAsked(taken)} />
      )}
      {asked && <Activation said={asked} onActivated={done} onClose={() => setAsked(null)} />}
    </Card>
  );
}

type DraftProps = {
  area: RefObject<HTMLTextAreaElement>;
  written: string;
  isWrong: boolean;
  busy: boolean;
  onWrite: (next: string) => void;
  onBegin: () => void;
  onCheck: () => void;
};

function Draft({ area, written, isWrong, busy, onWrite, onBegin, onCheck }: DraftProps) {
  const words = text();
  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (!refusesBlanks(event.currentTarget as HTMLFormElement)) onCheck();
  }
  return (
    <form class="stack" onSubmit={submit}>
      <Field label={words.written} hint={words.checkHint}>
        {(id, hint) => (
          <textarea
            id={id}
            ref={area}
            class="mono tall-text"
            aria-describedby={hint}
            aria-invalid={isWrong}
            spellcheck={false}
            required
            value={written}
            onInput={(event) => onWrite(event.currentTarget.value)}
          />
        )}
      </Field>
      <div class="row">
        <button type="submit" class="primary" aria-disabled={busy}>
          {busy ? words.checking : words.act}
        </button>
        <button type="button" onClick={onBegin}>
          {words.load}
        </button>
      </div>
    </form>
  );
}

const LINES_ABOVE = 3;

/** Marks a line of what was written and scrolls to it. */
function show(area: HTMLTextAreaElement | null, line: number): void {
  const place = area && lineAt(area.value, line);
  if (!place) return;
  area.focus();
  area.setSelectionRange(...place);
  const height = area.scrollHeight / area.value.split("\n").length;
  area.scrollTop = Math.max(0, (line - 1 - LINES_ABOVE) * height);
}
