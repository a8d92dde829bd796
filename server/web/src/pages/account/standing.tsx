import type { Quota } from "../../api/shapes/accounts.ts";
import { Badge, Card, Figure } from "../../parts/card.tsx";
import { toneOf } from "../../parts/tones.ts";
import { dateTime, number } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { said } from "./sentences.ts";
import { text } from "./text.ts";

/** How the account is doing, in a word, a sentence and three numbers. */
export function Standing({ quota }: { quota: Quota }) {
  const { standing, tier, score, seats, parts, tier_scores: tiers } = quota;
  const words = text();
  const most = parts.reduce((sum, part) => sum + part.weight, 0);
  return (
    <Card title={words.standing}>
      <div class="account-standing">
        <div class="stack tight">
          <div class="row">
            <Badge tone={toneOf(standing.state)}>{term("standing", standing.state)}</Badge>
            <span class="muted small">
              {words.since(dateTime(standing.since, quota.time_zone))}
            </span>
          </div>
          <p>{said(standing.why)}</p>
        </div>
        <div class="account-figures">
          <Figure
            label={words.tier}
            value={number(tier)}
            note={tiers && words.ofTiers(number(tiers.length - 1))}
          />
          <Figure
            label={words.score}
            value={number(score, 1)}
            note={words.ofPoints(number(most))}
          />
          {seats != null && (
            <Figure label={words.seats} value={number(seats)} note={words.seatsNote} />
          )}
        </div>
      </div>
    </Card>
  );
}
