import type { Brought, DocumentKind } from "../../api/shapes/requests.ts";

/** What an appeal of a whole enterprise has to bring (§5.3). */
export const NEEDED: readonly DocumentKind[] = [
  "business_licence",
  "legal_person_id",
  "handheld_id",
  "authorisation_letter",
];

/** What of it was not brought yet. */
export function missingOf(items: readonly Pick<Brought, "kind">[]): DocumentKind[] {
  return NEEDED.filter((kind) => !items.some((one) => one.kind === kind));
}
