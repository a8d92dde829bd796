import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { get, Problem } from "./client.ts";

export type Resource<T> = {
  /** The last that came; it stays while something newer is on its way. */
  value: T | null;
  problem: Problem | null;
  /** Whether the value is of the path asked for now, and not of the one before. */
  current: boolean;
  reload: () => void;
};

/** `path` is that of the value. */
type State<T> = { path: string | null; value: T | null; problem: Problem | null };

const NOTHING = { path: null, value: null, problem: null };

/** Statuses of what passes by itself: no answer, too many requests, a store out of reach. */
const PASSING = new Set([0, 429, 503]);
const AGAIN_MS = 3_000;

/** Whether what kept something from being shown passes, so that it is asked for again. */
export const passes = ({ status }: Problem): boolean => PASSING.has(status);

/**
 * What a path answers, asked again when the path changes; null asks nothing and has nothing.
 *
 * What keeps it from an answer for now is shown, and it is asked again until it passes.
 */
export function useResource<T>(path: string | null): Resource<T> {
  const [state, setState] = useState<State<T>>(NOTHING);
  const again = useRef<() => void>(() => {});
  const reload = useCallback(() => again.current(), []);
  useEffect(() => {
    if (path === null) return setState(NOTHING);
    // What kept another path from its answer says nothing of this one.
    setState((before) => ({ ...before, problem: null }));
    const asking = repeatedly<T>(path, (answer) => setState((before) => taken(before, answer)));
    again.current = asking.again;
    return () => {
      again.current = () => {};
      asking.stop();
    };
  }, [path]);
  const { value, problem } = path === null ? NOTHING : state;
  return { value, problem, current: state.path === path, reload };
}

type Answer<T> = { path: string; value: T } | { problem: Problem };

function taken<T>(before: State<T>, answer: Answer<T>): State<T> {
  if ("value" in answer) return { ...answer, problem: null };
  // The same one as before stays: what is new in it, its request, would only be read out again.
  return isSame(before.problem, answer.problem) ? before : { ...before, ...answer };
}

const isSame = (one: Problem | null, other: Problem): boolean =>
  one?.status === other.status && one.title === other.title && one.detail === other.detail;

/**
 * Asks at once and whenever it is told to, one request after the other.
 *
 * A request under way is not given up for the next one: where answers take longer than changes, none
 * would ever come.
 */
function repeatedly<T>(path: string, tell: (answer: Answer<T>) => void) {
  const abort = new AbortController();
  let isAsking = false;
  let isWanted = false;
  let timer = 0;

  function again(): void {
    window.clearTimeout(timer);
    if (isAsking) isWanted = true;
    else ask();
  }

  async function ask(): Promise<void> {
    isAsking = true;
    isWanted = false;
    const answer = await answered<T>(path, abort.signal).finally(() => {
      isAsking = false;
    });
    if (abort.signal.aborted || !answer) return;
    tell(answer);
    if (isWanted) ask();
    else if ("problem" in answer && passes(answer.problem)) {
      timer = window.setTimeout(again, AGAIN_MS);
    }
  }

  function stop(): void {
    window.clearTimeout(timer);
    abort.abort();
  }

  ask();
  return { again, stop };
}

/** What came of it, null where whoever asked gave up. */
async function answered<T>(path: string, signal: AbortSignal): Promise<Answer<T> | null> {
  try {
    return { path, value: await get<T>(path, signal) };
  } catch (error) {
    return signal.aborted ? null : { problem: problemOf(error) };
  }
}

/** An error as a problem; what is none is a mistake of ours and goes on. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}
