import type { Named } from "../../text/account-names.ts";
/** Penalties as `GET /v1/penalties` sends them. */

export type PenaltyState = "active" | "queued" | "ended" | "overturned";

/** Why: what was taken, for what, by whom or what, how to object. */
export type Statement = {
  measure: string;
  facts: string;
  source: string;
  automated_detection: boolean;
  automated_decision: boolean;
  decided_by: string;
  clause: string;
  rule: string;
  redress: string;
};

export type Penalty = Named & {
  id: string;
  violation_id: string | null;
  case_id: string | null;
  type: string;
  track: 1 | 2 | 3;
  step: number | null;
  /** Until somebody has decided, and no penalty yet. */
  hold: boolean;
  scope: string;
  starts_at: string;
  /** Null: for good, or until the linked account is unblocked. */
  ends_at: string | null;
  state: PenaltyState;
  may_apply: boolean;
  may_appeal: boolean;
  policy_version: number;
  statement: Statement;
};

export type Penalties = { items: Penalty[]; next_cursor: string | null };
