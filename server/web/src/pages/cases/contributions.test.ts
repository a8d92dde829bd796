import { expect, test } from "vitest";
import { scaleOf } from "./contributions.tsx";

test("what speaks for and against share one scale", () => {
  const of = (...nats: number[]) => scaleOf(nats.map((one) => ({ pattern: "p", nats: one })));
  expect(of(15, -5)).toEqual({ zero: 25, most: 20 });
  expect(of(8)).toEqual({ zero: 0, most: 8 });
});

test("next to nothing is no long bar", () => {
  expect(scaleOf([{ pattern: "p", nats: 0.01 }]).most).toBe(1);
});
