export type ByReason = Record<string, number>;

export type Slot = { at: string; requested: number; allowed: number; denied: ByReason };

export type PlatformDay = {
  day: string;
  requested: number;
  allowed: number;
  denied: ByReason;
  accepted: number;
  deleted: number;
  blocked: number;
  complained: number;
};

export type NearCap = {
  enterprise_id: string;
  name: string | null;
  used: number;
  cap: number;
  share: number;
};

export type Enforcement = {
  paused: boolean;
  since: string | null;
  by: string | null;
  reason: string | null;
  put_off: number;
};

/** The platform now; slots and days without an event are absent. */
export type Overview = {
  as_of: string;
  today: { requested: number; allowed: number; denied: ByReason; accepted: number };
  activity: Slot[];
  days: PlatformDay[];
  near_caps: NearCap[];
  cases: {
    open: number;
    awaiting_second: number;
    enforced: number;
    oldest_opened_at: string | null;
  };
  requests: { appeals: number; applications: number; overdue: number };
  penalties: { track: number; penalties: number; holds: number }[];
  worker: { backlog: number | null; lag_s: number | null };
  stores: { redis: "up" | "away"; record: "up"; closed_shards: number | null };
  enforcement: Enforcement;
  policy_version: number;
};
