import { afterEach, expect, test } from "vitest";
import { accountOf, enterpriseOf, memberOf } from "./account-names.ts";
import { language } from "./language.ts";

afterEach(() => {
  language.value = "en";
});

const member = { enterprise_id: "harbour", member_id: "zhao" };
const nobody = { enterprise: null, member: null };

test("who was described goes by name and id", () => {
  const one = { ...member, names: { enterprise: "Harbour Trading", member: "赵敏" } };
  expect([accountOf(one), memberOf(one), enterpriseOf(one)]).toEqual([
    "赵敏 (zhao)",
    "赵敏 (zhao)",
    "Harbour Trading (harbour)",
  ]);
});

test("who was not goes by the id", () => {
  const one = { ...member, names: nobody };
  expect([accountOf(one), enterpriseOf(one)]).toEqual(["zhao", "harbour"]);
  expect(accountOf({ ...one, names: { enterprise: null, member: "zhao" } })).toBe("zhao");
});

test("an enterprise as a whole says so", () => {
  const one = { enterprise_id: "harbour", member_id: null, names: nobody };
  expect(accountOf(one)).toBe("harbour (enterprise as a whole)");
});

test("Chinese has brackets of its own", () => {
  language.value = "zh";
  const names = { enterprise: null, member: "赵敏" };
  expect(accountOf({ ...member, names })).toBe("赵敏（zhao）");
  expect(accountOf({ enterprise_id: "harbour", member_id: null, names })).toBe(
    "harbour（企业整体）",
  );
});
