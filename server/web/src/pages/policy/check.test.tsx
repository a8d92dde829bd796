import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Policy } from "../../api/shapes/policy.ts";
import { language } from "../../text/language.ts";
import { Check } from "./check.tsx";

const now: Policy = { version: 1, activated_at: "", policy: { quota: { a: 1 } } } as Policy;
let answers: ((status: number, said: object) => void)[] = [];

const show = (policy: Policy) =>
  act(() => render(<Check now={policy} onActivated={() => {}} />, document.body));

function write(words: string): void {
  const area = document.querySelector("textarea");
  if (!area) throw new Error("nowhere to write");
  area.value = words;
  act(() => void area.dispatchEvent(new Event("input", { bubbles: true })));
}
const check = () => {
  const form = document.querySelector("form");
  act(() => void form?.dispatchEvent(new Event("submit", { cancelable: true })));
};
const button = () => document.querySelector("button[type=submit]")?.textContent;
async function answer(status: number, said: object): Promise<void> {
  answers.shift()?.(status, said);
  await vi.waitFor(() => expect(button()).toBe("Check"));
}
const mistake = { title: "Invalid", errors: [{ loc: ["quota", "a"], msg: "line 1: too small" }] };

beforeEach(() => {
  answers = [];
  language.value = "en";
  const asked = () =>
    new Promise<Response>((resolve) => {
      answers.push((status, said) => resolve(new Response(JSON.stringify(said), { status })));
    });
  vi.stubGlobal("fetch", vi.fn(asked));
  show(now);
});

afterEach(() => {
  act(() => render(null, document.body));
  vi.unstubAllGlobals();
});

test("mistakes are those of the text that is there", async () => {
  write("[quota]");
  check();
  write("[quota]\na = 2");
  await answer(400, mistake);
  expect(document.querySelector("[role=alert]")).toBeNull();
  check();
  await answer(400, mistake);
  expect(document.querySelector("[role=alert]")?.textContent).toContain("too small");
});

test("a text of blanks is refused at the field and not sent", () => {
  write(" \n ");
  check();
  expect(document.querySelector("textarea")?.validationMessage).toContain("blanks");
  expect(fetch).not.toHaveBeenCalled();
});

test("a text is sent once while it is being checked, and the button says so", async () => {
  write("[quota]");
  check();
  check();
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(button()).toBe("Checking …");
  await answer(400, mistake);
});

test("of what would change one sentence is read out, not the table", async () => {
  write("[quota]");
  check();
  await answer(200, { digest: "abc", policy: { quota: { a: 2 } } });
  expect(document.querySelector("table")).not.toBeNull();
  const region = document.querySelector("[aria-live]");
  expect(region?.textContent).toBe("The service would take it (digest abc).");
});

test("who is asked whether to activate is told of another version, and loses no dialog to it", async () => {
  write("[quota]");
  check();
  await answer(200, { digest: "abc", policy: { quota: { a: 2 } } });
  const buttons = [...document.querySelectorAll("button")];
  act(() => buttons.find((one) => one.textContent === "Put into force")?.click());
  const other = { ...now, version: 2 };
  show(other);
  expect(document.querySelector("table")).toBeNull();
  const form = document.querySelector("dialog form");
  act(() => void form?.dispatchEvent(new Event("submit", { cancelable: true })));
  answers.shift()?.(200, other);
  await vi.waitFor(() => {
    expect(document.querySelector("dialog [role=alert]")?.textContent).toContain("Version 2");
  });
});
