import type { Case } from "../../api/shapes/cases.ts";
import { StoreAway } from "../../frame/store-away.tsx";
import { Field } from "../../parts/dialog.tsx";
import { text } from "./text.ts";

/** What every dialog that decides a case is given. */
export type ActProps = {
  one: Case;
  /** Sends the body. Throws Problem. */
  act: (body: object) => Promise<void>;
  onClose: () => void;
};

/** Why; the service takes no decision without. Above it, where that is so, that it binds later. */
export function Note() {
  const words = text();
  return (
    <>
      <StoreAway />
      <Field label={words.note} hint={words.noteHint}>
        {(id, hint) => (
          <textarea id={id} name="note" aria-describedby={hint} required maxLength={2000} />
        )}
      </Field>
    </>
  );
}
