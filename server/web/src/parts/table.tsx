import type { ComponentChildren, Ref } from "preact";
import { Scroll } from "./scroll.tsx";

export type Order = "asc" | "desc";
export type Sorting<K extends string> = { by: K; order: Order };

export type Column<Row, K extends string> = {
  key: string;
  title: string;
  cell: (row: Row) => ComponentChildren;
  /** Sorted by this where its head is pressed; not sortable without. */
  sort?: K;
  numeric?: boolean;
  /** Its cells name their rows, for whoever hears the table. */
  names?: boolean;
  /** Left out where the page is as narrow as a phone. */
  minor?: boolean;
};

type TableProps<Row, K extends string> = {
  caption: string;
  columns: Column<Row, K>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  sorting?: Sorting<K>;
  onSort?: (next: Sorting<K>) => void;
  /** The table for whoever has to bring the focus there. */
  at?: Ref<HTMLElement> | undefined;
};

/** A table that scrolls sideways where the page is narrow; pressed heads sort it. */
export function Table<Row, K extends string = never>(props: TableProps<Row, K>) {
  const { caption, columns, rows, keyOf, sorting, onSort, at } = props;
  return (
    <Scroll label={caption} at={at}>
      <table>
        <caption class="hidden-but-read">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} sorting={sorting} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <Cell key={column.key} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

type HeadProps<Row, K extends string> = {
  column: Column<Row, K>;
  sorting: Sorting<K> | undefined;
  onSort: ((next: Sorting<K>) => void) | undefined;
};

function Head<Row, K extends string>({ column, sorting, onSort }: HeadProps<Row, K>) {
  const { sort, title, numeric } = column;
  const style = styleOf(column);
  if (sort === undefined || !onSort) {
    return (
      <th scope="col" class={style}>
        {title}
      </th>
    );
  }
  const order = sorting?.by === sort ? sorting.order : null;
  const press = () => onSort({ by: sort, order: nextOrder(order, numeric ?? false) });
  const said = order === null ? "none" : order === "asc" ? "ascending" : "descending";
  return (
    <th scope="col" class={style} aria-sort={said}>
      <button type="button" class="sort" onClick={press}>
        {title}
        <span aria-hidden="true">{order === null ? "↕" : order === "asc" ? "↑" : "↓"}</span>
      </button>
    </th>
  );
}

function styleOf<Row, K extends string>({ numeric, minor }: Column<Row, K>): string | undefined {
  return [numeric && "number", minor && "minor"].filter(Boolean).join(" ") || undefined;
}

/** Numbers begin with the largest, words with the first. */
function nextOrder(now: Order | null, numeric: boolean): Order {
  if (now === null) return numeric ? "desc" : "asc";
  return now === "asc" ? "desc" : "asc";
}

function Cell<Row, K extends string>({ column, row }: { column: Column<Row, K>; row: Row }) {
  const style = styleOf(column);
  if (column.names) {
    return (
      <th scope="row" class={style}>
        {column.cell(row)}
      </th>
    );
  }
  return <td class={style}>{column.cell(row)}</td>;
}
