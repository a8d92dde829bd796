import { beforeEach, expect, test } from "vitest";
import { inChinese, inWords } from "./evidence-words.ts";
import { language } from "./language.ts";
import { saidIn } from "./python-said.ts";

beforeEach(() => {
  language.value = "zh";
});

test.each([
  "verdict",
  "patterns/burst_pressure",
  "patterns/enterprise_negatives",
  "patterns/greeting_reuse",
  "patterns/machine_timing",
  "patterns/outcome_shift",
  "patterns/recent",
  "patterns/repeat_target",
  "patterns/sequential_numbers",
  "patterns/target_collision",
])("whatever %s says is said in Chinese", (name) => {
  const found = saidIn(`scoring/${name}`);
  expect(found.length).toBeGreaterThan(0);
  // What stands before it, a moment or another clause, is told apart.
  for (const said of found)
    expect(inChinese(said.replace(/^7(?:: |(?=;))/, ""))).not.toMatch(/[A-Za-z]{2}/);
});

test("a pattern has its name, a moment the account's time", () => {
  expect(inWords("hard_negatives (+9.5): flagged within the last 7 days")).toBe(
    "强负反馈（+9.5）：最近 7 天内已被标记",
  );
  const said = "2026-11-22 16:00 UTC: contact a1b2 blocked the member";
  expect(inWords(said, "Asia/Shanghai")).toMatch(
    /^2026年11月23日 .*00:00：联系人 a1b2 拉黑了成员$/,
  );
  language.value = "en";
  expect(inWords("hard_negatives (+9.5): flagged within the last 7 days")).toBe(
    "Hard negatives (+9.5): flagged within the last 7 days",
  );
  expect(inWords(said)).toMatch(/^22 Nov 2026, 16:00: contact a1b2 blocked the member$/);
});

test("what somebody wrote stays as it is", () => {
  expect(inWords("They sent the same offer to everybody.")).toBe(
    "They sent the same offer to everybody.",
  );
});
