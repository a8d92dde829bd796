import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const KEPT = "contact-quota.theme";

/** Which colours are shown: the system's, unless others were chosen on this browser. */
export const theme = signal<Theme>(chosen());

/** Whether what is shown is dark now. */
export const dark = signal(false);

const system = window.matchMedia("(prefers-color-scheme: dark)");
/** Where the system forces its ground what was chosen here is not shown. */
const forced = window.matchMedia("(forced-colors: active)");
const look = () => {
  const isSystems = theme.value === "system" || forced.matches;
  dark.value = isSystems ? system.matches : theme.value === "dark";
};
system.addEventListener("change", look);
forced.addEventListener("change", look);

effect(() => {
  const root = document.documentElement;
  if (theme.value === "system") root.removeAttribute("data-theme");
  else root.dataset.theme = theme.value;
  look();
});

/** Shows other colours from now on, on this browser also next time. */
export function choose(next: Theme): void {
  theme.value = next;
  localStorage.setItem(KEPT, next);
}

function chosen(): Theme {
  const kept = localStorage.getItem(KEPT);
  return kept === "light" || kept === "dark" ? kept : "system";
}
