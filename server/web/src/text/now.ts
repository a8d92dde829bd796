import { useEffect, useState } from "preact/hooks";

/** The present (epoch ms), anew every `everyMs`, for what says how long something still lasts. */
export function useNow(everyMs = 30_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return now;
}
