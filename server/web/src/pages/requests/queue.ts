import { useState } from "preact/hooks";
import type { Problem } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Account } from "../../api/rights.ts";
import type { Asked, AskedPage, RequestKind, RequestState } from "../../api/shapes/requests.ts";

/** States that can be asked for beside the groups `waiting`, `open` and `all`. */
export const STATES: Record<RequestKind, readonly RequestState[]> = {
  appeal: [
    "submitted",
    "under_review",
    "need_information",
    "overturned",
    "modified",
    "rejected",
    "withdrawn",
    "expired",
  ],
  application: ["submitted", "approved", "rejected", "withdrawn", "expired"],
};

export type Filter = "waiting" | "open" | "all" | RequestState;

const GROUPS: Record<string, readonly RequestState[]> = {
  waiting: ["submitted", "under_review"],
  open: ["submitted", "under_review", "need_information"],
};

/** Which requests are shown. */
export type Wanted = { kind: RequestKind; filter: Filter; account: Account | null };

/** What an address asks for; `usual` is the filter of whoever looks. */
export function wantedOf(search: string, usual: Filter): Omit<Wanted, "account"> {
  const asked = new URLSearchParams(search);
  const kind = asked.get("kind") === "applications" ? "application" : "appeal";
  const known: Filter[] = ["waiting", "open", "all", ...STATES[kind]];
  return { kind, filter: known.find((one) => one === asked.get("state")) ?? usual };
}

/** The query of the address that asks for them, with its question mark; empty for the usual ones. */
export function searchOf({ kind, filter }: Omit<Wanted, "account">, usual: Filter): string {
  const asked = new URLSearchParams();
  if (kind === "application") asked.set("kind", "applications");
  if (filter !== usual) asked.set("state", filter);
  return asked.size ? `?${asked}` : "";
}

/** Where the service has requests of a kind. */
export const placeOf = (kind: RequestKind) =>
  kind === "appeal" ? "/v1/appeals" : "/v1/unblock-applications";

const STEP = 100;
const MOST = 500;

export type Queue = {
  /** Null until they came. */
  items: Asked[] | null;
  problem: Problem | null;
  reload: () => void;
  /** Shows more of them; null where there are no more. */
  more: (() => void) | null;
};

/** The requests that are wanted; the service lists each state alone. */
export function useQueue(wanted: Wanted): Queue {
  const [limit, setLimit] = useState(STEP);
  const paths = pathsOf(wanted, limit);
  const asked = [
    useResource<AskedPage>(paths[0] ?? null),
    useResource<AskedPage>(paths[1] ?? null),
    useResource<AskedPage>(paths[2] ?? null),
  ].slice(0, paths.length);
  const isCurrent = asked.every(({ current }) => current);
  const hasMore = asked.some(({ value }) => value?.next_cursor) && limit < MOST;
  const here = asked.every(({ value }) => value !== null);
  const items = ordered(
    asked.flatMap(({ value }) => value?.items ?? []),
    wanted,
  );
  return {
    // That there are none is only known once all answers are those to what is asked.
    items: here && (isCurrent || items.length > 0) ? items : null,
    problem: asked.find(({ problem }) => problem)?.problem ?? null,
    reload: () => {
      for (const one of asked) one.reload();
    },
    more: hasMore ? () => setLimit(Math.min(limit + STEP, MOST)) : null,
  };
}

/** What to ask for: one path for each state, or one for all. */
export function pathsOf({ kind, filter, account }: Wanted, limit: number): string[] {
  const states = filter === "all" ? [null] : (GROUPS[filter] ?? [filter as RequestState]);
  return states
    .filter((state) => state === null || STATES[kind].includes(state))
    .map((state) => {
      const query = new URLSearchParams({ limit: String(limit) });
      if (state) query.set("state", state);
      if (account) query.set("enterprise", account.enterprise);
      if (account?.member) query.set("member", account.member);
      return `${placeOf(kind)}?${query}`;
    });
}

/** What waits: what is due first comes first. Else the newest first. */
export function ordered(all: Asked[], { kind, filter, account }: Wanted): Asked[] {
  const states = filter === "all" ? null : (GROUPS[filter] ?? [filter]);
  // What was asked for before, of another account, say, stays until the new answers are here.
  const fitting = all.filter(
    (one) =>
      one.kind === kind &&
      (states === null || states.includes(one.state)) &&
      (account === null || isOf(one, account)),
  );
  const unique = [...new Map(fitting.map((one) => [one.id, one])).values()];
  const byDue = (a: Asked, b: Asked) => Date.parse(a.due_at) - Date.parse(b.due_at);
  const byAge = (a: Asked, b: Asked) => Date.parse(b.created_at) - Date.parse(a.created_at);
  return unique.sort(filter in GROUPS ? byDue : byAge);
}

const isOf = (one: Asked, { enterprise, member }: Account) =>
  one.enterprise_id === enterprise && (member === null || one.member_id === member);
