import { Problem } from "../../api/client.ts";
import type { Blockable, First } from "../../api/shapes/cases.ts";
import { Dialog, Field } from "../../parts/dialog.tsx";
import { accountOf } from "../../text/account-names.ts";
import { term } from "../../text/terms.ts";
import { type ActProps, Note } from "./note.tsx";
import { text } from "./text.ts";
import { when } from "./when.ts";

const BLOCKABLE: readonly Blockable[] = ["member_account", "admin_account", "enterprise_account"];
const LONGEST = 200;

/** Asks which accounts are to be blocked and on which grounds; the second person only agrees. */
export function Escalate({ one, act, onClose }: ActProps) {
  const words = text();
  const { first } = one;

  async function send(form: FormData) {
    const scopes = first ? first.scopes : form.getAll("scopes");
    if (scopes.length === 0) throw new Problem(400, words.scopeMissing, "");
    const grounds = Object.fromEntries(GROUNDS.map((name) => [name, form.get(name)]));
    await act({ scopes, grounds, note: form.get("note") });
  }

  return (
    <Dialog
      title={words.escalateTitle(accountOf(one))}
      act={first ? words.escalateSecond : words.escalate}
      danger
      onAct={send}
      onClose={onClose}
    >
      <p class="muted">{first ? words.escalateAgree(first.by, when()) : words.escalateLead}</p>
      {!first && <p class="muted small needed">{words.needed}</p>}
      {one.member_id !== null && <p>{words.escalateMember}</p>}
      {/* Made anew for the second person, so that they show what the first one said. */}
      <Scopes key={`scopes-${one.state}`} first={first} />
      <GroundsOf key={`grounds-${one.state}`} first={first} />
      <Note />
    </Dialog>
  );
}

const GROUNDS = ["number", "share", "gravity", "intent"] as const;

function Scopes({ first }: { first: First | null }) {
  const words = text();
  return (
    <fieldset class="stack tight">
      <legend class="needs-one">{words.scopes}</legend>
      {BLOCKABLE.map((scope) => (
        <label key={scope} class="row">
          <input
            type="checkbox"
            name="scopes"
            value={scope}
            defaultChecked={first?.scopes.includes(scope) ?? false}
            disabled={first !== null}
          />
          {term("scope", scope)}
        </label>
      ))}
    </fieldset>
  );
}

function GroundsOf({ first }: { first: First | null }) {
  const words = text();
  const hints = {
    number: words.numberHint,
    share: words.shareHint,
    gravity: words.gravityHint,
    intent: words.intentHint,
  };
  return (
    <fieldset class="stack tight">
      <legend>{words.grounds}</legend>
      {GROUNDS.map((name) => (
        <Field key={name} label={words[name]} hint={hints[name]}>
          {(id, hint) => (
            <input
              id={id}
              name={name}
              aria-describedby={hint}
              required
              maxLength={LONGEST}
              defaultValue={first?.grounds?.[name] ?? ""}
              readOnly={first !== null}
            />
          )}
        </Field>
      ))}
    </fieldset>
  );
}
