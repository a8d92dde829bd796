import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { language } from "../text/language.ts";
import { Dialog } from "./dialog.tsx";

afterEach(() => {
  act(() => render(null, document.body));
  language.value = "en";
});

test("a required text of blanks is refused at the field, in the reader's language", async () => {
  const onAct = vi.fn(async () => {});
  const dialog = (
    <Dialog title="Confirm" act="Confirm" onAct={onAct} onClose={() => {}}>
      <input name="hint" value=" " />
      <textarea name="note" required />
    </Dialog>
  );
  act(() => render(dialog, document.body));
  const [form, note] = [document.querySelector("form"), document.querySelector("textarea")];
  if (!form || !note) throw new Error("nowhere to write");
  const submit = () =>
    act(async () => void form.dispatchEvent(new Event("submit", { cancelable: true })));
  note.value = " \n ";
  await submit();
  expect(note.validationMessage).toContain("blanks");
  language.value = "zh";
  await submit();
  expect(note.validationMessage).toContain("空格");
  expect(onAct).not.toHaveBeenCalled();
  note.value = "They said no.";
  note.dispatchEvent(new Event("input"));
  expect(note.validationMessage).toBe("");
  await submit();
  expect(onAct).toHaveBeenCalledOnce();
});
