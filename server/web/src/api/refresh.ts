import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useLive } from "./live.ts";

/** What changes all the time is asked for again at most so often. */
const LEAST_MS = 2_000;

/** Asks again whenever a live topic says that something changed, each `leastMs`; null: never. */
export function useRefresh(
  topic: string | null,
  reload: () => void,
  leastMs: number = LEAST_MS,
): void {
  const value = useLive<unknown>(topic);
  const latest = useRef(reload);
  latest.current = reload;
  useEffect(() => {
    // A value that is here before the page asks is part of what it is answered. Any later one may
    // tell of a change that came after the answer, the first of a new stream, too.
    let known = value.peek() === null ? null : JSON.stringify(value.peek());
    // The page was just asked for: what is asked again must not stand in its way.
    let last = Date.now();
    let timer = 0;
    const run = () => {
      timer = 0;
      last = Date.now();
      latest.current();
    };
    const stop = effect(() => {
      if (value.value === null) return;
      const said = JSON.stringify(value.value);
      if (said !== known && timer === 0) {
        timer = window.setTimeout(run, Math.max(0, last + leastMs - Date.now()));
      }
      known = said;
    });
    return () => {
      stop();
      window.clearTimeout(timer);
    };
  }, [value, leastMs]);
}
