import { expect, test } from "vitest";
import { lineAt, lineOf } from "./lines.ts";

test.each([
  [1, [0, 7]],
  [2, [8, 8]],
  [3, [9, 14]],
  [4, null],
])("line %i lies at %j", (line, place) => {
  expect(lineAt("[quota]\n\na = 1", line)).toEqual(place);
});

test("a message names its line, or none", () => {
  expect(lineOf("line 12: unknown key: a")).toEqual({ line: 12, rest: "unknown key: a" });
  expect(lineOf("the points add up to 90")).toEqual({
    line: null,
    rest: "the points add up to 90",
  });
});
