import type { Case } from "../../api/shapes/cases.ts";

export type Action = "confirm" | "dismiss" | "escalate";

/** What a holder can do about a case now; the service checks it again (docs/penalties.md). */
export function actionsFor({ state, first }: Case, holder: string): Action[] {
  if (state === "open") return ["confirm", "dismiss", "escalate"];
  if (state === "confirmed") return ["escalate"];
  if (state === "dismissed" || first === null) return [];
  return first.by === holder ? ["dismiss"] : [first.action, "dismiss"];
}
