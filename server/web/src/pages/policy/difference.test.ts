import { expect, test } from "vitest";
import { difference, leaves, written } from "./difference.ts";

test("equal policies do not differ", () => {
  expect(difference({ quota: { a: 1, b: [] } }, { quota: { b: [], a: 1 } })).toEqual([]);
});

test("a changed, a new and a missing value are each told by their path", () => {
  const before = { quota: { daily: 20, gone: true }, list: [1, 2] };
  const after = { quota: { daily: 50, new: "x" }, list: [1, 3] };
  expect(difference(before, after)).toEqual([
    { path: "list[1]", before: 2, after: 3 },
    { path: "quota.daily", before: 20, after: 50 },
    { path: "quota.gone", before: true, after: undefined },
    { path: "quota.new", before: undefined, after: "x" },
  ]);
});

test("items with an id are compared with the same one, wherever it stands", () => {
  const before = {
    kinds: [
      { id: "a", n: 1 },
      { id: "b", n: 2 },
    ],
  };
  const after = {
    kinds: [
      { id: "b", n: 2 },
      { id: "a", n: 9 },
    ],
  };
  expect(difference(before, after)).toEqual([{ path: "kinds[a].n", before: 1, after: 9 }]);
});

test("the first item of an empty list is told, and not that the list was empty", () => {
  const after = { kinds: [{ id: "T1.X", track: 1 }] };
  expect(difference({ kinds: [] }, after).map(({ path }) => path)).toEqual([
    "kinds[T1.X].id",
    "kinds[T1.X].track",
  ]);
});

test("places of a list are in the order of numbers", () => {
  const list = Array.from({ length: 11 }, (_, n) => n);
  const paths = difference({ list: [] }, { list }).map(({ path }) => path);
  expect(paths.slice(-2)).toEqual(["list[9]", "list[10]"]);
});

test("what is empty is a value, too", () => {
  expect(leaves({ a: {}, b: [], c: null })).toEqual([
    ["a", {}],
    ["b", []],
    ["c", null],
  ]);
  expect(written({})).toBe("{}");
});
