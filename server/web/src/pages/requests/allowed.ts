import type { Asked, RequestState } from "../../api/shapes/requests.ts";

export type Step = "review" | "ask" | "decide" | "answer" | "withdraw";

/** As whom somebody looks at a request. */
export type Side = { reviews: boolean; speaks: boolean; administers: boolean; holder: string };

const OPEN: readonly RequestState[] = ["submitted", "under_review", "need_information"];

/** Whether a request still waits for somebody. */
export const isOpen = ({ state }: Pick<Asked, "state">) => OPEN.includes(state);

/** Whether a reviewer has to do something about it. */
export const waits = ({ state }: Pick<Asked, "state">) =>
  state === "submitted" || state === "under_review";

/** Whether it should have been decided by now (epoch ms). */
export const isOverdue = (one: Pick<Asked, "state" | "due_at">, now: number) =>
  waits(one) && Date.parse(one.due_at) < now;

/** What somebody can do about a request now; the service checks it again (docs/penalties.md). */
export function stepsFor(one: Judged, side: Side): Step[] {
  const reviews = side.reviews && bindingOf(one, side) === null;
  return [...(reviews ? reviewerSteps(one) : []), ...ownSteps(one, side)];
}

type Judged = Pick<Asked, "kind" | "state" | "filed_by" | "decided_by_you">;

/**
 * Why a reviewer has to leave all of it to somebody else, also the review and the questions: they
 * decided what is objected to, or filed it. Null where nothing binds them, or nothing can be done.
 */
export function bindingOf(one: Judged, side: Side): "decided" | "filed" | null {
  if (!side.reviews || reviewerSteps(one).length === 0) return null;
  if (one.decided_by_you) return "decided";
  return one.filed_by !== null && one.filed_by === side.holder ? "filed" : null;
}

function reviewerSteps({ kind, state }: Pick<Asked, "kind" | "state">): Step[] {
  if (kind === "application") return state === "submitted" ? ["decide"] : [];
  if (state === "submitted") return ["review", "ask", "decide"];
  return state === "under_review" ? ["decide", "ask"] : [];
}

function ownSteps(one: Pick<Asked, "kind" | "state">, { speaks, administers }: Side): Step[] {
  // The enterprise's administrator applies, not the member (§2.2); so it is theirs to take back.
  const own = one.kind === "appeal" ? speaks : administers;
  if (!own || !isOpen(one)) return [];
  return one.state === "need_information" ? ["answer", "withdraw"] : ["withdraw"];
}
