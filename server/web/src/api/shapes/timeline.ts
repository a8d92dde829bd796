/** A member's timeline, newest first; kinds that a scope does not see are absent. */

export type Add = {
  at: string;
  kind: "add";
  way: string;
  direction: "active" | "passive";
  allowed: boolean;
  reason: string;
  /** The beginning of its hash; for reviewers and admins. */
  contact?: string | null;
};

export type Outcome = {
  at: string;
  kind: "outcome";
  outcome: string;
  category?: string | null;
  contact?: string | null;
};

export type Flag = {
  at: string;
  kind: "flag";
  flag_id: string;
  pattern: string;
  mode: string;
  statistic: number;
  threshold: number;
  evidence: string[];
};

export type OpenedCase = {
  at: string;
  kind: "case";
  case_id: string;
  state: string;
  verdict: string;
};

export type Penalised = {
  at: string;
  kind: "penalty";
  penalty_id: string;
  type: string;
  scope: string;
  event: "imposed" | "ended" | "overturned";
  hold: boolean;
};

/** On that local day the tier became another one; `at` is where the day begins. */
export type Moved = { at: string; kind: "tier"; day: string; from: number; to: number };

export type Entry = Add | Outcome | Flag | OpenedCase | Penalised | Moved;
