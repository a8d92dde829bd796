import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test } from "vitest";
import type { Quota } from "../../api/shapes/accounts.ts";
import { language } from "../../text/language.ts";
import { Restrictions } from "./bindings.tsx";

afterEach(() => {
  act(() => render(null, document.body));
  language.value = "en";
});

const held = { penalty_id: "p", scope: "interop", ends_at: null, may_apply: true };
const show = (restriction: object) => {
  const quota = { restrictions: [restriction], time_zone: "UTC" } as unknown as Quota;
  act(() => render(<Restrictions quota={quota} />, document.body));
  return document.querySelector("li")?.textContent;
};

test("what is forbidden is told in sentences of either language", () => {
  expect(show(held)).toContain("withheld without an end. The administrator may apply");
  language.value = "zh";
  expect(show(held)).toMatch(/：无期限限制。 ?管理员可申请解封。/);
});

const END = "2026-12-02T15:00:00Z";

test.each([
  ["enterprise_account", null, "enterprise account: blocked for good.", "企业账号：永久封禁。"],
  ["member_account", END, /^member account: blocked until .*2026/, /^成员账号：封禁至 2026/],
  ["active_adds", END, /^active adds: withheld until .*2026/, /^主动添加：限制至 2026/],
])("of %s until %s it is said what holds", (scope, ends_at, english, chinese) => {
  expect(show({ ...held, scope, ends_at })).toMatch(english);
  language.value = "zh";
  expect(show({ ...held, scope, ends_at })).toMatch(chinese);
});
