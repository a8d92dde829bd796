import { useRef, useState } from "preact/hooks";
import { Problem, upload } from "../../api/client.ts";
import { problemOf } from "../../api/resource.ts";
import type { Asked, DocumentKind } from "../../api/shapes/requests.ts";
import { Field } from "../../parts/dialog.tsx";
import { say } from "../../parts/message.tsx";
import { ProblemNotice } from "../../parts/told.tsx";
import { term } from "../../text/terms.ts";
import { NEEDED } from "./missing.ts";
import { text } from "./text.ts";

const MOST_BYTES = 10 * 1024 * 1024;
const KINDS: readonly DocumentKind[] = [...NEEDED, "other"];

type BringProps = { path: string; appeal: Asked; onBrought: () => void };

/** A document, its kind and file; the same file again is the same document. */
export function BringDocument({ path, appeal, onBrought }: BringProps) {
  const words = text();
  const usual = appeal.member_id === null ? NEEDED[0] : "other";
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const file = useRef<HTMLInputElement>(null);

  async function bring(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setProblem(null);
    try {
      await upload(path, checked(form));
      // The kind stays: the next document may well be of the same one.
      if (file.current) file.current.value = "";
      say(words.brought);
      onBrought();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form class="stack tight bring" onSubmit={bring}>
      <Field label={words.kind}>
        {(id) => (
          <select id={id} name="kind">
            {KINDS.map((kind) => (
              <option key={kind} value={kind} selected={kind === usual}>
                {term("document", kind)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={words.file} hint={words.fileHint}>
        {(id, hint) => (
          <input
            ref={file}
            id={id}
            name="file"
            type="file"
            accept=".pdf,.png,.jpg,.jpeg"
            aria-describedby={hint}
          />
        )}
      </Field>
      {problem && <ProblemNotice problem={problem} />}
      <div class="row">
        <button type="submit" disabled={busy}>
          {busy ? words.bringing : words.bring}
        </button>
      </div>
    </form>
  );
}

/** The form, if a file is in it that is not too large to be sent. Throws Problem. */
function checked(form: FormData): FormData {
  const file = form.get("file");
  if (!(file instanceof File) || file.size === 0) throw new Problem(400, text().noFile, "");
  if (file.size > MOST_BYTES) throw new Problem(413, text().tooLarge, "");
  return form;
}
