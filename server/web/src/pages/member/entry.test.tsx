import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test } from "vitest";
import type { Add, Flag } from "../../api/shapes/timeline.ts";
import { language } from "../../text/language.ts";
import { EntryOf, RunOf } from "./entry.tsx";

afterEach(() => {
  act(() => render(null, document.body));
  language.value = "en";
});

const flag: Flag = {
  at: "2026-11-22T16:00:00Z",
  kind: "flag",
  flag_id: "f-1",
  pattern: "hard_negatives",
  mode: "enforce",
  statistic: 1,
  threshold: 0.9,
  evidence: ["2026-11-22 16:00 UTC: contact a1b2 blocked the member"],
};

test("a flag's evidence is said in the reader's language and the account's time", () => {
  act(() => render(<EntryOf entry={flag} zone="Asia/Shanghai" />, document.body));
  expect(document.body.textContent).toContain("23 Nov 2026, 00:00: contact a1b2 blocked");
  language.value = "zh";
  act(() => render(<EntryOf entry={flag} zone="Asia/Shanghai" />, document.body));
  expect(document.body.textContent).toContain("联系人 a1b2 拉黑了成员");
  expect(document.body.textContent).toContain("阈值 0.9（执行）");
});

const add = (time: string): Add => ({
  at: `2026-11-22T${time}Z`,
  kind: "add",
  way: "qr_code",
  direction: "active",
  allowed: true,
  reason: "ok",
});

test("adds within one minute have one time, others from when to when", () => {
  const times = () =>
    [...document.querySelectorAll("li > span time")].map((one) => one.textContent);
  act(() => render(<RunOf adds={[add("12:27:50"), add("12:27:02")]} zone="UTC" />, document.body));
  expect(times()).toEqual(["12:27"]);
  act(() => render(<RunOf adds={[add("12:28:01"), add("12:27:02")]} zone="UTC" />, document.body));
  expect(times()).toEqual(["12:27", "12:28"]);
});
