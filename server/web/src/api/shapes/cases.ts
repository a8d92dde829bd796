import type { Named } from "../../text/account-names.ts";
import type { Penalty } from "./penalties.ts";

/** Cases as `GET /v1/cases` sends them. */

export type CaseState = "open" | "awaiting_second" | "confirmed" | "dismissed";
export type Severity = "normal" | "severe";
export type Blockable = "member_account" | "admin_account" | "enterprise_account";

/** What a pattern adds to the log-odds of abuse, in nats. */
export type Contribution = { pattern: string; nats: number };

export type Hold = {
  scope: string;
  starts_at: string;
  ends_at: string;
  state: "active" | "ended" | "lifted";
};

/** What an account block rests on. */
export type Grounds = { number: string; share: string; gravity: string; intent: string };

/** What the first of two holders said; another one has to say the same. */
export type First = {
  action: "confirm" | "escalate";
  by: string;
  at: string;
  note: string;
  severity: Severity;
  scopes: Blockable[];
  grounds: Grounds | null;
};

export type Case = Named & {
  id: string;
  state: CaseState;
  verdict: "review" | "enforce";
  opened_at: string;
  changed_at: string;
  /** From 0 to 1; null where no pattern opened it. */
  posterior: number | null;
  contributions: Contribution[];
  patterns: string[];
  flags: string[];
  evidence: string[];
  events: string[];
  /** The account's allowed adds up to the opening. */
  adds_before: number;
  hold: Hold | null;
  deferred: boolean;
  decided_at: string | null;
  decided_by: string | null;
  note: string | null;
  severity: Severity | null;
  type: string;
  source: string;
  violation_id: string | null;
  first: First | null;
  policy_version: number;
};

export type Cases = { items: Case[]; next_cursor: string | null };

/** A decided case, and what it imposes. */
export type Decided = {
  case: Case;
  penalty: Penalty | null;
  penalties: Penalty[];
  why_none: string | null;
  /** On record; it binds as soon as the counters are back. */
  queued?: boolean;
};
