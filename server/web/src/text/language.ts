import { effect, signal } from "@preact/signals";

export type Language = "en" | "zh";

const KEPT = "contact-quota.language";

/** What the page speaks: what was chosen here before, else what the browser asks for. */
export const language = signal<Language>(chosen() ?? preferred(navigator.languages));

effect(() => {
  document.documentElement.lang = language.value === "zh" ? "zh-Hans" : "en";
});

/** Speaks another language from now on, on this browser also next time. */
export function speak(next: Language): void {
  language.value = next;
  localStorage.setItem(KEPT, next);
}

/** The first of the browser's languages that we speak; English where it is none. */
export function preferred(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const name = tag.toLowerCase().split("-")[0];
    if (name === "zh" || name === "en") return name;
  }
  return "en";
}

function chosen(): Language | null {
  const kept = localStorage.getItem(KEPT);
  return kept === "zh" || kept === "en" ? kept : null;
}

/**
 * The texts of one page in both languages. Reading them in a component makes it follow the switch;
 * that Chinese has all that English has is checked by the types.
 */
export function texts<T>(en: T, zh: NoInfer<T>): () => T {
  const both = { en, zh };
  return () => both[language.value];
}
