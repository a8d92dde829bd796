import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Message, say } from "./message.tsx";

const box = () => document.body.firstElementChild;
const words = () => document.querySelector("[aria-live]")?.textContent;
const passed = (ms: number) => act(() => void vi.advanceTimersByTime(ms));

beforeEach(() => {
  vi.useFakeTimers();
  act(() => render(<Message />, document.body));
});

afterEach(() => {
  act(() => document.querySelector("button")?.click());
  act(() => render(null, document.body));
  vi.useRealTimers();
});

test("what is short goes soon, what is long stays as long as it takes to read", () => {
  act(() => say("Done."));
  passed(7_000);
  expect(words()).toBe("");
  act(() => say("Done. ".repeat(50)));
  passed(20_000);
  expect(words()).toContain("Done.");
  passed(10_000);
  expect(words()).toBe("");
});

test("what was not done does not look like what was, and stays until it is closed", () => {
  act(() => say("The service did not answer.", "bad"));
  expect(box()?.className).toContain("bad");
  passed(60_000);
  expect(words()).toBe("The service did not answer.");
  act(() => document.querySelector("button")?.click());
  expect(words()).toBe("");
});

test("what is being pointed at stays", () => {
  act(() => say("Done."));
  act(() => void box()?.dispatchEvent(new MouseEvent("mouseenter")));
  passed(60_000);
  expect(words()).toBe("Done.");
  act(() => void box()?.dispatchEvent(new MouseEvent("mouseleave")));
  passed(7_000);
  expect(words()).toBe("");
});
