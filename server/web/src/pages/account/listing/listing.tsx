import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useRefresh } from "../../../api/refresh.ts";
import { useResource } from "../../../api/resource.ts";
import { rights } from "../../../api/rights.ts";
import type { Figures, Listed } from "../../../api/shapes/accounts.ts";
import { Badge } from "../../../parts/card.tsx";
import { ShareBar } from "../../../parts/share-bar.tsx";
import { type Column, Table } from "../../../parts/table.tsx";
import { Loading, Nothing, ProblemNotice } from "../../../parts/told.tsx";
import { number, percent } from "../../../text/format.ts";
import { term } from "../../../text/terms.ts";
import { Choosing } from "./search.tsx";
import { askedOf, type List, type Sort, useList } from "./state.ts";
import { text } from "./text.ts";
import { useTurning } from "./turning.ts";
import "./listing.css";

type ListingProps<Row> = {
  caption: string;
  /** Where the list is in the API, without a query. */
  path: string;
  /** A live topic that says when figures changed; null: none does. */
  topic: string | null;
  name: { title: string; cell: (row: Row) => ComponentChildren };
  keyOf: (row: Row) => string;
};

/** Figures of a whole list move all the time: it is asked for again at most so often. */
const LEAST_MS = 15_000;

/** Accounts with today's figures: searched, filtered, sorted, a page at a time. */
export function Listing<Row extends Figures>(props: ListingProps<Row>) {
  const { caption, path, topic, name, keyOf } = props;
  const list = useList();
  const { rows, total, next, problem, reload, waits } = useRows<Row>(path, list);
  const turning = useTurning(list.state.cursor, !waits && problem === null);
  useRefresh(topic, reload, LEAST_MS);
  const words = text();
  const isAll = list.state.q === "" && list.state.filter === null;
  return (
    <>
      <Choosing list={list} />
      {problem && <ProblemNotice problem={problem} retry={reload} repeats />}
      <div class={waits ? "rows waiting" : "rows"} aria-busy={waits}>
        {rows === null && !problem && <Loading />}
        {rows && (
          <Table
            caption={caption}
            columns={columnsOf(name)}
            rows={rows}
            keyOf={keyOf}
            sorting={list.state.sorting}
            onSort={(sorting) => list.change({ sorting })}
            at={turning.table}
          />
        )}
        {rows?.length === 0 && <Nothing>{isAll ? words.empty : words.nothing}</Nothing>}
      </div>
      <Turning
        list={list}
        shown={rows?.length ?? 0}
        total={total}
        next={next}
        onTurn={turning.begin}
      />
      <p class="muted small">{words.todayNote}</p>
      {!rights().reviews && <p class="muted small">{words.coarse}</p>}
    </>
  );
}

type Rows<Row> = {
  /** Those that came last; they stay while others are on their way. */
  rows: Row[] | null;
  total: number | null;
  next: string | null;
  problem: ReturnType<typeof useResource>["problem"];
  reload: () => void;
  /** Whether what is shown is not yet what was asked for. */
  waits: boolean;
};

function useRows<Row>(path: string, list: List): Rows<Row> {
  const { state } = list;
  const asked = `${path}?${askedOf(state)}`;
  const resource = useResource<Listed<Row>>(asked);
  const { value, problem, current, reload } = resource;
  // Only the first page says how many there are: it is remembered for the pages after.
  const whole = `${path}?${askedOf({ ...state, cursor: null })}`;
  const [counted, setCounted] = useState<{ of: string; total: number } | null>(null);
  const told = current ? (value?.total ?? null) : null;
  useEffect(() => {
    if (told !== null) setCounted({ of: whole, total: told });
  }, [told, whole]);
  return {
    rows: value?.items ?? null,
    total: told ?? (counted?.of === whole ? counted.total : null),
    // From rows of another list or page no way leads on.
    next: current ? (value?.next_cursor ?? null) : null,
    problem,
    reload,
    waits: !current && problem === null,
  };
}

function columnsOf<Row extends Figures>(name: ListingProps<Row>["name"]): Column<Row, Sort>[] {
  const words = text();
  const known = (value: number | null, digits = 0) =>
    value === null ? "–" : number(value, digits);
  return [
    { key: "name", title: name.title, cell: name.cell, sort: "id", names: true },
    {
      key: "used",
      title: words.used,
      cell: (row) => number(row.used),
      sort: "used",
      numeric: true,
    },
    { key: "cap", title: words.cap, cell: (row) => known(row.cap), numeric: true },
    {
      key: "remaining",
      title: words.remaining,
      cell: (row) => <Left row={row} />,
      sort: "remaining",
      numeric: true,
    },
    {
      key: "share",
      minor: true,
      title: words.share,
      cell: (row) => <Share row={row} />,
      sort: "share",
      numeric: true,
    },
    {
      key: "denied",
      title: words.denied,
      cell: (row) => number(row.denied),
      sort: "denied",
      numeric: true,
    },
    {
      key: "score",
      title: words.score,
      cell: (row) => known(row.score, 1),
      sort: "score",
      numeric: true,
    },
    {
      key: "tier",
      title: words.tier,
      cell: (row) => known(row.tier),
      numeric: true,
      minor: true,
    },
  ];
}

function Share({ row: { used, cap } }: { row: Figures }) {
  if (cap === null) return "–";
  const share = cap > 0 ? used / cap : 0;
  return (
    <span class="share">
      <ShareBar share={share} />
      <span>{percent(share)}</span>
    </span>
  );
}

/** What is left of the cap; a restriction may leave it to nobody, which its scope says elsewhere. */
function Left({ row: { remaining, restricted } }: { row: Figures }) {
  const words = text();
  if (!restricted) return number(remaining);
  return (
    <span class="muted" title={words.unavailable}>
      {words.unused(number(remaining))}
      <span class="hidden-but-read"> {words.unavailable}</span>
    </span>
  );
}

/** Says of a row that something is forbidden to it, where that is so. */
export function Restricted({ row }: { row: Figures }) {
  return row.restricted ? <Badge tone="bad">{term("standing", "restricted")}</Badge> : null;
}

type TurningProps = {
  list: List;
  shown: number;
  total: number | null;
  next: string | null;
  /** Hears that a way to other rows was pressed. */
  onTurn: () => void;
};

/** Which rows these are, and the ways to those before and after. */
function Turning({ list, shown, total, next, onTurn }: TurningProps) {
  const words = text();
  const { state, pagesBefore } = list;
  // A button that loses the focus by being disabled would lose its place: it only says that it is.
  const back = pagesBefore === null || pagesBefore > 0;
  const turnBack = pagesBefore === null ? () => list.change({}) : list.previous;
  const turn = (to: () => void) => {
    onTurn();
    to();
  };
  return (
    <nav class="row between" aria-label={words.pages}>
      <span role="status">{saidOf(pagesBefore, state.limit, shown, total)}</span>
      <span class="row">
        <button type="button" aria-disabled={!back} onClick={() => back && turn(turnBack)}>
          {pagesBefore === null ? words.first : words.previous}
        </button>
        <button
          type="button"
          aria-disabled={!next}
          onClick={() => next && turn(() => list.next(next))}
        >
          {words.next}
        </button>
      </span>
    </nav>
  );
}

function saidOf(before: number | null, limit: number, shown: number, total: number | null) {
  const words = text();
  if (total === 0) return words.none;
  if (before === null || shown === 0) return total === null ? "" : words.total(number(total));
  const first = number(before * limit + 1);
  const last = number(before * limit + shown);
  return total === null ? words.rangeOpen(first, last) : words.range(first, last, number(total));
}
