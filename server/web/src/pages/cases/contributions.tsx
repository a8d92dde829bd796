import type { Contribution } from "../../api/shapes/cases.ts";
import { number } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { text } from "./text.ts";

/** What each pattern adds to the log-odds, as bars around nothing. */
export function Contributions({ contributions }: { contributions: Contribution[] }) {
  const words = text();
  const { zero, most } = scaleOf(contributions);
  return (
    <section class="stack tight" aria-labelledby="case-contributions">
      <h3 id="case-contributions">{words.contributions}</h3>
      <p class="muted small">{words.contributionsHint}</p>
      <ul class="nats">
        {contributions.map(({ pattern, nats }) => (
          <li key={pattern}>
            <span>{term("pattern", pattern)}</span>
            <span class="bar" aria-hidden="true">
              <span
                class={nats < 0 ? "against" : "for"}
                style={{
                  left: `${zero + (Math.min(nats, 0) / most) * 100}%`,
                  width: `${(Math.abs(nats) / most) * 100}%`,
                }}
              />
              <span class="zero" style={{ left: `${zero}%` }} />
            </span>
            <span class="number">{signed(nats)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Where nothing lies, in percent of the bar, and how many nats the whole bar is. */
export function scaleOf(contributions: Contribution[]): { zero: number; most: number } {
  const nats = contributions.map((one) => one.nats);
  const least = Math.min(0, ...nats);
  const most = Math.max(1, ...nats) - least;
  return { zero: (Math.abs(least) / most) * 100, most };
}

const signed = (nats: number) => `${nats > 0 ? "+" : ""}${number(nats, 1)}`;
