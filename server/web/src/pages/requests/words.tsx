import type { Asked } from "../../api/shapes/requests.ts";
import { Field } from "../../parts/dialog.tsx";

/** What every dialog about a request is given. */
export type StepProps = {
  one: Asked;
  /** Sends what is asked for. Throws Problem. */
  send: <T>(path: string, body: unknown) => Promise<T>;
  /** Says what was done. */
  onDone: (message: string) => void;
  onClose: () => void;
};

/** What somebody says, under the name `text`. */
export function Words({ label }: { label: string }) {
  return (
    <Field label={label}>
      {(id) => <textarea id={id} name="text" required maxLength={2000} />}
    </Field>
  );
}
