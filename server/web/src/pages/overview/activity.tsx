import { useState } from "preact/hooks";
import type { Overview } from "../../api/shapes/overview.ts";
import { Card } from "../../parts/card.tsx";
import { Chart, type Series } from "../../parts/chart.tsx";
import { day, timeOfDay } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { byDay, bySlot, type Counted, colourOf } from "./series.ts";
import { text } from "./text.ts";

const RANGES = ["hours", "days"] as const;

/** What was allowed and denied, in ten-minute slots of a day or in days of a month. */
export function Activity({ overview }: { overview: Overview }) {
  const [range, setRange] = useState<(typeof RANGES)[number]>("hours");
  const words = text();
  const now = Date.parse(overview.as_of) / 1000;
  const isHours = range === "hours";
  const counted = isHours ? bySlot(overview.activity, now) : byDay(overview.days, now);
  const place = (seconds: number) => {
    const instant = new Date(seconds * 1000).toISOString();
    return isHours ? timeOfDay(instant) : day(instant.slice(0, 10), true);
  };
  const choices = (
    // biome-ignore lint/a11y/useSemanticElements: two buttons are no set of fields
    <div class="switch" role="group" aria-label={words.range}>
      {RANGES.map((one) => (
        <button key={one} type="button" aria-pressed={one === range} onClick={() => setRange(one)}>
          {words[one]}
        </button>
      ))}
    </div>
  );
  return (
    <Card title={words.activity} aside={choices}>
      <Chart
        label={words.activityLabel}
        at={counted.at}
        series={seriesOf(counted)}
        place={place}
        placeTitle={isHours ? words.slot : words.day}
        stacked
        days={!isHours}
        height={240}
      />
    </Card>
  );
}

function seriesOf({ allowed, denied }: Counted): Series[] {
  const reasons = Object.keys(denied).sort();
  return [
    { label: text().allowed, values: allowed, colour: 1 },
    ...reasons.map((reason) => ({
      label: term("reason", reason),
      values: denied[reason] ?? [],
      colour: colourOf(reason),
    })),
  ];
}
