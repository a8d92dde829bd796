import type { Penalty } from "../../api/shapes/penalties.ts";
import type { Asked } from "../../api/shapes/requests.ts";
import { isOpen } from "../requests/allowed.ts";

/** One appeal, and one re-opening that says something new. */
const MOST_APPEALS = 2;

/** What is still open about a penalty, after what was filed; the service checks it again. */
export type Ways = {
  apply: boolean;
  appeal: boolean;
  /** Something was filed and is not decided yet. */
  waits: boolean;
  /** The appeal would be a re-opening. */
  again: boolean;
};

/** What may still be filed; a withdrawn appeal uses nothing up, an application always does. */
export function waysOf(penalty: Penalty, filed: Asked[]): Ways {
  const appeals = filed.filter((one) => one.kind === "appeal" && one.state !== "withdrawn");
  const appealWaits = appeals.some(isOpen);
  return {
    apply: penalty.may_apply && !filed.some((one) => one.kind === "application"),
    appeal: penalty.may_appeal && !appealWaits && appeals.length < MOST_APPEALS,
    waits: filed.some(isOpen),
    again: appeals.length > 0,
  };
}
