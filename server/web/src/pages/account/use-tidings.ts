import { useEffect, useRef } from "preact/hooks";
import type { Quota } from "../../api/shapes/accounts.ts";

/** What of a quota changes only when something happened to the account. */
const tidings = ({ restrictions, standing, tier }: Quota) =>
  JSON.stringify([restrictions, standing.state, tier]);

/** Asks again at once when something happened: what stands above on the page is told below, too. */
export function useTidings(quota: Quota, reload: () => void): void {
  const told = tidings(quota);
  const known = useRef(told);
  useEffect(() => {
    if (known.current === told) return;
    known.current = told;
    reload();
  }, [told, reload]);
}
