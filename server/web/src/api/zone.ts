import { useResource } from "./resource.ts";

/** The time zone of an account (IANA), null until it is known: then times are the reader's. */
export function useZone(enterprise: string | null, member: string | null): string | null {
  const company = `/v1/enterprises/${enterprise}`;
  const path = member === null ? `${company}/quota` : `${company}/members/${member}/quota`;
  const quota = useResource<{ time_zone?: string }>(enterprise === null ? null : path);
  return quota.value?.time_zone ?? null;
}
