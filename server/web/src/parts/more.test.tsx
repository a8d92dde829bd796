import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { More } from "./more.tsx";

const show = (more: (() => void) | null, busy = false) =>
  act(() =>
    render(
      <More more={more} busy={busy}>
        Show more
      </More>,
      document.body,
    ),
  );

const button = () => document.querySelector("button");

afterEach(() => act(() => render(null, document.body)));

test("with the last of a list the focus goes to its end, and not out of the page", () => {
  const more = vi.fn();
  show(more);
  button()?.focus();
  act(() => button()?.click());
  expect(more).toHaveBeenCalledOnce();
  show(null);
  expect(button()).toBeNull();
  expect(document.activeElement?.textContent).toBe("No more is shown here.");
});

test("while more is on its way it is not asked for again", () => {
  const more = vi.fn();
  show(more, true);
  act(() => button()?.click());
  expect(more).not.toHaveBeenCalled();
});

test("a list that never had more says nothing of an end", () => {
  show(null);
  expect(document.body.textContent).toBe("");
});
