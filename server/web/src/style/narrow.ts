import { signal } from "@preact/signals";

/** As in `frame.css`: below this the menu stands above the page, not beside it. */
const query = window.matchMedia("(max-width: 860px)");

/** Whether there is no room for everything that stands around pages. */
export const narrow = signal(query.matches);

query.addEventListener("change", () => {
  narrow.value = query.matches;
});
