import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

const KEPT = "contact-quota.keys";

/** Whether single keys do something; whoever speaks to the computer switches them off (WCAG 2.1.4). */
export const keysOn = signal(localStorage.getItem(KEPT) !== "off");

/** Switches single keys on or off, on this browser also next time. */
export function switchKeys(on: boolean): void {
  keysOn.value = on;
  localStorage.setItem(KEPT, on ? "on" : "off");
}

/** Does what belongs to a key, unless somebody types, a dialog is open, or keys are off. */
export function useKeys(acts: Record<string, () => void>): void {
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const act = latest.current[event.key];
      if (!act || !keysOn.value || isMeantElsewhere(event)) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

const TYPED_INTO = "input, textarea, select, [contenteditable]";

/** Whether a key is somebody's typing, the browser's, or that of an open dialog. */
export function isMeantElsewhere(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  if (event.isComposing || document.querySelector("dialog[open]")) return true;
  return event.target instanceof Element && event.target.closest(TYPED_INTO) !== null;
}
