import { useState } from "preact/hooks";
import { type Resource, useResource } from "../../api/resource.ts";
import type { Policy, PolicyVersion } from "../../api/shapes/policy.ts";
import { Badge, Card } from "../../parts/card.tsx";
import { Field } from "../../parts/dialog.tsx";
import { Table } from "../../parts/table.tsx";
import { Nothing, Shown } from "../../parts/told.tsx";
import { dateTime, number } from "../../text/format.ts";
import { Changes } from "./changes.tsx";
import { difference } from "./difference.ts";
import { text } from "./text.ts";

type HistoryProps = { versions: PolicyVersion[]; now: number };

/** Every version that was, and what lies between any two of them. */
export function History({ versions, now }: HistoryProps) {
  const words = text();
  return (
    <Card title={words.history}>
      <Table
        caption={words.history}
        rows={versions}
        keyOf={(row) => String(row.version)}
        columns={[
          {
            key: "version",
            title: words.version,
            cell: (row) => (
              <span class="row">
                {number(row.version)}
                {row.version === now && <Badge tone="good">{words.now}</Badge>}
              </span>
            ),
            names: true,
          },
          {
            key: "activated",
            title: words.activated,
            cell: (row) =>
              row.activated_at ? dateTime(row.activated_at) : words.never(dateTime(row.created_at)),
          },
          { key: "by", title: words.madeBy, cell: (row) => row.made_by },
          {
            key: "digest",
            title: "SHA-256",
            cell: (row) => <code>{row.digest?.slice(0, 12) ?? words.unread}</code>,
          },
        ]}
      />
      {versions.length > 1 && <Comparison versions={versions} now={now} />}
    </Card>
  );
}

function Comparison({ versions, now }: HistoryProps) {
  const numbers = versions.map(({ version }) => version);
  const [from, setFrom] = useState(numbers.find((version) => version < now) ?? now);
  const [to, setTo] = useState(now);
  const before = useResource<Policy>(`/v1/policy/versions/${from}`);
  const after = useResource<Policy>(`/v1/policy/versions/${to}`);
  const words = text();
  return (
    <div class="stack">
      <h3>{words.compare}</h3>
      <div class="two-picks">
        <Pick label={words.from} value={from} versions={numbers} onPick={setFrom} />
        <Pick label={words.to} value={to} versions={numbers} onPick={setTo} />
      </div>
      <Shown resource={asAsked(before)}>
        {(one) => (
          <Shown resource={asAsked(after)}>
            {(other) => {
              const changes = difference(one.policy, other.policy);
              return changes.length ? (
                <Changes changes={changes} />
              ) : (
                <Nothing>{words.same}</Nothing>
              );
            }}
          </Shown>
        )}
      </Shown>
    </div>
  );
}

/** A version without the one that was picked before it: two that were not picked compare nothing. */
const asAsked = (version: Resource<Policy>): Resource<Policy> =>
  version.current ? version : { ...version, value: null };

type PickProps = {
  label: string;
  value: number;
  versions: number[];
  onPick: (version: number) => void;
};

function Pick({ label, value, versions, onPick }: PickProps) {
  return (
    <Field label={label}>
      {(id) => (
        <select
          id={id}
          value={value}
          onChange={(event) => onPick(Number(event.currentTarget.value))}
        >
          {versions.map((version) => (
            <option key={version} value={version}>
              {number(version)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
