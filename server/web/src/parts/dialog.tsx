import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../api/client.ts";
import { problemOf } from "../api/resource.ts";
import { texts } from "../text/language.ts";
import { refusesBlanks } from "./blanks.ts";
import { ProblemNotice } from "./told.tsx";
import "./dialog.css";

const text = texts({ cancel: "Cancel" }, { cancel: "取消" });

type DialogProps = {
  title: string;
  /** What the button that does it says. */
  act: string;
  danger?: boolean;
  /** Does it; where it throws a Problem that is shown and the dialog stays, with what was typed. */
  onAct: (form: FormData) => Promise<void>;
  onClose: () => void;
  children: ComponentChildren;
};

/** Asks before something is done; Escape and the first button leave it undone, until it is sent. */
export function Dialog({ title, act, danger, onAct, onClose, children }: DialogProps) {
  const id = useId();
  const box = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => open(box.current), []);
  // With the disabled buttons, not a frame later: an Escape may come in between.
  useLayoutEffect(() => {
    if (!busy) return;
    // A second Escape closes a dialog whatever its cancel event was told. The button that had the
    // focus is disabled by now: the key is the document's.
    const keep = (event: KeyboardEvent) => event.key === "Escape" && event.preventDefault();
    document.addEventListener("keydown", keep);
    return () => document.removeEventListener("keydown", keep);
  }, [busy]);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if (refusesBlanks(form)) return;
    setBusy(true);
    setProblem(null);
    try {
      await onAct(new FormData(form));
      // Closed as by hand, it gives the focus back to what opened it.
      box.current?.close();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <dialog
      ref={box}
      aria-labelledby={id}
      onClose={onClose}
      onCancel={(event) => busy && event.preventDefault()}
    >
      <form class="stack" onSubmit={submit}>
        <h2 id={id} tabIndex={-1}>
          {title}
        </h2>
        {children}
        {problem && <ProblemNotice problem={problem} />}
        <div class="row">
          <button type="button" disabled={busy} onClick={() => box.current?.close()}>
            {text().cancel}
          </button>
          <button type="submit" class={danger ? "danger" : "primary"} disabled={busy}>
            {act}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/**
 * Opens it with its title in sight: where the first field takes the focus so far down that what is
 * asked is scrolled away, the title takes it. It has to take the focus by `tabIndex`.
 */
export function open(dialog: HTMLDialogElement | null): void {
  dialog?.showModal();
  if (!dialog || dialog.scrollTop === 0) return;
  dialog.querySelector("h2")?.focus({ preventScroll: true });
  dialog.scrollTop = 0;
}

type FieldProps = {
  label: string;
  hint?: string;
  children: (id: string, hint: string) => ComponentChildren;
};

/** A labelled field; `children` gets the id for the field and that of its hint. */
export function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div class="stack tight">
      <label for={id}>{label}</label>
      {children(id, hintId)}
      {hint && (
        <span id={hintId} class="muted small">
          {hint}
        </span>
      )}
    </div>
  );
}
