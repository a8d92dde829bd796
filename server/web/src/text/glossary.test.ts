import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const SRC = join(import.meta.dirname, "..");
/** What is called otherwise, and how: one idea is one word. Pausing holds is 暂停, a hold is not. */
const OTHERS: Record<string, string> = {
  轨道: "第一类",
  阶梯: "第 1 次",
  未认证: "未验证",
  问候: "招呼语",
  限时暂停: "临时限制",
  暂停主动添加: "临时限制",
  上限占比: "已用比例",
  不予处理: "撤案",
  推翻: "撤销",
  "(?<!密钥)持有人": "密钥持有人",
  // That reads as a way to run; what finds abuse is a rule.
  模式: "识别规则",
  奈特: "证据权重",
  已执行: "自动临时限制",
};
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && !name.includes(".test."))
  .map((name) => join(SRC, name));

/** The files in which something stands. */
const having = (form: RegExp) => files.filter((file) => form.test(readFileSync(file, "utf8")));

test.each(Object.entries(OTHERS))("nothing is called %s, but %s", (other, word) => {
  expect(having(new RegExp(word.replace("1 次", "")))).not.toEqual([]);
  expect(having(new RegExp(other))).toEqual([]);
});

test("an appeal is rejected, a case is not: each has its word", () => {
  const rejecting = having(/驳回/).map((file) => file.slice(SRC.length + 1));
  expect(rejecting).toContain("pages/requests/text.ts");
  expect(rejecting.filter((file) => file.startsWith(join("pages", "cases")))).toEqual([]);
  expect(having(/(?:dismiss|dismissed)"?: \[?"(?:已)?驳回/)).toEqual([]);
});

test("between Chinese words stand Chinese stops", () => {
  expect(having(/\p{Script=Han}[,;:!?(]|\p{Script=Han}\.(?!\.)/u)).toEqual([]);
});
