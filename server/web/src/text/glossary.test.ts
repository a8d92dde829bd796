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
  不予处理: "驳回",
  推翻: "撤销",
  "(?<!密钥)持有人": "密钥持有人",
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

test("between Chinese words stand Chinese stops", () => {
  expect(having(/\p{Script=Han}[,;:!?(]|\p{Script=Han}\.(?!\.)/u)).toEqual([]);
});
