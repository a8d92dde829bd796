import type { ComponentChildren } from "preact";
import type { Problem } from "../../api/client.ts";
import { apiPath, type Described } from "../../api/described.ts";
import { type Resource, useResource } from "../../api/resource.ts";
import { Loading, ProblemNotice } from "../../parts/told.tsx";
import { texts } from "../../text/language.ts";
import { HistoryOf } from "./history.tsx";
import { NamedPage } from "./named-page.tsx";
import { opensEnterprise, type Place } from "./place.ts";

const text = texts(
  {
    away: "The quota store is out of reach.",
    meanwhile:
      "What is left today, score and standing are shown as soon as the counters are back. Until then this is what the record knows.",
  },
  {
    away: "配额存储无法访问。",
    meanwhile: "计数存储恢复后即显示今日余量、评分和状态；在此之前仅显示记录库中的内容。",
  },
);

/** Whether an account cannot be shown because a store is away, and never was on this page. */
export const isOutOfReach = ({ value, problem }: Resource<unknown>): boolean =>
  value === null && problem !== null && problem.type.endsWith("#problem-unavailable");

type OnRecordProps = {
  place: Place;
  /** What keeps the counters from being shown, where the record is away, too. */
  problem: Problem | null;
  /** What stands above the title, such as the way to the enterprise. */
  above?: ComponentChildren;
  /** What only this kind of account has; `zone` null: times are the reader's. */
  children: (zone: string | null) => ComponentChildren;
};

/** An account's page without its counters: what the record knows of it, and why there is no more. */
export function OnRecord({ place, problem, above, children }: OnRecordProps) {
  const { enterprise, member } = place;
  const described = useResource<Described>(apiPath(place));
  const opens = opensEnterprise(enterprise);
  const company = member !== null && opens ? apiPath({ enterprise, member: null }) : null;
  const ofCompany = useResource<Described>(company);
  const zone = described.value?.time_zone ?? ofCompany.value?.time_zone ?? null;
  return (
    <NamedPage place={place} name={described.value?.name ?? null} above={above}>
      {described.value === null && !described.problem && <Loading />}
      {described.problem && problem && (
        <ProblemNotice problem={problem} retry={described.reload} repeats />
      )}
      {described.value && (
        <>
          <Away />
          {opens && <HistoryOf place={place} />}
          {children(zone)}
        </>
      )}
    </NamedPage>
  );
}

/** In the place of gauges, score and standing. */
function Away() {
  const words = text();
  return (
    <div class="notice warn" role="status">
      <strong>{words.away}</strong>
      <span>{words.meanwhile}</span>
    </div>
  );
}
