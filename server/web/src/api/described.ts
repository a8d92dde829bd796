import { useResource } from "./resource.ts";
import type { Account } from "./rights.ts";

/** An account as the record has it, without what is counted; of a member no `time_zone`. */
export type Described = { name: string | null; time_zone?: string };

/** Its path in the API. */
export function apiPath({ enterprise, member }: Account): string {
  const company = `/v1/enterprises/${encodeURIComponent(enterprise)}`;
  return member === null ? company : `${company}/members/${encodeURIComponent(member)}`;
}

/** What an account is called; its id until that is known, and where nobody named it. */
export function useName(account: Account): string {
  const described = useResource<Described>(apiPath(account));
  return described.value?.name ?? account.member ?? account.enterprise;
}
