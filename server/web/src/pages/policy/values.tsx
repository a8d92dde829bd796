import { useState } from "preact/hooks";
import type { JsonObject } from "../../api/shapes/policy.ts";
import { Card } from "../../parts/card.tsx";
import { Field } from "../../parts/dialog.tsx";
import { Table } from "../../parts/table.tsx";
import { number } from "../../text/format.ts";
import { text } from "./text.ts";
import { type Branch, found, type List, size, treeOf } from "./tree.ts";

/** Every value of a policy in the tables of its file, and a search over all of them. */
export function Values({ policy }: { policy: JsonObject }) {
  const [wanted, setWanted] = useState("");
  const words = text();
  const needle = wanted.trim().toLowerCase();
  const tree = found(treeOf(policy), needle);
  return (
    <Card title={words.values}>
      <Field label={words.find} hint={words.findHint}>
        {(id, hint) => (
          <input
            id={id}
            type="search"
            aria-describedby={hint}
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        )}
      </Field>
      <p role="status" class={tree ? "hidden-but-read" : "muted"}>
        {needle !== "" && (tree ? words.found(size(tree)) : words.nothingFound)}
      </p>
      {tree?.branches.map((branch) => (
        <section key={branch.path} class="stack tight" aria-label={branch.path}>
          <h3>
            <code>{branch.path}</code>
          </h3>
          <Inside branch={branch} isOpen={needle !== ""} />
        </section>
      ))}
    </Card>
  );
}

type InsideProps = { branch: Branch; isOpen: boolean };

function Inside({ branch, isOpen }: InsideProps) {
  const { path, values, lists, branches } = branch;
  return (
    <>
      {values.length > 0 && (
        <dl class="values">
          {values.map(([name, value]) => (
            <div key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>
                <code>{value}</code>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {lists.map((list) => (
        <details key={list.path} open={isOpen}>
          <Summary name={shortened(list.path, path)} count={list.rows.length} />
          <Rows list={list} />
        </details>
      ))}
      {branches.map((inner) => (
        <details key={inner.path} open={isOpen}>
          <Summary name={shortened(inner.path, path)} count={size(inner)} />
          <div class="inside">
            <Inside branch={inner} isOpen={isOpen} />
          </div>
        </details>
      ))}
    </>
  );
}

function Summary({ name, count }: { name: string; count: number }) {
  return (
    <summary>
      <code>{name}</code> <span class="muted">({number(count)})</span>
    </summary>
  );
}

const shortened = (path: string, above: string) => path.slice(above.length + 1);

/** Rows have no names of their own: they are told by their place. */
function Rows({ list: { path, columns, rows } }: { list: List }) {
  return (
    <Table
      caption={path}
      rows={rows.map((row, place) => ({ ...row, place: String(place) }))}
      keyOf={(row) => row.place}
      columns={columns.map((name, column) => ({
        key: name,
        title: name,
        names: column === 0,
        cell: (row: Record<string, string>) => <code>{row[name]}</code>,
      }))}
    />
  );
}
