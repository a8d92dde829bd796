import type { Guidance, Quota, Ramp } from "../../api/shapes/accounts.ts";
import { Card } from "../../parts/card.tsx";
import { Nothing } from "../../parts/told.tsx";
import { day, number } from "../../text/format.ts";
import { text } from "./guidance-text.ts";
import { opensEnterprise, type Place } from "./place.ts";
import { said } from "./sentences.ts";

/** What leads to higher caps, as sentences with what they depend on. */
export function WayUp({ quota, place }: { quota: Quota; place: Place }) {
  const words = text();
  const isTop = quota.tier_scores && quota.tier >= quota.tier_scores.length - 1;
  return (
    <Card title={words.guidance}>
      {quota.ramp && <ByUse ramp={quota.ramp} limits={quota.limits} />}
      {quota.guidance.length === 0 && <Nothing>{isTop ? words.topTier : words.noGuidance}</Nothing>}
      {quota.guidance.map((way) => (
        <Way key={way.actions.join()} way={way} asMember={!opensEnterprise(place.enterprise)} />
      ))}
    </Card>
  );
}

/** Within its tier a member's active cap follows its use. */
function ByUse({ ramp, limits }: Pick<Quota, "limits"> & { ramp: Ramp }) {
  const words = text();
  const { most, best, days, factor, floor, following } = ramp;
  const cap = limits.find(({ name }) => name === "member_daily_active")?.cap ?? 0;
  return (
    <div class="stack tight">
      <p class="way">
        <strong>{words.byUse(number(cap), number(most))}</strong>
      </p>
      <p class="muted small">
        {words.byUseHow(number(factor), number(days), number(best), number(floor))}{" "}
        {words.byUseNext(number(following))}
      </p>
    </div>
  );
}

/** `asMember`: whoever looks cannot do what the enterprise has to do. */
type WayProps = { way: Guidance; asMember: boolean };

function Way({ way, asMember }: WayProps) {
  const words = text();
  const { before, after } = way.caps;
  return (
    <div class="stack tight">
      <p class="way">
        <strong>{sentenceOf(way, asMember)}</strong>
      </p>
      {after.passive !== before.passive && (
        <p class="muted">{words.passiveChange(number(before.passive), number(after.passive))}</p>
      )}
      {way.conditions.length > 0 && (
        <>
          <p class="muted small">{words.provided}</p>
          <ul class="conditions">
            {way.conditions.map((condition) => (
              <li key={condition}>{said(condition)}</li>
            ))}
          </ul>
        </>
      )}
      {way.actions.some((action) => ATTESTED.has(action)) && (
        <p class="muted small">{words.attestedWhere}</p>
      )}
    </div>
  );
}

/** What only an enterprise's administrator can do. */
const OF_ENTERPRISE = new Set(["get_verified", "get_certified", "complete_enterprise_profile"]);
/** What is done on the platform, which attests it; no page here has a field for it. */
const ATTESTED = new Set([...OF_ENTERPRISE, "complete_profile"]);

/** "Get verified: 20 → 50 a day, from 23 Nov". */
function sentenceOf({ actions, caps, effective_from: from }: Guidance, asMember: boolean): string {
  const words = text();
  const todo =
    actions.map((action) => actionOf(action, asMember)).join(words.and) || words.nothingToDo;
  const { before, after } = caps;
  const change =
    before.active === after.active
      ? words.sameCap
      : words.change(number(before.active), number(after.active));
  const begun = todo.charAt(0).toUpperCase() + todo.slice(1);
  return `${begun}${words.colon}${change}${words.comma}${words.from(day(from, true))}`;
}

function actionOf(action: string, asMember: boolean): string {
  const words = text();
  const [, active] = /^be_active_(\d+)_days$/.exec(action) ?? [];
  if (active) return words.beActive(active);
  const [, contacts] = /^win_(\d+)_contacts$/.exec(action) ?? [];
  if (contacts) return words.winContacts(contacts);
  const todo = words.actions[action] ?? action.replaceAll("_", " ");
  return asMember && OF_ENTERPRISE.has(action) ? words.byAdministrator(todo) : todo;
}
