import { expect, test } from "vitest";
import type { Case } from "../../api/shapes/cases.ts";
import { accountWanted } from "./queue-card.tsx";

const of = (enterprise: string | null, member: string | null) =>
  ({ filter: "all", enterprise, member }) as const;
const one = {
  enterprise_id: "harbour",
  member_id: "zhao",
  names: { enterprise: "Harbour Trading", member: "赵敏" },
} as Case;

test("an account that is asked for goes by its name where a case tells it", () => {
  expect(accountWanted(of("harbour", "zhao"), one)).toBe("Harbour Trading (harbour) / 赵敏 (zhao)");
  expect(accountWanted(of("harbour", null), one)).toBe("Harbour Trading (harbour)");
  expect(accountWanted(of("harbour", "zhao"), null)).toBe("harbour / zhao");
  expect(accountWanted(of(null, null), one)).toBe("");
});
