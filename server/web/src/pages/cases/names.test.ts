import { beforeEach, expect, test } from "vitest";
import { language } from "../../text/language.ts";
import { probability } from "./names.ts";

beforeEach(() => {
  language.value = "en";
});

test("a probability has at most one decimal, and reads 100% only where it is", () => {
  expect([0.95988, 0.9841, 0.99999, 1].map(probability)).toEqual(["96%", "98.4%", "99.9%", "100%"]);
});
