import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "wouter-preact";
import type { Case } from "../../api/shapes/cases.ts";
import { beside } from "./queue.ts";

/** Here the queue and the chosen case are two pages (cases.css). */
const NARROW = "(max-width: 1080px)";

/** How the choice was made, which says where the focus goes. */
type Way = "pressed" | "keys" | null;

/** Moves the choice through the queue, and the focus with it. */
export function useChoice(chosen: string | null, search: string, items: Case[] | null) {
  const [, navigate] = useLocation();
  const head = useRef<HTMLHeadingElement>(null);
  const place = useRef(0);
  const way = useRef<Way>(null);
  const before = useRef(chosen);

  const index = items?.findIndex((one) => one.id === chosen) ?? -1;
  if (index >= 0) place.current = index;
  useEffect(() => {
    if (chosen !== before.current) {
      const narrow = window.matchMedia(NARROW).matches;
      const entry = entryOf(chosen ?? before.current);
      const target = targetOf(chosen, way.current, narrow);
      if (target === "head") head.current?.focus();
      if (target === "entry") entry?.focus();
      if (narrow && chosen !== null) window.scrollTo(0, 0);
    }
    before.current = chosen;
    way.current = null;
  }, [chosen]);

  return {
    head,
    choose: () => {
      way.current = "pressed";
    },
    moveTo: (step: 1 | -1) => {
      const next = beside(items ?? [], chosen, step, place.current);
      if (next === null) return;
      way.current = "keys";
      navigate(`/cases/${next.id}${search}`, { replace: chosen !== null });
    },
  };
}

/**
 * What takes the focus: the case where it was pressed or is the page; the queue's entry where keys
 * move through the queue, or where the queue is the page again.
 */
export function targetOf(
  chosen: string | null,
  way: Way,
  narrow: boolean,
): "head" | "entry" | null {
  if (chosen === null) return narrow ? "entry" : null;
  if (way === "keys" && !narrow) return "entry";
  return way === null ? null : "head";
}

function entryOf(id: string | null): HTMLElement | null {
  return id === null ? null : document.querySelector(`[data-case="${CSS.escape(id)}"]`);
}
