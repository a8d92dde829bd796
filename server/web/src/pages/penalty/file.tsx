import { post } from "../../api/client.ts";
import type { Penalty } from "../../api/shapes/penalties.ts";
import type { Asked } from "../../api/shapes/requests.ts";
import { Dialog, Field } from "../../parts/dialog.tsx";
import { text } from "./text.ts";

type FileProps = { penalty: Penalty; onFiled: (made: Asked) => void; onClose: () => void };

/** Says that the penalty is a mistake. */
export function AppealDialog({ penalty, again, onFiled, onClose }: FileProps & { again: boolean }) {
  const words = text();
  const linked = penalty.track === 2 && penalty.scope === "interop" && !penalty.hold;

  async function file(form: FormData) {
    const body = { grounds: form.get("grounds"), text: form.get("text") };
    onFiled(await post<Asked>(`/v1/penalties/${penalty.id}/appeals`, body));
  }

  return (
    <Dialog title={words.appealTitle} act={words.send} onAct={file} onClose={onClose}>
      <p class="muted">{words.appealHint}</p>
      {again && <p class="notice warn">{words.again}</p>}
      {penalty.member_id === null && <p class="notice">{words.documents}</p>}
      {linked ? <LinkedGrounds /> : <Grounds />}
      <Why />
    </Dialog>
  );
}

/** Asks for leniency. */
export function ApplyDialog({ penalty, onFiled, onClose }: FileProps) {
  const words = text();
  async function file(form: FormData) {
    const path = `/v1/penalties/${penalty.id}/unblock-applications`;
    onFiled(await post<Asked>(path, { text: form.get("text") }));
  }
  return (
    <Dialog title={words.applyTitle} act={words.send} onAct={file} onClose={onClose}>
      <p class="muted">{words.applyHint}</p>
      <Why />
    </Dialog>
  );
}

function Grounds() {
  const words = text();
  return (
    <Field label={words.grounds} hint={words.groundsHint}>
      {(id, hint) => (
        <input id={id} name="grounds" required maxLength={200} aria-describedby={hint} />
      )}
    </Field>
  );
}

/** All that can be wrong about a linked account. */
function LinkedGrounds() {
  const words = text();
  return (
    <Field label={words.grounds}>
      {(id) => (
        <select id={id} name="grounds">
          <option value="wrong_link">{words.linkedGrounds.wrong_link}</option>
          <option value="stale_state">{words.linkedGrounds.stale_state}</option>
        </select>
      )}
    </Field>
  );
}

function Why() {
  const words = text();
  return (
    <Field label={words.words} hint={words.wordsHint}>
      {(id, hint) => (
        <textarea id={id} name="text" rows={6} required maxLength={2000} aria-describedby={hint} />
      )}
    </Field>
  );
}
