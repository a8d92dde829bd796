import type { Quota } from "../../api/shapes/accounts.ts";
import { useTidings } from "./use-tidings.ts";

/** Asks again when something happened to the account; not drawn where its quota is not known. */
export function Tidings({ quota, reload }: { quota: Quota; reload: () => void }) {
  useTidings(quota, reload);
  return null;
}
