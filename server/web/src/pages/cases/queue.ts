import { useCallback, useState } from "preact/hooks";
import type { Problem } from "../../api/client.ts";
import { type Resource, useResource } from "../../api/resource.ts";
import type { Case, CaseState, Cases } from "../../api/shapes/cases.ts";

export const FILTERS = [
  "waiting",
  "open",
  "awaiting_second",
  "confirmed",
  "dismissed",
  "all",
] as const;
export type Filter = (typeof FILTERS)[number];

/** Which cases are shown: in which state, of which account. */
export type Wanted = { filter: Filter; enterprise: string | null; member: string | null };

/** What the address asks for; without it those that wait for a person. */
export function wantedOf(search: string): Wanted {
  const asked = new URLSearchParams(search);
  const state = asked.get("state");
  const filter = FILTERS.find((one) => one === state) ?? "waiting";
  return { filter, enterprise: asked.get("enterprise"), member: asked.get("member") };
}

/** The query of an address that asks for them, with its question mark; empty for the usual ones. */
export function searchOf({ filter, enterprise, member }: Wanted): string {
  const asked = new URLSearchParams();
  if (filter !== "waiting") asked.set("state", filter);
  if (enterprise) asked.set("enterprise", enterprise);
  if (member) asked.set("member", member);
  return asked.size ? `?${asked}` : "";
}

const STEP = 50;
const MOST = 500;

export type Queue = {
  /** Newest first; null until they came. */
  items: Case[] | null;
  problem: Problem | null;
  reload: () => void;
  /** Shows more of them; null where there are no more. */
  more: (() => void) | null;
};

/** The cases that are wanted; those that wait are in two states, which the service lists alone. */
export function useQueue(wanted: Wanted): Queue {
  const [limit, setLimit] = useState(STEP);
  const [one, other] = statesOf(wanted.filter);
  const first = useResource<Cases>(pathOf(wanted, one, limit));
  const second = useResource<Cases>(other ? pathOf(wanted, other, limit) : null);
  const asked = other ? [first, second] : [first];
  const reload = useCallback(() => {
    first.reload();
    second.reload();
  }, [first.reload, second.reload]);
  const hasMore = asked.some(({ value }) => value?.next_cursor) && limit < MOST;
  return {
    items: merged(asked, wanted),
    problem: first.problem ?? second.problem,
    reload,
    more: hasMore ? () => setLimit(Math.min(limit + STEP, MOST)) : null,
  };
}

function statesOf(filter: Filter): [CaseState | null, CaseState | null] {
  if (filter === "waiting") return ["open", "awaiting_second"];
  return filter === "all" ? [null, null] : [filter, null];
}

function pathOf({ enterprise, member }: Wanted, state: CaseState | null, limit: number): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (state) query.set("status", state);
  if (enterprise) query.set("enterprise", enterprise);
  if (member) query.set("member", member);
  return `/v1/cases?${query}`;
}

type Came = Pick<Resource<Cases>, "value" | "current">;

/** What came, without what was asked for before and stays until the new answer is here. */
export function merged(asked: Came[], wanted: Wanted): Case[] | null {
  if (asked.some(({ value }) => value === null)) return null;
  const all = asked.flatMap(({ value }) => value?.items ?? []).filter((one) => fits(one, wanted));
  // That there are none is only known once the answers are those to what is asked.
  if (all.length === 0 && asked.some(({ current }) => !current)) return null;
  const unique = new Map(all.map((one) => [one.id, one]));
  return [...unique.values()].sort((a, b) => Date.parse(b.opened_at) - Date.parse(a.opened_at));
}

function fits(one: Case, { filter, enterprise, member }: Wanted): boolean {
  return (
    (filter === "all" || statesOf(filter).includes(one.state)) &&
    (enterprise === null || one.enterprise_id === enterprise) &&
    (member === null || one.member_id === member)
  );
}

/** The case beside another one in the queue; the first one where that is not in it. */
export function beside(items: Case[], id: string | null, step: 1 | -1, place: number): Case | null {
  const index = items.findIndex((one) => one.id === id);
  if (index >= 0) return items[index + step] ?? null;
  // What was just decided has left the queue: the next one has taken its place.
  const next = step > 0 ? place : place - 1;
  return items[Math.min(Math.max(next, 0), items.length - 1)] ?? null;
}
