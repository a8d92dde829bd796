import { readFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { SECTIONS } from "../../api/shapes/transparency.ts";
import { language } from "../../text/language.ts";
import { told } from "./figures-text.ts";

const page = readFileSync(`${import.meta.dirname}/../../../../../docs/transparency.md`, "utf8");

/** The totals that docs/transparency.md explains; parts are told by the heads of their tables. */
const documented = page
  .split("\n")
  .map((line) => /^\| ([a-z_]+\.[a-z_]+) \|/.exec(line)?.[1])
  .filter((name) => name !== undefined);

beforeEach(() => {
  language.value = "en";
});

test.each(["en", "zh"] as const)(
  "in %s every documented figure is told, and no other",
  (spoken) => {
    language.value = spoken;
    expect(documented.length).toBeGreaterThan(20);
    expect(Object.keys(told().figures).sort()).toEqual(documented.sort());
  },
);

test.each(["en", "zh"] as const)("in %s every section has a name", (spoken) => {
  language.value = spoken;
  expect(Object.keys(told().sections)).toEqual([...SECTIONS]);
});
