import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { dark } from "../style/theme.ts";
import { number } from "../text/format.ts";
import { language, texts } from "../text/language.ts";
import { Scroll } from "./scroll.tsx";
import "./chart.css";

const text = texts({ table: "As a table" }, { table: "以表格显示" });

export type Series = { label: string; values: (number | null)[]; colour: number; dashed?: boolean };

type ChartProps = {
  /** What the chart shows, in words. */
  label: string;
  /** Places on the x axis: epoch seconds, ascending. */
  at: number[];
  series: Series[];
  /** Words for a place on the x axis. */
  place: (seconds: number) => string;
  /** Bars that lie on top of one another, instead of lines. */
  stacked?: boolean;
  /** Places are beginnings of days in UTC. */
  days?: boolean;
  height?: number;
  /** The head of the places' column in the table beside the chart. */
  placeTitle: string;
};

/** Lines over time; the numbers under the pointer are told beside them, all of them in a table. */
export function Chart(props: ChartProps) {
  const { label, at, series, place, placeTitle } = props;
  const pointed = useSignal<number | null>(null);
  return (
    <figure class="chart">
      <Drawn {...props} pointed={pointed} />
      <figcaption>
        <Legend at={at} series={series} place={place} pointed={pointed} />
        <details>
          <summary>{text().table}</summary>
          <Scroll label={label} tall>
            <table>
              <thead>
                <tr>
                  <th scope="col">{placeTitle}</th>
                  {series.map((one) => (
                    <th key={one.label} scope="col" class="number">
                      {one.label}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {at.map((seconds, index) => (
                  <tr key={seconds}>
                    <th scope="row">{place(seconds)}</th>
                    {series.map((one) => (
                      <td key={one.label} class="number">
                        {said(one.values[index])}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </details>
      </figcaption>
    </figure>
  );
}

const said = (value: number | null | undefined) => (value == null ? "–" : number(value, 2));

type Pointed = { pointed: Signal<number | null> };

/** Names of series, and their values where the pointer is; only this is drawn anew as it moves. */
function Legend({
  at,
  series,
  place,
  pointed,
}: Pick<ChartProps, "at" | "series" | "place"> & Pointed) {
  const index = pointed.value;
  const seconds = index === null ? undefined : at[index];
  return (
    <ul class="legend">
      {series.map((one) => (
        <li key={one.label}>
          <span class="mark" style={{ background: `var(--series-${one.colour})` }} />
          {one.label}
          <strong>{index !== null && seconds !== undefined && said(one.values[index])}</strong>
        </li>
      ))}
      <li class="muted">{seconds !== undefined && place(seconds)}</li>
    </ul>
  );
}

function Drawn({
  label,
  at,
  series,
  place,
  days = false,
  stacked = false,
  height = 220,
  pointed,
}: ChartProps & Pointed) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data: uPlot.AlignedData = [at, ...drawingOrder(heights(series, stacked), stacked)];
  const latest = useRef(data);
  latest.current = data;
  // What changes how it is drawn makes it anew; new numbers alone only move it.
  const drawnAs = JSON.stringify([
    series.map((one) => [one.label, one.colour, one.dashed]),
    stacked,
    days,
    height,
    dark.value,
    language.value,
  ]);
  useEffect(() => {
    const parent = box.current;
    if (!parent) return;
    const options = optionsOf({ series, place, days, stacked, height, width: parent.clientWidth });
    const point = (plot: uPlot) => {
      pointed.value = plot.cursor.idx ?? null;
    };
    const made = new uPlot({ ...options, hooks: { setCursor: [point] } }, latest.current, parent);
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: parent.clientWidth, height }));
    watch.observe(parent);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [drawnAs]);
  useEffect(() => plot.current?.setData(latest.current), [data]);
  return <div ref={box} class="plot" role="img" aria-label={label} />;
}

/** Each series' heights: its own values, or those on top of the series before. */
export function heights(series: Series[], stacked: boolean): (number | null)[][] {
  if (!stacked) return series.map((one) => one.values);
  const sums: number[] = [];
  return series.map((one) =>
    one.values.map((value, index) => {
      const sum = (sums[index] ?? 0) + (value ?? 0);
      sums[index] = sum;
      return sum;
    }),
  );
}

type Drawing = Pick<ChartProps, "place" | "days"> & {
  series: Series[];
  stacked: boolean;
  height: number;
  width: number;
};

function optionsOf({ series, place, days, stacked, height, width }: Drawing): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => resolved(style.getPropertyValue(name).trim());
  const axis = { stroke: colour("--muted"), grid: { stroke: colour("--line"), width: 1 } };
  const bars = uPlot.paths.bars?.({ size: [0.9, 60], align: 0 });
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: !stacked } },
    // Places are nice times where the reader is; local days are kept as days of UTC.
    ...(days ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), "UTC") } : {}),
    scales: {
      x: { range: (plot) => reach(plot.data[0] as number[], stacked) },
      y: { range: (_, __, most) => [0, Math.max(most * 1.08, 1)] },
    },
    axes: [
      {
        ...axis,
        values: (_, places) => places.map(place),
        space: 90,
        // Between two days there is no place to name.
        ...(days ? { incrs: DAYS_APART.map((count) => count * DAY_S) } : {}),
      },
      { ...axis, values: (_, ticks) => ticks.map(tickOf), size: 56 },
    ],
    series: [
      {},
      ...drawingOrder(series, stacked).map((one) => {
        const stroke = colour(`--series-${one.colour}`);
        const dash = one.dashed ? { dash: [6, 5] } : {};
        const shape = stacked && bars ? { fill: stroke, width: 0, paths: bars } : { width: 2 };
        // What stands alone has no line to be seen by.
        const filter = (plot: uPlot, index: number) =>
          stacked ? null : lonely(plot.data[index] as (number | null)[]);
        const points = { show: false, filter, size: 6, fill: stroke };
        return { label: one.label, stroke, points, ...dash, ...shape };
      }),
    ],
  };
}

const DAY_S = 86_400;
const DAYS_APART = [1, 2, 3, 5, 7, 10, 14, 21, 28, 56, 84, 168, 364];

/** From where to where places reach; half a place more where bars stand on the middle of theirs. */
export function reach(places: readonly number[], stacked: boolean): [number, number] {
  const [first = 0] = places;
  const last = places.at(-1) ?? first;
  const half = places.length > 1 ? (last - first) / (places.length - 1) / 2 : DAY_S / 2;
  // One place alone needs room, too: between itself and itself nothing can be drawn.
  return stacked || places.length === 1 ? [first - half, last + half] : [first, last];
}

/** Places of values with none beside them. */
export function lonely(values: readonly (number | null)[]): number[] {
  return values.flatMap((value, place) =>
    value !== null && values[place - 1] == null && values[place + 1] == null ? [place] : [],
  );
}

/** Nothing is counted in halves. */
const tickOf = (tick: number) => (Number.isInteger(tick) ? number(tick) : "");

/** Of what lies on top of one another the sum of all is drawn first, and each lower one on it. */
export function drawingOrder<T>(series: T[], stacked: boolean): T[] {
  return stacked ? series.toReversed() : series;
}

/** A colour as a canvas takes it: it knows nothing of light-dark(). */
function resolved(value: string): string {
  const pair = /^light-dark\((.+?),\s*(.+)\)$/.exec(value);
  return (pair ? (dark.value ? pair[2] : pair[1]) : value) ?? value;
}
