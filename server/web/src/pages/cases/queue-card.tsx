import { useLocation } from "wouter-preact";
import type { Case } from "../../api/shapes/cases.ts";
import { Card } from "../../parts/card.tsx";
import { More } from "../../parts/more.tsx";
import { Loading, Nothing, ProblemNotice } from "../../parts/told.tsx";
import { enterpriseOf, memberOf } from "../../text/account-names.ts";
import { number } from "../../text/format.ts";
import { keysOn } from "./keys.ts";
import { CaseList } from "./list.tsx";
import { FILTERS, type Filter, type Queue, searchOf, type Wanted } from "./queue.ts";
import { text } from "./text.ts";

type QueueCardProps = {
  wanted: Wanted;
  queue: Queue;
  chosen: string | null;
  now: number;
  onChoose: () => void;
  onMove: (step: 1 | -1) => void;
  onHelp: () => void;
};

/** What waits, which of it is shown, and that there are keys. */
export function QueueCard(props: QueueCardProps) {
  const { wanted, queue, onHelp } = props;
  const words = text();
  const { items, problem, reload, more } = queue;
  const count = items ? words.count(number(items.length)) : "";
  return (
    <div class="queue">
      <Card title={words.queue} aside={<span class="muted small">{count}</span>}>
        <Filters wanted={wanted} chosen={props.chosen} first={items?.[0] ?? null} />
        {problem && <ProblemNotice problem={problem} retry={reload} repeats />}
        {items === null && !problem && <Loading />}
        {items?.length === 0 && (
          <Nothing>{wanted.filter === "waiting" ? words.empty : words.emptyFilter}</Nothing>
        )}
        {items && items.length > 0 && (
          <CaseList {...props} items={items} search={searchOf(wanted)} />
        )}
        <More key={searchOf(wanted)} more={more}>
          {words.more}
        </More>
        <div class="row between small muted about-keys">
          <span>{keysOn.value ? words.keysHint : words.keysOff}</span>
          <button type="button" class="plain" onClick={onHelp}>
            {words.keys}
          </button>
        </div>
      </Card>
    </div>
  );
}

type FiltersProps = {
  wanted: Wanted;
  chosen: string | null;
  /** One of those that are shown, which knows what their account is called. */
  first: Case | null;
};

function Filters({ wanted, chosen, first }: FiltersProps) {
  const words = text();
  const [, navigate] = useLocation();
  const here = chosen === null ? "/cases" : `/cases/${chosen}`;
  const show = (next: Wanted) => navigate(`${here}${searchOf(next)}`, { replace: true });
  const account = accountWanted(wanted, first);
  return (
    <>
      <label class="row filter">
        <span>{words.filter}</span>
        <select
          value={wanted.filter}
          onChange={(event) => show({ ...wanted, filter: event.currentTarget.value as Filter })}
        >
          {FILTERS.map((filter) => (
            <option key={filter} value={filter}>
              {words.filters[filter]}
            </option>
          ))}
        </select>
      </label>
      {account && (
        <div class="row between small">
          <span>{words.only(account)}</span>
          <button
            type="button"
            class="plain"
            onClick={() => show({ ...wanted, enterprise: null, member: null })}
          >
            {words.showAllAccounts}
          </button>
        </div>
      )}
    </>
  );
}

/** Whose cases are asked for, by name where one of them tells it; empty: everybody's. */
export function accountWanted({ enterprise, member }: Wanted, first: Case | null): string {
  if (first === null) return [enterprise, member].filter(Boolean).join(" / ");
  const names = [enterprise && enterpriseOf(first), member && memberOf(first)];
  return names.filter(Boolean).join(" / ");
}
