/** Accounts as their quota, history, lists and timeline are sent; what a scope does not see is absent. */

export type StandingState = "collecting" | "healthy" | "at_risk" | "limited" | "restricted";

/** One part of the score: points = weight · value; `inputs` is empty for who may not see them. */
export type Part = {
  name: string;
  weight: number;
  value: number;
  points: number;
  inputs: Record<string, number | string>;
};

/** Keeps the tier from rising above `max_tier`, whatever the score. */
export type Ceiling = { name: string; detail: string; max_tier: number };

export type Limit = {
  name: string;
  cap: number;
  used: number;
  remaining: number;
  window: "day" | "hour" | "minute";
  resets_at: string;
};

export type Restriction = {
  penalty_id: string;
  scope: string;
  /** Null: for good, or until a linked account is unblocked. */
  ends_at: string | null;
  may_apply: boolean;
  may_appeal: boolean;
};

/** The score is below `needed`; after `after` such local days in a row the tier falls by one. */
export type Falling = { needed: number; days: number; after: number };

export type Caps = { active: number; passive: number };

/**
 * A member's active cap is below the `most` of its tier: at most `factor` times its `best` day of the
 * last `days`, at least `floor`. `following`: the cap from the next local midnight on, as today stands.
 */
export type Ramp = {
  most: number;
  best: number;
  days: number;
  factor: number;
  floor: number;
  following: number;
};

/** The least that reaches the next tier; without actions what is there suffices. */
export type Guidance = {
  actions: string[];
  caps: { before: Caps; after: Caps };
  conditions: string[];
  /** A local day. */
  effective_from: string;
};

/** Share of contacts whose worst outcome was a delete, a block or a complaint, in steps of 5 %. */
export type Negative = { share: number; over_days: number; at_least_outcomes: number };

/** A member's limits and restrictions include its enterprise's. */
export type Quota = {
  name: string | null;
  time_zone: string;
  standing: { state: StandingState; since: string; why: string };
  tier: number;
  score: number;
  /** What each tier needs, from tier 0 on. */
  tier_scores?: number[];
  /** Of an enterprise; null of a member. */
  seats: number | null;
  parts: Part[];
  ceilings: Ceiling[];
  /** Null: the score is not below what keeps the tier. */
  falling: Falling | null;
  /** Null: an enterprise, or a member with the whole cap of its tier. */
  ramp: Ramp | null;
  /** An enterprise's active cap; null of a member. */
  per_seat: { each: number; floor: number } | null;
  limits: Limit[];
  restrictions: Restriction[];
  available: Caps;
  guidance: Guidance[];
  negative: Negative | null;
  policy_version: number;
  as_of: string;
};

/** One local day; what contacts did only for reviewers and admins. */
export type Day = {
  day: string;
  requested: number;
  allowed: number;
  denied: Record<string, number>;
  /** What counts against the cap; the rest is of both directions. */
  active: number;
  accepted: number;
  declined?: number;
  deleted?: number;
  blocked?: number;
  complained?: number;
  cap: number;
  score: number;
  tier: number;
};

/** Days with an event, oldest first. */
export type History = { days: Day[]; negative: Negative | null };

/** Today so far; null before the account's first folded event. */
export type Figures = {
  used: number;
  remaining: number;
  denied: number;
  score: number | null;
  tier: number | null;
  cap: number | null;
  /** A penalty or a hold is in force, of its own or of its whole enterprise. */
  restricted?: boolean;
};

export type ListedEnterprise = Figures & {
  enterprise_id: string;
  name: string | null;
  verification: string;
};
export type ListedMember = Figures & { member_id: string; name: string | null };

/** `total` rows match in all; only the first page says so. */
export type Listed<Row> = { items: Row[]; next_cursor?: string | null; total?: number | null };
