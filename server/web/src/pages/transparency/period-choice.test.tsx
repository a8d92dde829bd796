import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test } from "vitest";
import { PeriodChoice } from "./period-choice.tsx";

const show = (from: string, to: string) =>
  act(() =>
    render(<PeriodChoice period={{ from, to }} wrong={null} onChoose={() => {}} />, document.body),
  );
const first = () => document.querySelector<HTMLInputElement>("input[name=from]");

afterEach(() => act(() => render(null, document.body)));

test("a typed day stays while the page is drawn anew, until another period is shown", () => {
  show("2026-10-01", "2026-11-01");
  expect(first()?.value).toBe("2026-10-01");
  const field = first();
  if (field) field.value = "2026-09-15";
  show("2026-10-01", "2026-11-01");
  expect(first()?.value).toBe("2026-09-15");
  show("2026-08-01", "2026-09-01");
  expect(first()?.value).toBe("2026-08-01");
});
