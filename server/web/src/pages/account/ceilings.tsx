import type { Falling, Quota } from "../../api/shapes/accounts.ts";
import { Badge } from "../../parts/card.tsx";
import { number } from "../../text/format.ts";
import { said } from "./sentences.ts";
import { text } from "./text.ts";

/** Ceilings in words: what each is, its figures, and the tier it holds to. */
export function Ceilings({ quota }: { quota: Quota }) {
  const { ceilings } = quota;
  const words = text();
  return (
    <>
      <Lagging quota={quota} />
      <h3>{words.ceilings}</h3>
      {ceilings.length === 0 && (
        <p class="muted">{isBelow(quota) ? words.noCeilingsYet : words.noCeilings}</p>
      )}
      {ceilings.length > 0 && <p class="muted">{words.ceilingLead}</p>}
      <ul class="ceilings">
        {ceilings.map(({ name, detail, max_tier: tier }) => (
          <li key={name}>
            <Badge tone="warn">{words.atMost(number(tier))}</Badge>
            <span>
              <strong>{words.ceilingNames[name] ?? name.replaceAll("_", " ")}</strong>{" "}
              {detail && <span class="muted">{said(detail)}</span>}
            </span>
          </li>
        ))}
      </ul>
      <FallingBehind quota={quota} />
    </>
  );
}

/** Whether the score is below where the present tier begins: a tier falls only after some days. */
const isBelow = ({ tier, score, tier_scores: tiers }: Quota) => score < (tiers?.[tier] ?? 0);

/** Why the tier is still that of a higher score, and until when. */
function Lagging({ quota }: { quota: Quota }) {
  const words = text();
  if (!isBelow(quota)) return null;
  return (
    <>
      <h3>{words.still(number(quota.tier))}</h3>
      <p>{quota.falling ? saidOf(quota.falling) : words.kept}</p>
    </>
  );
}

/** A ceiling holds the tier below what the score's past days earned; that is about to fall, too. */
function FallingBehind({ quota }: { quota: Quota }) {
  if (!quota.falling || isBelow(quota)) return null;
  return (
    <p>
      {text().behind} {saidOf(quota.falling)}
    </p>
  );
}

function saidOf({ needed, days, after }: Falling): string {
  return text().falling(number(needed, 1), days, number(after));
}
