import { useEffect, useState } from "preact/hooks";
import { get, type Problem } from "../../api/client.ts";
import { problemOf, useResource } from "../../api/resource.ts";

/** A part of a list, newest first; `next_cursor` null at its end. */
export type Page<T> = { items: T[]; next_cursor: string | null };

export type Pages<T> = {
  /** All that came so far as one page; null until the first. */
  value: Page<T> | null;
  problem: Problem | null;
  /** Whether older entries are on their way. */
  busy: boolean;
  /** Asks for the newest again. */
  reload: () => void;
  /** Asks again for what the problem kept away. */
  retry: () => void;
  older: () => Promise<void>;
};

/**
 * A list of an account: its newest page, and older ones when asked for.
 *
 * `merge` puts a newer first page before what is known.
 */
export function usePages<T>(
  path: string,
  merge: (newest: Page<T>, known: Page<T> | null) => Page<T>,
): Pages<T> {
  const newest = useResource<Page<T>>(path);
  const [value, setValue] = useState<Page<T> | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const page = newest.value;
    if (page) setValue((known) => merge(page, known));
  }, [newest.value]);
  async function older() {
    if (busy || !value?.next_cursor) return;
    setBusy(true);
    setProblem(null);
    try {
      const page = await get<Page<T>>(`${path}&cursor=${encodeURIComponent(value.next_cursor)}`);
      setValue((known) => known && { ...page, items: [...known.items, ...page.items] });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  }
  const retry = problem ? older : newest.reload;
  return { value, problem: problem ?? newest.problem, busy, reload: newest.reload, retry, older };
}

/**
 * What is shown once a newer first page came: that and what is older of what was there.
 *
 * As far as the newer page reaches it alone is right, for what it tells may have changed since.
 * Where they do not meet, entries between them are missing: then only the newer page is shown.
 */
export function mergedBy<T>(keyOf: (entry: T) => string, atOf: (entry: T) => string) {
  return (newest: Page<T>, known: Page<T> | null): Page<T> => {
    const last = newest.items.at(-1);
    if (known === null || last === undefined || newest.next_cursor === null) return newest;
    const seen = new Set(newest.items.map(keyOf));
    const isSeen = (entry: T) => seen.has(keyOf(entry));
    if (!known.items.some(isSeen)) return newest;
    const end = Date.parse(atOf(last));
    // Of several at the very end of a page the others come on the next one.
    const older = known.items.filter((entry) => Date.parse(atOf(entry)) <= end && !isSeen(entry));
    return { items: [...newest.items, ...older], next_cursor: known.next_cursor };
  };
}
