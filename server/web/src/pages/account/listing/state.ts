import { useMemo } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";
import { useHistoryState } from "wouter-preact/use-browser-location";
import type { Order, Sorting } from "../../../parts/table.tsx";

export const SORTS = ["id", "used", "share", "remaining", "denied", "score"] as const;
export const FILTERS = ["at_cap", "near_cap", "denied", "restricted", "unused"] as const;
export const SIZES = [25, 50, 100, 200] as const;
export type Sort = (typeof SORTS)[number];
export type Filter = (typeof FILTERS)[number];

/** What part of a list is shown; it stands in the address, so that it can be shared. */
export type ListState = {
  sorting: Sorting<Sort>;
  filter: Filter | null;
  q: string;
  limit: number;
  /** Where this page begins; null: the first. */
  cursor: string | null;
};

const FIRST: ListState = {
  sorting: { by: "used", order: "desc" },
  filter: null,
  q: "",
  limit: 25,
  cursor: null,
};

/** The state in an address' query; what is unknown there is as in a plain address. */
export function stateOf(query: string): ListState {
  const given = new URLSearchParams(query);
  const by = among(SORTS, given.get("sort")) ?? FIRST.sorting.by;
  const order = among<Order>(["asc", "desc"], given.get("order")) ?? orderFor(by);
  return {
    sorting: { by, order },
    filter: among(FILTERS, given.get("filter")),
    q: given.get("q") ?? "",
    limit: among(SIZES, Number(given.get("limit"))) ?? FIRST.limit,
    cursor: given.get("cursor") || null,
  };
}

/** The query of a state, without what is as in a plain address. */
export function queryOf({ sorting, filter, q, limit, cursor }: ListState): string {
  const query = new URLSearchParams();
  const { by, order } = sorting;
  if (by !== FIRST.sorting.by || order !== orderFor(by)) {
    query.set("sort", by);
    query.set("order", order);
  }
  if (filter) query.set("filter", filter);
  if (q) query.set("q", q);
  if (limit !== FIRST.limit) query.set("limit", String(limit));
  if (cursor) query.set("cursor", cursor);
  return query.toString();
}

/** The same as the API is asked for it. */
export function askedOf({ sorting, filter, q, limit, cursor }: ListState): string {
  return new URLSearchParams({
    sort: sorting.by,
    order: sorting.order,
    limit: String(limit),
    ...(filter ? { filter } : {}),
    ...(q.trim() ? { q: q.trim() } : {}),
    ...(cursor ? { cursor } : {}),
  }).toString();
}

const orderFor = (by: Sort): Order => (by === "id" ? "asc" : "desc");

function among<T>(known: readonly T[], value: unknown): T | null {
  return known.includes(value as T) ? (value as T) : null;
}

/** Cursors of the pages before the present one, first page first; "" is the first page's. */
type Trail = string[];

export type List = {
  state: ListState;
  /** How many pages came before; null where the address came without. */
  pagesBefore: number | null;
  /** Shows another list from its beginning; `quietly`: Back does not return to the one before. */
  change: (to: Partial<ListState>, quietly?: boolean) => void;
  next: (cursor: string) => void;
  previous: () => void;
};

/** The state of the list in the present address. */
export function useList(): List {
  const query = useSearch();
  const [here, navigate] = useLocation();
  const kept = useHistoryState<{ trail?: Trail | null } | null>();
  const state = useMemo(() => stateOf(query), [query]);
  const trail = state.cursor === null ? [] : (kept?.trail ?? null);
  const go = (to: ListState, before: Trail | null, replace = false) => {
    const said = queryOf(to);
    navigate(said ? `${here}?${said}` : here, { replace, state: { trail: before } });
  };
  return {
    state,
    pagesBefore: trail?.length ?? null,
    change: (to, quietly = false) => go({ ...state, ...to, cursor: null }, [], quietly),
    next: (cursor) => go({ ...state, cursor }, trail && [...trail, state.cursor ?? ""]),
    previous: () => go({ ...state, cursor: trail?.at(-1) || null }, (trail ?? []).slice(0, -1)),
  };
}
