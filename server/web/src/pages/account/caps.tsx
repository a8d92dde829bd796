import type { ComponentChildren } from "preact";
import type { Limit, Quota } from "../../api/shapes/accounts.ts";
import { Card } from "../../parts/card.tsx";
import { Gauge } from "../../parts/gauge.tsx";
import { ShareBar } from "../../parts/share-bar.tsx";
import { duration, number, timeOfDay } from "../../text/format.ts";
import { useNow } from "../../text/now.ts";
import { term } from "../../text/terms.ts";
import { type Direction, divided, type Possible, possible } from "./limits.ts";
import { text } from "./text.ts";
import { WhyCap } from "./why-cap.tsx";

/** Both daily caps as gauges, what is left and until when; the other limits as bars. */
export function CapsNow({ quota, member }: { quota: Quota; member: boolean }) {
  const words = text();
  const { daily, bursts, enterprise } = divided(quota.limits, member);
  const active = possible(quota, "active", daily);
  const passive = possible(quota, "passive", daily);
  const of = ({ name }: Limit) => (name.endsWith("_active") ? active : passive);
  return (
    <Card title={words.caps}>
      <div class="gauges">
        {daily.map((limit) => (
          <Daily key={limit.name} limit={limit} now={of(limit)} zone={quota.time_zone} />
        ))}
      </div>
      <p>{words.now(saidOf("active", active), saidOf("passive", passive))}</p>
      <WhyCap quota={quota} />
      <Bars title={words.shortLimits} limits={bursts} zone={quota.time_zone} />
      <Bars title={words.enterpriseLimits} limits={enterprise} zone={quota.time_zone} />
      {quota.time_zone && <p class="muted small">{words.zone(quota.time_zone)}</p>}
    </Card>
  );
}

/** "28 active (limit: Member, active burst in any minute)". */
function saidOf(direction: Direction, { count, by }: Possible): string {
  const words = text();
  const many = words.possible[direction](number(count));
  if (by === null) return many;
  if (by === "restriction") return `${many}${words.because(words.restricted)}`;
  const window = by.window === "day" ? "" : words.window[by.window];
  return `${many}${words.because(words.limitedBy(term("limit", by.name), window ?? ""))}`;
}

type DailyProps = { limit: Limit; now: Possible; zone: string };

function Daily({ limit, now: possibleNow, zone }: DailyProps) {
  const words = text();
  const now = useNow();
  // Hours and minutes: seconds would stand still between two looks.
  const left = Math.max(60, Math.floor((Date.parse(limit.resets_at) - now) / 60_000) * 60);
  const isActive = limit.name.endsWith("_active");
  return (
    <div class="gauge-box">
      <h3>
        {isActive ? words.active : words.passive}{" "}
        <span class="muted small gauge-note">
          {isActive ? words.activeNote : words.passiveNote}
        </span>
      </h3>
      <Gauge label={term("limit", limit.name)} used={limit.used} cap={limit.cap} />
      <Left limit={limit} isForbidden={possibleNow.by === "restriction"} />
      <span class="muted small">
        {words.resets(timeOfDay(limit.resets_at, zone), duration(left))}
      </span>
    </div>
  );
}

/** What is left of a cap; where a restriction forbids it all, that comes first. */
function Left({ limit, isForbidden }: { limit: Limit; isForbidden: boolean }) {
  const words = text();
  const left = number(limit.remaining);
  if (!isForbidden) return <strong>{limit.remaining > 0 ? words.left(left) : words.spent}</strong>;
  return (
    <>
      <strong class="forbidden">{words.forbidden}</strong>
      <span class="muted small">{words.unused(left)}</span>
    </>
  );
}

type BarsProps = { title: string; limits: Limit[]; zone: string };

function Bars({ title, limits, zone }: BarsProps): ComponentChildren {
  const words = text();
  if (limits.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="limits">
        {limits.map((limit) => (
          <li key={limit.name}>
            <span>
              {term("limit", limit.name)}{" "}
              {limit.window !== "day" && (
                <span class="muted small">{words.window[limit.window]}</span>
              )}
            </span>
            <span>{words.used(number(limit.used), number(limit.cap))}</span>
            <ShareBar share={limit.cap > 0 ? limit.used / limit.cap : 1} />
            {limit.used > 0 && limit.window !== "day" && (
              <span class="muted small again">
                {words.freeAt(timeOfDay(limit.resets_at, zone, limit.window === "minute"))}
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
