import { expect, test } from "vitest";
import { found, size, treeOf } from "./tree.ts";

const policy = {
  quota: { daily: 500, refunds: { share: 0.2 } },
  scoring: {
    tiers: [
      { score: 0, cap: 5 },
      { score: 30, cap: 20 },
    ],
    patterns: { shift: { mode: "review", cold: { honest: 0.22 }, evidence: [[8, 0.5]] } },
  },
};

test("tables keep their places, lists of like objects become tables", () => {
  const [quota, scoring] = treeOf(policy).branches;
  expect(quota?.values).toEqual([["daily", "500"]]);
  expect(quota?.branches[0]?.path).toBe("quota.refunds");
  expect(scoring?.lists).toEqual([
    {
      path: "scoring.tiers",
      columns: ["score", "cap"],
      rows: [
        { score: "0", cap: "5" },
        { score: "30", cap: "20" },
      ],
    },
  ]);
});

test("what lies deeper than three tables is a value with a longer name; pairs stay in one line", () => {
  const shift = treeOf(policy).branches[1]?.branches[0]?.branches[0];
  expect(shift?.path).toBe("scoring.patterns.shift");
  expect(shift?.values).toEqual([
    ["mode", "review"],
    ["cold.honest", "0.22"],
    ["evidence", "[8, 0.5]"],
  ]);
});

test("a search keeps what has the word in its path or value, with what it stands in", () => {
  const tree = treeOf(policy);
  expect(found(tree, "refunds")?.branches.map(({ path }) => path)).toEqual(["quota"]);
  expect(found(tree, "refunds.share")?.branches[0]?.branches[0]?.values).toEqual([
    ["share", "0.2"],
  ]);
  expect(found(tree, "review")?.branches.map(({ path }) => path)).toEqual(["scoring"]);
  expect(found(tree, "nowhere")).toBeNull();
  expect(found(tree, "")).toBe(tree);
});

test("every value is counted", () => {
  expect(size(treeOf(policy))).toBe(9);
});
