import { awayStore } from "../../api/live.ts";
import { text } from "./text.ts";

/** When a decision made now binds: at once, or not before the counters are back. */
export function when(): string {
  const words = text();
  return awayStore.value === "redis" ? words.onceBack : words.atOnce;
}
