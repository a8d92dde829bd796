import { useState } from "preact/hooks";
import type { Quota } from "../../api/shapes/accounts.ts";
import type { Entry } from "../../api/shapes/timeline.ts";
import { Card } from "../../parts/card.tsx";
import { More } from "../../parts/more.tsx";
import { Loading, Nothing, ProblemNotice } from "../../parts/told.tsx";
import { day } from "../../text/format.ts";
import type { Place } from "../account/place.ts";
import { Tidings } from "../account/tidings.tsx";
import { ownZone } from "../requests/names.ts";
import { EntryOf, RunOf } from "./entry.tsx";
import { text } from "./text.ts";
import { byDay, KINDS, type Kind, keyOf, rowsOf } from "./timeline.ts";
import { useTimeline } from "./use-timeline.ts";
import "./timeline.css";

type TimelineProps = {
  place: Place;
  /** Null while the counters are away. */
  quota: Quota | null;
  /** The account's time zone; null: times are the reader's. */
  zone: string | null;
};

/** What happened to the member and what it did, by local day, newest first. */
export function TimelineOf({ place, quota, zone }: TimelineProps) {
  const { value, problem, busy, reload, retry, older } = useTimeline(place);
  const [hidden, setHidden] = useState<ReadonlySet<Kind>>(new Set());
  const words = text();
  const toggle = (kind: Kind) => {
    const next = new Set(hidden);
    if (!next.delete(kind)) next.add(kind);
    setHidden(next);
  };
  const items = value?.items ?? [];
  const shown = items.filter(({ kind }) => !hidden.has(kind));
  return (
    <Card
      title={words.timeline}
      aside={<span class="muted small">{words.zone(zone ?? ownZone())}</span>}
    >
      {quota && <Tidings quota={quota} reload={reload} />}
      {problem && <ProblemNotice problem={problem} retry={retry} />}
      {value === null && !problem && <Loading />}
      {items.length > 0 && <Kinds entries={items} hidden={hidden} toggle={toggle} />}
      {value && shown.length === 0 && (
        <Nothing>{items.length ? words.nothingChosen : words.nothing}</Nothing>
      )}
      <Days entries={shown} zone={zone} />
      <More
        more={value?.next_cursor ? older : null}
        busy={busy}
        end={items.length > 0 ? words.allShown : null}
      >
        {words.older}
      </More>
    </Card>
  );
}

type KindsProps = {
  entries: Entry[];
  hidden: ReadonlySet<Kind>;
  toggle: (kind: Kind) => void;
};

/** Which kinds are shown, of those that there are. */
function Kinds({ entries, hidden, toggle }: KindsProps) {
  const words = text();
  const present = new Set(entries.map(({ kind }) => kind));
  return (
    <fieldset class="row">
      <legend class="hidden-but-read">{words.show}</legend>
      {KINDS.filter((kind) => present.has(kind)).map((kind) => (
        <label key={kind} class="kind">
          <input type="checkbox" checked={!hidden.has(kind)} onChange={() => toggle(kind)} />
          {words.kinds[kind]}
        </label>
      ))}
    </fieldset>
  );
}

function Days({ entries, zone }: { entries: Entry[]; zone: string | null }) {
  return (
    <>
      {byDay(entries, zone).map(({ day: date, entries: of }) => (
        <section key={date} class="timeline-day">
          <h3>{day(date)}</h3>
          <ol>
            {rowsOf(of).map((row) =>
              "adds" in row ? (
                <RunOf key={keyOf(row.adds.at(-1) ?? row.adds[0])} {...row} zone={zone} />
              ) : (
                <EntryOf key={keyOf(row.entry)} entry={row.entry} zone={zone} />
              ),
            )}
          </ol>
        </section>
      ))}
    </>
  );
}
