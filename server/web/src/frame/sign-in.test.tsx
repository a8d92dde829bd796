import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { language } from "../text/language.ts";
import { SignIn } from "./sign-in.tsx";

const field = () => document.querySelector<HTMLInputElement>("input[name=key]");

async function signIn(answer: () => Promise<Response>): Promise<void> {
  vi.stubGlobal("fetch", answer);
  const key = field();
  if (key) key.value = "cq_wrong";
  const form = document.querySelector("form");
  await act(async () => void form?.dispatchEvent(new Event("submit", { cancelable: true })));
  await vi.waitFor(() => expect(document.querySelector("[role=alert]")).not.toBeNull());
}

beforeEach(() => {
  language.value = "en";
  act(() => render(<SignIn />, document.body));
});

afterEach(() => {
  act(() => render(null, document.body));
  vi.unstubAllGlobals();
});

test("a wrong key is told with its field", async () => {
  const problem = { type: "/docs#problem-unauthorized", title: "A valid key is needed" };
  await signIn(async () => new Response(JSON.stringify(problem), { status: 401 }));
  expect(field()?.getAttribute("aria-invalid")).toBe("true");
  const [first = ""] = field()?.getAttribute("aria-describedby")?.split(" ") ?? [];
  expect(document.getElementById(first)?.textContent).toContain("This key is not valid.");
});

test("a service that does not answer does not make the key a wrong one", async () => {
  await signIn(() => Promise.reject(new TypeError("no network")));
  expect(field()?.getAttribute("aria-invalid")).toBe("false");
});

test("whose session ended may have a key that is gone, and is told what to do then", () => {
  act(() => render(<SignIn isAgain />, document.body));
  expect(document.body.textContent).toContain("ask an admin for a new one");
});
