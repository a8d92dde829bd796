import { useState } from "preact/hooks";
import type { Answered, RequestKind } from "../../api/shapes/requests.ts";
import { StoreAway } from "../../frame/store-away.tsx";
import { Dialog, Field } from "../../parts/dialog.tsx";
import { accountOf } from "../../text/account-names.ts";
import { term } from "../../text/terms.ts";
import { ownZone } from "./names.ts";
import { placeOf } from "./queue.ts";
import { text } from "./text.ts";
import { type StepProps, Words } from "./words.tsx";

type Outcome = "overturned" | "modified" | "rejected" | "approved";
const OUTCOMES: Record<RequestKind, readonly Outcome[]> = {
  appeal: ["overturned", "modified", "rejected"],
  application: ["approved", "rejected"],
};

/** A reviewer's decision with its reason; a penalty that is modified may end later than now. */
export function DecideDialog({ one, send, onDone, onClose }: StepProps) {
  const words = text();
  const [outcome, setOutcome] = useState<Outcome | null>(null);

  async function decide(form: FormData) {
    const ends = outcome === "modified" ? instantOf(form.get("ends_at")) : null;
    const body = { outcome, reason: form.get("text"), ...(ends ? { ends_at: ends } : {}) };
    const made = await send<Answered>(`${placeOf(one.kind)}/${one.id}/decision`, body);
    const said = words.saidDecided(term("requestState", made.state));
    onDone(made.queued ? `${said} ${words.saidQueued}` : said);
  }

  return (
    <Dialog
      title={words.decideTitle(accountOf(one))}
      act={words.decide}
      onAct={decide}
      onClose={onClose}
    >
      <StoreAway />
      <p class="muted">{words.decideLead}</p>
      <fieldset class="stack tight">
        <legend>{words.outcome}</legend>
        {OUTCOMES[one.kind].map((name) => (
          <label key={name} class="row">
            <input
              type="radio"
              name="outcome"
              value={name}
              required
              checked={outcome === name}
              onChange={() => setOutcome(name)}
            />
            {words.outcomes[name]}
          </label>
        ))}
      </fieldset>
      {outcome === "modified" && <EndsAt />}
      <Words label={words.reason} />
    </Dialog>
  );
}

function EndsAt() {
  const words = text();
  return (
    <Field label={words.endsAt} hint={words.endsAtHint(ownZone())}>
      {(id, hint) => <input id={id} name="ends_at" type="datetime-local" aria-describedby={hint} />}
    </Field>
  );
}

/** A local date and time of day as an instant; null where none was given. */
export function instantOf(local: FormDataEntryValue | null): string | null {
  return typeof local === "string" && local !== "" ? new Date(local).toISOString() : null;
}
