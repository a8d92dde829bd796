import type { Asked } from "../../api/shapes/requests.ts";
import { text } from "./text.ts";

/** The page of a request. */
export const pageOf = ({ kind, id }: Pick<Asked, "kind" | "id">) =>
  `/requests/${kind === "appeal" ? "appeals" : "applications"}/${id}`;

/** The reader's time zone: that of a list with accounts of several. */
export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Grounds as they are said; those that have names, such as wrong_link, in the reader's language. */
export function groundsOf({ grounds }: Pick<Asked, "grounds">): string {
  return text().named[grounds.toLowerCase().replaceAll(" ", "_")] ?? grounds;
}
