import { beforeEach, expect, test } from "vitest";
import { Problem } from "../api/client.ts";
import { language } from "./language.ts";
import { inChinese, kindOf, reasonOf } from "./problem-words.ts";
import { pythonOf, refusedIn, saidIn } from "./python-said.ts";

beforeEach(() => {
  language.value = "zh";
});

const of = (detail: string, slug = "conflict") =>
  new Problem(409, "This conflicts", detail, [], null, `/docs#problem-${slug}`);

test("every kind of problem has a name in Chinese", () => {
  const slugs = [...pythonOf("server/http/problems").matchAll(/Kind\(\s*"([a-z-]+)"/g)];
  expect(slugs.length).toBeGreaterThan(12);
  for (const [, slug] of slugs) expect(kindOf(of("", slug))).not.toMatch(/[A-Za-z]/);
});

test.each([
  ["penalties/appeals", saidIn("penalties/appeals")],
  ["answering", refusedIn("server/enforcement/answering", "NotNow")],
  ["requesting", refusedIn("server/enforcement/requesting", "NotNow")],
  ["documents", refusedIn("server/http/documents", "Problem")],
  ["throttle", refusedIn("server/http/throttle", "Problem")],
])("whatever %s refuses is explained in Chinese", (_, refused) => {
  expect(refused.length).toBeGreaterThan(0);
  for (const one of refused) expect(inChinese(one)).not.toBe(one);
});

test("who decided a case before is told in the reader's language and time", () => {
  const at = "2026-11-22T16:00:00Z";
  const [first, ...others] = [
    `ann confirmed this case as severe at ${at}; a decision is made once.`,
    `ann dismissed this case at ${at}; a decision is made once.`,
    "ann asked to confirm this case as severe: another holder has to say so.",
    `ann asked to escalate this case as severe at ${at}: confirm that, or dismiss the case.`,
    "The case is open: nobody can dismiss it now.",
  ];
  expect(reasonOf(of(first ?? ""))).toEqual({
    said: expect.stringMatching(/^ann 已于2026年11月2\d日.+按“严重”确认此案件/),
  });
  for (const one of others) expect(inChinese(one)).not.toMatch(/case|holder|[a-z]ed /);
});

test("what is not known is marked as English", () => {
  expect(reasonOf(of("Something else."))).toEqual({ said: "Something else.", lang: "en" });
  language.value = "en";
  expect(reasonOf(of("Something else."))).toEqual({ said: "Something else." });
  expect(kindOf(of(""))).toBe("This conflicts");
});

test("our own words are not taken for the service's English", () => {
  const own = new Problem(409, "期间第 2 版已生效", "请对照新版本再次检查。");
  expect(reasonOf(own)).toEqual({ said: own.detail });
  expect(kindOf(own)).toBe(own.title);
});

test("whom something is open to is said in words of people, not of scopes", () => {
  const detail = "This needs a key with one of these scopes: admin, enterprise, reviewer.";
  expect(reasonOf(of(detail, "forbidden")).said).toBe("仅对审核员、管理员和企业自身开放。");
  language.value = "en";
  expect(reasonOf(of(detail, "forbidden")).said).toBe(
    "It is open to reviewers, admins and the enterprise itself.",
  );
  expect(pythonOf("server/http/routing")).toContain("needs a key with one of these scopes: ");
});

test.each([
  ["edge", "The quota store is out of reach."],
  ["edge", "The quota store is out of reach; nothing was decided."],
  ["edge", "The record is out of reach."],
  ["described", "No enterprise of this id was ever seen."],
  ["timeline", "No member of this id was ever seen."],
])("what keeps a page of an account from being shown is said in Chinese: %s, %s", (name, said) => {
  expect(pythonOf(`server/http/${name}`)).toContain(said);
  expect(inChinese(said)).not.toMatch(/[A-Za-z]/);
});
