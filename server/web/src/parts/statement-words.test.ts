import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inChinese } from "./statement-words.ts";

const page = readFileSync(`${import.meta.dirname}/../../../../docs/penalties.md`, "utf8");

/** The rows of the table under a heading of docs/penalties.md, which is made from the code. */
function rows(heading: string): string[][] {
  const [, after = ""] = page.split(`\n### ${heading}\n`);
  const [table = ""] = after.split("\n### ");
  return table
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2)
    .map((line) => line.split("|").map((cell) => cell.trim()));
}

test("every published rule is said in Chinese, too", () => {
  const rules = rows("The published rules").map((cells) => cells[3] ?? "");
  expect(rules.length).toBeGreaterThan(8);
  for (const rule of rules) expect(inChinese(rule)).not.toBe(rule);
});

test("what the service says of a first step is said in Chinese", () => {
  const fields = Object.fromEntries(rows("A statement of reasons").map((row) => [row[1], row[2]]));
  for (const name of ["`source`", "`decided_by`", "`redress`"]) {
    const words = fields[name] ?? "";
    expect(words).not.toBe("");
    expect(inChinese(words)).not.toMatch(/[A-Za-z]{3}/);
  }
});

test("signs that patterns found are told one by one", () => {
  const facts =
    "Signs of malicious addition of external contacts: contacts blocked or complained unusually often; requests kept on against their limits.";
  expect(inChinese(facts)).toBe(
    "存在恶意添加外部联系人的迹象：联系人拉黑或投诉异常频繁；达到上限后仍持续请求。",
  );
});

test("what a person wrote stays as it is", () => {
  const facts = "Advertising was sent to 40 contacts. One reviewer.";
  expect(inChinese(facts)).toBe(facts);
});
