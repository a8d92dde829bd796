import { useSearchParams } from "wouter-preact";
import { type Resource, useResource } from "../../api/resource.ts";
import type { Transparency } from "../../api/shapes/transparency.ts";
import { Page } from "../../frame/page.tsx";
import { Card, Figure } from "../../parts/card.tsx";
import { Nothing, Shown } from "../../parts/told.tsx";
import { day, number } from "../../text/format.ts";
import { told } from "./figures-text.ts";
import { lastDay, named, queryOf, soFar, wrongOf } from "./period.ts";
import { PeriodChoice } from "./period-choice.tsx";
import { isEmpty, Sections, saidOf } from "./sections.tsx";
import { text } from "./text.ts";
import "./transparency.css";

/** Counts of a period to publish; the address names the period, so that it can be handed on. */
export function TransparencyPage() {
  const [search, setSearch] = useSearchParams();
  const now = Date.now();
  const period = named(search) ?? soFar(now);
  const wrong = wrongOf(period, now);
  const resource = useResource<Transparency>(wrong ? null : `/v1/transparency?${queryOf(period)}`);
  const words = text();
  return (
    <Page title={words.title}>
      <p class="muted">{words.lead}</p>
      <PeriodChoice
        period={period}
        wrong={wrong}
        onChoose={(next) => setSearch(new URLSearchParams(queryOf(next)))}
      />
      {!wrong && (
        <Shown resource={withoutOthers(resource)}>
          {(figures) => <Figures figures={figures} />}
        </Shown>
      )}
    </Page>
  );
}

/** Below a problem no figures of the period before, which could be taken for those asked for. */
const withoutOthers = (asked: Resource<Transparency>): Resource<Transparency> =>
  asked.problem && !asked.current ? { ...asked, value: null } : asked;

/** Figures with the period that they are of, which is the one before while others are on their way. */
function Figures({ figures }: { figures: Transparency }) {
  const words = text();
  const period = { from: figures.from.slice(0, 10), to: figures.to.slice(0, 10) };
  const asked = `/v1/transparency?${queryOf(period)}`;
  const name = `transparency-${period.from}-${period.to}.json`;
  const downloads = (
    <div class="row">
      <a class="button" href={`${asked}&format=csv`} download>
        {words.csv}
      </a>
      <a class="button" href={`${asked}&format=json`} download={name}>
        {words.json}
      </a>
    </div>
  );
  return (
    <>
      <Card title={words.shown(day(period.from), day(lastDay(period)))} aside={downloads}>
        {isEmpty(figures) ? <Nothing>{words.nothing}</Nothing> : <InShort figures={figures} />}
      </Card>
      {!isEmpty(figures) && <Sections figures={figures} />}
    </>
  );
}

const SHORTLY = [
  ["penalties", "imposed"],
  ["cases", "confirmed"],
  ["appeals", "filed"],
  ["appeals", "share_overturned"],
  ["enterprises", "blocked"],
] as const;

function InShort({ figures }: { figures: Transparency }) {
  const { sections, figures: named } = told();
  const words = text();
  return (
    <div class="figures">
      {SHORTLY.map(([section, key]) => {
        const name = `${section}.${key}`;
        const value = figures[section][key];
        const shown =
          Array.isArray(value) || value === undefined ? number(0) : saidOf({ name, value });
        return (
          <Figure
            key={name}
            label={words.short(sections[section] ?? section, named[name]?.[0] ?? key)}
            value={shown}
          />
        );
      })}
    </div>
  );
}
