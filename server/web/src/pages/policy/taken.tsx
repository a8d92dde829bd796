import { useRef } from "preact/hooks";
import { get, Problem } from "../../api/client.ts";
import type { Policy } from "../../api/shapes/policy.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { say } from "../../parts/message.tsx";
import { number } from "../../text/format.ts";
import { Changes } from "./changes.tsx";
import type { Change } from "./difference.ts";
import { send } from "./sending.ts";
import { text } from "./text.ts";

/** What the service said of a text, beside which version: another text has to be checked anew. */
export type Said = { written: string; version: number; digest: string; changes: Change[] };

/** That the service would take it, and whether it is another one at all. */
export function Verdict({ said: { digest, changes } }: { said: Said }) {
  const words = text();
  return (
    <p class="notice good">
      {words.valid(digest.slice(0, 12))}
      {changes.length === 0 && <span>{words.unchanged}</span>}
    </p>
  );
}

type TakenProps = { said: Said; onActivate: () => void };

/** What a policy that the service would take changes, and the way to put it into force. */
export function Taken({ said, onActivate }: TakenProps) {
  return (
    <>
      <Changes changes={said.changes} />
      <div class="row">
        <button type="button" class="primary" onClick={onActivate}>
          {text().activate}
        </button>
      </div>
    </>
  );
}

type ActivationProps = { said: Said; onActivated: () => void; onClose: () => void };

/** Asks once more; what was compared with another version than the one in force is not put there. */
export function Activation({ said, onActivated, onClose }: ActivationProps) {
  const words = text();
  const isDone = useRef(false);
  async function activate() {
    const { version } = await get<Policy>("/v1/policy");
    if (version !== said.version) {
      throw new Problem(409, words.moved(number(version)), words.movedDetail);
    }
    const made = await send<Policy>("PUT", "/v1/policy", said.written);
    isDone.current = true;
    say(words.activated_(number(made.version)));
  }
  return (
    <Dialog
      title={words.activateTitle}
      act={words.activate}
      onAct={activate}
      onClose={() => {
        onClose();
        if (isDone.current) onActivated();
      }}
    >
      <p>{words.changes(number(said.changes.length))}</p>
      <p>{words.activateLead}</p>
    </Dialog>
  );
}
