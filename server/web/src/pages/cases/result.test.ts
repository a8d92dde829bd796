import { afterEach, expect, test } from "vitest";
import type { CaseState, Decided } from "../../api/shapes/cases.ts";
import type { Penalty } from "../../api/shapes/penalties.ts";
import { language } from "../../text/language.ts";
import { resultOf } from "./result.ts";

afterEach(() => {
  language.value = "en";
});

const penalty = { scope: "interop", track: 1, ends_at: null } as Penalty;

function decided(state: CaseState, queued: boolean, penalties: Penalty[] = []): Decided {
  const names = { enterprise: null, member: null };
  const one = { enterprise_id: "acme", member_id: "b2", names, state } as Decided["case"];
  return { case: one, penalty: penalties[0] ?? null, penalties, why_none: null, queued };
}

const INTEROP = "interop with external contacts, for good.";

test.each([
  [decided("dismissed", false), "Dismissed: b2. Its holds have ended."],
  [decided("dismissed", true), "Dismissed: b2. Its holds end as soon as the counters are back."],
  [decided("confirmed", false, [penalty]), `Confirmed: b2. Withheld: ${INTEROP}`],
  [
    decided("confirmed", true, [penalty]),
    `Confirmed: b2. To be withheld as soon as the counters are back: ${INTEROP}`,
  ],
  [decided("confirmed", true), "Confirmed: b2. The counters learn of it as soon as they are back."],
  [
    decided("awaiting_second", true, [penalty]),
    `Recorded. Now another holder has to say the same. To be withheld as soon as the counters are back: ${INTEROP}`,
  ],
])("what a decision came to is said without contradiction", (made, said) => {
  expect(resultOf(made, null)).toBe(said);
});

test("nothing has ended yet in Chinese, either", () => {
  language.value = "zh";
  expect(resultOf(decided("dismissed", true), null)).not.toContain("已结束");
  expect(resultOf(decided("confirmed", true, [penalty]), null)).toContain("恢复后立即限制");
});
