import type { Part, Quota } from "../../api/shapes/accounts.ts";
import { Card } from "../../parts/card.tsx";
import { number } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { Ceilings } from "./ceilings.tsx";
import { closings, pieces, pointsOf, thresholds } from "./score-picture.ts";
import "./score.css";
import { text } from "./text.ts";

/** The score as a picture and in words: its parts, the tiers it reaches, what keeps the tier down. */
export function ScoreMade({ quota }: { quota: Quota }) {
  return (
    <Card title={text().made}>
      <Stack quota={quota} />
      <div class="score-words">
        <Parts quota={quota} />
        <div class="stack tight">
          <Ceilings quota={quota} />
        </div>
      </div>
      <Inputs parts={quota.parts} />
    </Card>
  );
}

/** Colours of parts, by their place in the policy's order. */
const colourOf = (index: number) => `var(--series-${[1, 3, 2, 5, 4, 8, 7][index % 7]})`;

/** Less than this (%) leaves no room for a number. */
const ROOM = 6;
/** Behind this (%) a word would stand out at the end. */
const LATE = 70;

function Stack({ quota }: { quota: Quota }) {
  const { parts, ceilings, score, tier_scores: tiers = [] } = quota;
  const words = text();
  const most = pointsOf(parts);
  return (
    <div class="score" role="img" aria-label={words.picture(number(score, 1), number(most))}>
      <div class="score-bar">
        {pieces(parts).map(({ name, start, width, points }, index) => (
          <span
            key={name}
            class="score-piece"
            style={{ left: `${start}%`, width: `${width}%`, background: colourOf(index) }}
          >
            {width >= ROOM && number(points)}
          </span>
        ))}
        {closings(ceilings, tiers, most).map(({ tier, at }, index) => (
          <Closed key={tier} tier={tier} at={at} lowest={index === 0} />
        ))}
      </div>
      <div class="score-axis">
        {thresholds(tiers, most).map(({ tier, score: from, at }) => (
          <span key={tier} class={quota.tier === tier ? "here" : ""} style={{ left: `${at}%` }}>
            <span>{words.tierShort(number(tier))}</span>
            <span>{number(from)}</span>
          </span>
        ))}
      </div>
    </div>
  );
}

/** A ceiling as a line; what lies behind the lowest one is hatched. */
function Closed({ tier, at, lowest }: { tier: number; at: number; lowest: boolean }) {
  return (
    <span class={lowest ? "score-closed lowest" : "score-closed"} style={{ left: `${at}%` }}>
      <span class={at > LATE ? "score-ceiling late" : "score-ceiling"}>
        {text().atMost(number(tier))}
      </span>
    </span>
  );
}

/** With fewer, what stands in the rows would not add up to the total. */
const DIGITS = 2;

function Parts({ quota: { parts, score } }: { quota: Quota }) {
  const words = text();
  const sum = parts.reduce((all, part) => all + part.points, 0);
  // The service rounds the score for whoever does not see what contacts did.
  const isRounded = number(sum, DIGITS) !== number(score, DIGITS);
  const widest = Math.max(...parts.map((part) => part.weight));
  return (
    <table class="parts">
      <caption class="hidden-but-read">{words.made}</caption>
      <thead class="hidden-but-read">
        <tr>
          <th scope="col">{words.part}</th>
          <td />
          <th scope="col">{words.points}</th>
        </tr>
      </thead>
      <tbody>
        {parts.map(({ name, points, weight }, index) => (
          <tr key={name}>
            <th scope="row">
              <span class="mark" style={{ background: colourOf(index) }} />
              {term("part", name)}
              <span class="muted small">{words.partNotes[name]}</span>
            </th>
            <td>
              <span class="part-bar" style={{ width: `${(weight / widest) * 100}%` }}>
                <span
                  style={{
                    width: `${weight ? (points / weight) * 100 : 0}%`,
                    background: colourOf(index),
                  }}
                />
              </span>
            </td>
            <td class="points">{words.outOf(number(points, DIGITS), number(weight, 1))}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">
            {words.total}
            {isRounded && <span class="muted small">{words.rounded(number(sum, DIGITS))}</span>}
          </th>
          <td />
          <td class="points">{words.outOf(number(score, DIGITS), number(pointsOf(parts)))}</td>
        </tr>
      </tfoot>
    </table>
  );
}

/** What parts were made of, as far as whoever looks may see it. */
function Inputs({ parts }: { parts: Part[] }) {
  const words = text();
  const seen = parts.filter(({ inputs }) => Object.keys(inputs).length > 0);
  if (seen.length === 0) return null;
  return (
    <details>
      <summary>{words.inputs}</summary>
      <div class="inputs">
        {seen.map(({ name, inputs }) => (
          <section key={name}>
            <h3>{term("part", name)}</h3>
            <dl>
              {Object.entries(inputs).map(([input, value]) => (
                <div key={input}>
                  <dt>{words.inputNames[input] ?? input.replaceAll("_", " ")}</dt>
                  <dd>{inputSaid(value)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </details>
  );
}

const inputSaid = (value: number | string) =>
  typeof value === "number" ? number(value, 3) : term("verification", value);
