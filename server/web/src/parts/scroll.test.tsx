import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { Scroll } from "./scroll.tsx";

afterEach(() => {
  act(() => render(null, document.body));
  vi.unstubAllGlobals();
});

test("a box is a stop of the Tab key while something of it is behind an edge", () => {
  let resized = () => {};
  class Watch {
    constructor(tell: () => void) {
      resized = tell;
    }
    observe() {}
    disconnect() {}
  }
  vi.stubGlobal("ResizeObserver", Watch);
  const box = (
    <Scroll label="Members">
      <table />
    </Scroll>
  );
  act(() => render(box, document.body));
  const section = document.querySelector("section");
  if (!section) throw new Error("no box");
  expect(section.tabIndex).toBe(-1);
  for (const [wide, stop] of [
    [400, 0],
    [301, -1],
  ] as const) {
    Object.defineProperty(section, "clientWidth", { value: 300, configurable: true });
    Object.defineProperty(section, "scrollWidth", { value: wide, configurable: true });
    act(resized);
    expect(section.tabIndex).toBe(stop);
  }
});
