import { Problem, post } from "../../api/client.ts";
import type { Answered } from "../../api/shapes/requests.ts";
import { Dialog } from "../../parts/dialog.tsx";
import type { Step } from "./allowed.ts";
import { DecideDialog } from "./decide.tsx";
import { placeOf } from "./queue.ts";
import { text } from "./text.ts";
import { type StepProps, Words } from "./words.tsx";

type StepDialogProps = Omit<StepProps, "send"> & {
  step: Step;
  /** Is told that the request is not as it was shown. */
  onConflict: (problem: Problem) => void;
};

/** Asks for what a step needs, and takes it. */
export function StepDialog({ step, onConflict, ...given }: StepDialogProps) {
  const send = <T,>(path: string, body: unknown) =>
    post<T>(path, body).catch((error) => {
      if (error instanceof Problem && error.status === 409) onConflict(error);
      throw error;
    });
  const props = { ...given, send };
  if (step === "decide") return <DecideDialog {...props} />;
  if (step === "ask") return <AskDialog {...props} />;
  return step === "answer" ? <AnswerDialog {...props} /> : <WithdrawDialog {...props} />;
}

function AskDialog({ one, send, onDone, onClose }: StepProps) {
  const words = text();
  async function ask(form: FormData) {
    const body = { outcome: "need_information", reason: form.get("text") };
    await send<Answered>(`${placeOf(one.kind)}/${one.id}/decision`, body);
    onDone(words.saidAsked);
  }
  return (
    <Dialog title={words.askTitle} act={words.send} onAct={ask} onClose={onClose}>
      <p class="muted">{words.askLead}</p>
      <Words label={words.question} />
    </Dialog>
  );
}

function AnswerDialog({ one, send, onDone, onClose }: StepProps) {
  const words = text();
  async function answer(form: FormData) {
    await send(`/v1/appeals/${one.id}/information`, { text: form.get("text") });
    onDone(words.saidAnswered);
  }
  return (
    <Dialog title={words.answerTitle} act={words.send} onAct={answer} onClose={onClose}>
      <p class="muted">{words.answerLead}</p>
      <Words label={words.yourAnswer} />
    </Dialog>
  );
}

function WithdrawDialog({ one, send, onDone, onClose }: StepProps) {
  const words = text();
  async function withdraw() {
    await send(`${placeOf(one.kind)}/${one.id}/withdraw`, undefined);
    onDone(words.saidWithdrawn);
  }
  return (
    <Dialog
      title={words.withdrawTitle}
      act={words.withdraw}
      danger
      onAct={withdraw}
      onClose={onClose}
    >
      <p>{words.withdrawLead}</p>
      <p class="muted">
        {one.kind === "appeal" ? words.withdrawAppeal : words.withdrawApplication}
      </p>
    </Dialog>
  );
}
