import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

type Turned = {
  /** The table of the rows. */
  table: RefObject<HTMLElement>;
  /** A way to another page is being pressed. */
  begin: () => void;
};

/** Where somebody was when they left a page for the one before or after it. */
type Leave = { page: string | null; from: Element | null };

/**
 * Whoever turns the page stands below rows that are others by then: once these are there, the
 * table takes the focus and its head comes into view, so that reading goes on at its beginning.
 */
export function useTurning(page: string | null, isThere: boolean): Turned {
  const table = useRef<HTMLElement>(null);
  const left = useRef<Leave | null>(null);
  const begin = () => {
    left.current = { page, from: document.activeElement };
  };
  useEffect(() => {
    const leave = left.current;
    if (!isThere || leave === null || leave.page === page) return;
    left.current = null;
    // Who went elsewhere while rows were on their way is not called back.
    if (leave.from !== document.activeElement) return;
    table.current?.focus({ preventScroll: true });
    // At once, not smoothly: nothing of what would be passed is what was there before.
    table.current?.querySelector("thead")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  return { table, begin };
}
