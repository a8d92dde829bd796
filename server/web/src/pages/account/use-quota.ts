import { apiPath } from "../../api/described.ts";
import { useLive } from "../../api/live.ts";
import { type Resource, useResource } from "../../api/resource.ts";
import type { Quota } from "../../api/shapes/accounts.ts";
import { type Place, topicOf } from "./place.ts";

/**
 * An account's quota: asked for once, which also says why there is none, then live.
 *
 * An account that is not there is not watched: the stream would be refused again and again.
 */
export function useQuota(place: Place): Resource<Quota> {
  const first = useResource<Quota>(`${apiPath(place)}/quota`);
  const live = useLive<Quota>(first.value === null ? null : topicOf(place)).value;
  return live === null ? first : { ...first, value: live, problem: null };
}
