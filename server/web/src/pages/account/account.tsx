import type { ComponentChildren } from "preact";
import type { Quota } from "../../api/shapes/accounts.ts";
import { Shown } from "../../parts/told.tsx";
import { ContactsThought, Restrictions } from "./bindings.tsx";
import { CapsNow } from "./caps.tsx";
import { WayUp } from "./guidance.tsx";
import { HistoryOf } from "./history.tsx";
import { NamedPage } from "./named-page.tsx";
import { isOutOfReach, OnRecord } from "./on-record.tsx";
import { opensEnterprise, type Place } from "./place.ts";
import { ScoreMade } from "./score.tsx";
import { Standing } from "./standing.tsx";
import { useQuota } from "./use-quota.ts";
import "./account.css";

type AccountProps = {
  place: Place;
  /** What stands above the title, such as the way to the enterprise. */
  above?: ComponentChildren;
  /**
   * What only this kind of account has, below what both have. `quota` null: the counters are away;
   * `zone` null: times are the reader's.
   */
  children: (quota: Quota | null, zone: string | null) => ComponentChildren;
};

/** What an enterprise's and a member's page share: how much, why, and what leads to more. */
export function Account({ place, above, children }: AccountProps) {
  const quota = useQuota(place);
  if (isOutOfReach(quota)) {
    return (
      <OnRecord place={place} problem={quota.problem} above={above}>
        {(zone) => children(null, zone)}
      </OnRecord>
    );
  }
  return (
    <NamedPage place={place} name={quota.value?.name ?? null} above={above}>
      <Shown resource={quota}>{(value) => <Content {...{ place, value, children }} />}</Shown>
    </NamedPage>
  );
}

type ContentProps = Pick<AccountProps, "place" | "children"> & { value: Quota };

function Content({ place, value, children }: ContentProps) {
  return (
    <>
      <Restrictions quota={value} />
      <Standing quota={value} />
      <div class="account-columns">
        <CapsNow quota={value} member={place.member !== null} />
        <div class="stack">
          <WayUp quota={value} place={place} />
          <ContactsThought quota={value} />
        </div>
      </div>
      <ScoreMade quota={value} />
      {opensEnterprise(place.enterprise) && <HistoryOf place={place} />}
      {children(value, value.time_zone)}
    </>
  );
}
