import { Fragment } from "preact";
import type { Json } from "../../api/shapes/policy.ts";
import { Table } from "../../parts/table.tsx";
import { type Change, written } from "./difference.ts";
import { text } from "./text.ts";

/** What changes, value by value. */
export function Changes({ changes }: { changes: Change[] }) {
  const words = text();
  return (
    <Table
      caption={words.compare}
      rows={changes}
      keyOf={(change) => change.path}
      columns={[
        { key: "path", title: words.path, cell: ({ path }) => <Path path={path} />, names: true },
        {
          key: "before",
          title: words.before,
          cell: ({ before }) => <Value of={before} Mark="del" />,
        },
        { key: "after", title: words.after, cell: ({ after }) => <Value of={after} Mark="ins" /> },
      ]}
    />
  );
}

function Value({ of, Mark }: { of: Json | undefined; Mark: "del" | "ins" }) {
  if (of === undefined) return <span class="muted">{text().none}</span>;
  return (
    <Mark>
      <code>{written(of)}</code>
    </Mark>
  );
}

/** A path that breaks between its names and their words, where it has to. */
function Path({ path }: { path: string }) {
  return (
    <code class="path">
      {path.split(/(?<=[._])|(?=\[)/).map((part, place) => (
        <Fragment key={place}>
          <wbr />
          {part}
        </Fragment>
      ))}
    </code>
  );
}
