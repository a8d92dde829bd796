import { useState } from "preact/hooks";
import { apiPath } from "../../api/described.ts";
import { useRefresh } from "../../api/refresh.ts";
import { useResource } from "../../api/resource.ts";
import { rights } from "../../api/rights.ts";
import type { Day, History } from "../../api/shapes/accounts.ts";
import { Card } from "../../parts/card.tsx";
import { Chart } from "../../parts/chart.tsx";
import { Nothing, Shown } from "../../parts/told.tsx";
import { day, number } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { filled, reasons, seriesOf, type View } from "./history.ts";
import { type Place, topicOf } from "./place.ts";
import { text } from "./text.ts";

const VIEWS = ["active", "adds", "outcomes", "score"] as const;
/** Today's figures move with each add; a chart of a month need not. */
const LEAST_MS = 15_000;

/** 30 local days as a chart and a table. */
export function HistoryOf({ place }: { place: Place }) {
  const [view, setView] = useState<View>("active");
  const history = useResource<History>(`${apiPath(place)}/history?days=30`);
  useRefresh(topicOf(place), history.reload, LEAST_MS);
  const words = text();
  const names = {
    active: words.active,
    adds: words.adds,
    outcomes: words.outcomes,
    score: words.score,
  };
  const views = (
    // biome-ignore lint/a11y/useSemanticElements: buttons are no set of fields
    <div class="switch" role="group" aria-label={words.historyViews}>
      {VIEWS.map((one) => (
        <button key={one} type="button" aria-pressed={one === view} onClick={() => setView(one)}>
          {names[one]}
        </button>
      ))}
    </div>
  );
  return (
    <Card title={words.history} aside={views}>
      <Shown resource={history}>
        {({ days }) =>
          days.length === 0 ? (
            <Nothing>{words.noHistory}</Nothing>
          ) : (
            <>
              <Drawn days={days} view={view} />
              {(view === "active" || view === "adds") && <Reasons days={days} />}
              {view === "score" && !rights().reviews && <p class="muted small">{words.coarse}</p>}
            </>
          )
        }
      </Shown>
    </Card>
  );
}

function Drawn({ days: known, view }: { days: Day[]; view: View }) {
  const words = text();
  const { at, days } = filled(known);
  return (
    <Chart
      label={words.historyLabel[view]}
      at={at}
      series={seriesOf(days, view)}
      place={(seconds) => day(new Date(seconds * 1000).toISOString().slice(0, 10), true)}
      placeTitle={words.day}
      days
    />
  );
}

function Reasons({ days }: { days: Day[] }) {
  const found = reasons(days);
  if (found.length === 0) return null;
  return (
    <>
      <h3>{text().reasons}</h3>
      <ul class="reasons">
        {found.map(([reason, count]) => (
          <li key={reason}>
            {term("reason", reason)} <strong>{number(count)}</strong>
          </li>
        ))}
      </ul>
    </>
  );
}
