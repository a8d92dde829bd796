import { apiPath } from "../../api/described.ts";
import { useRefresh } from "../../api/refresh.ts";
import type { Entry } from "../../api/shapes/timeline.ts";
import { type Place, topicOf } from "../account/place.ts";
import { type Pages, usePages } from "../account/use-pages.ts";
import { merged } from "./timeline.ts";

/** Enough for some weeks of most members. */
const SIZE = 200;
const LEAST_MS = 5_000;

/** A member's timeline: newer entries come by themselves, older ones when asked for. */
export function useTimeline(place: Place): Pages<Entry> {
  const pages = usePages<Entry>(`${apiPath(place)}/timeline?limit=${SIZE}`, merged);
  useRefresh(topicOf(place), pages.reload, LEAST_MS);
  return pages;
}
