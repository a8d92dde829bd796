import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test } from "vitest";
import { useTurning } from "./turning.ts";

afterEach(() => {
  act(() => render(null, document.body));
});

function List({ page, isThere }: { page: string; isThere: boolean }) {
  const { table, begin } = useTurning(page, isThere);
  return (
    <>
      <input />
      <section ref={table} tabIndex={-1}>
        <table>
          <thead />
        </table>
      </section>
      <button type="button" onClick={begin}>
        Next
      </button>
    </>
  );
}

const show = (page: string, isThere: boolean) =>
  act(() => render(<List page={page} isThere={isThere} />, document.body));
const focused = () => document.activeElement?.tagName;

function turn() {
  const next = document.querySelector("button");
  next?.focus();
  act(() => next?.click());
}

test("whoever turns the page comes to the table once its rows are there, and not before", () => {
  show("first", true);
  turn();
  show("first", true);
  show("second", false);
  expect(focused()).toBe("BUTTON");
  show("second", true);
  expect(focused()).toBe("SECTION");
});

test("whoever goes on elsewhere while rows are on their way is not called back", () => {
  show("first", true);
  turn();
  show("second", false);
  document.querySelector("input")?.focus();
  show("second", true);
  expect(focused()).toBe("INPUT");
});

test("rows that only come anew take the focus from nobody", () => {
  show("first", true);
  document.querySelector("button")?.focus();
  show("second", true);
  expect(focused()).toBe("BUTTON");
});
