import { texts } from "../text/language.ts";

const text = texts(
  { blank: "Please write something: blanks alone say nothing." },
  { blank: "请填写内容，不能只有空格。" },
);

/** Whether a text that the form requires is of blanks only; which one is said at the field. */
export function refusesBlanks(form: HTMLFormElement): boolean {
  const fields = form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
    "input[required], textarea[required]",
  );
  const blank = [...fields].find(({ value }) => value !== "" && value.trim() === "");
  if (!blank) return false;
  blank.setCustomValidity(text().blank);
  // A button may fill the field without its input event, but takes the focus.
  const clear = () => blank.setCustomValidity("");
  blank.addEventListener("input", clear, { once: true });
  blank.addEventListener("blur", clear, { once: true });
  blank.reportValidity();
  return true;
}
