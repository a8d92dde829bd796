import type { Resource } from "../../api/resource.ts";
import { rights } from "../../api/rights.ts";
import type { Asked, Brought, BroughtList } from "../../api/shapes/requests.ts";
import { Card } from "../../parts/card.tsx";
import { Nothing, Shown } from "../../parts/told.tsx";
import { dateTime, number } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { isOpen, type Side } from "./allowed.ts";
import { BringDocument } from "./bring.tsx";
import { missingOf } from "./missing.ts";
import { text } from "./text.ts";

type DocumentsProps = {
  appeal: Asked;
  documents: Resource<BroughtList>;
  side: Side;
  /** The account's time zone; without it times are the reader's. */
  zone: string | null;
};

/** Where the service has what an appeal brought. */
export const documentsOf = ({ id }: Pick<Asked, "id">) => `/v1/appeals/${id}/documents`;

/** What an appeal brought; reviewers take it from here, whoever appeals brings it. */
export function Documents({ appeal, documents, side, zone }: DocumentsProps) {
  const words = text();
  const path = documentsOf(appeal);
  return (
    <Card title={words.documents}>
      <p class="muted small">{side.reviews ? words.documentAudit : words.documentOwn}</p>
      <Shown resource={documents}>
        {({ items }) => (
          <>
            {items.length === 0 && <Nothing>{words.noDocuments}</Nothing>}
            {items.length > 0 && (
              <ul class="documents">
                {items.map((one) => (
                  <li key={one.id}>
                    <Entry one={one} path={path} zone={zone} />
                  </li>
                ))}
              </ul>
            )}
            {isOpen(appeal) && <Missing appeal={appeal} items={items} />}
          </>
        )}
      </Shown>
      {side.speaks && isOpen(appeal) && (
        <BringDocument path={path} appeal={appeal} onBrought={documents.reload} />
      )}
    </Card>
  );
}

type EntryProps = { one: Brought; path: string; zone: DocumentsProps["zone"] };

function Entry({ one, path, zone }: EntryProps) {
  const words = text();
  const kind = term("document", one.kind);
  const opens = rights().reviews && one.deleted_at === null;
  return (
    <>
      {opens ? (
        <a href={`${path}/${one.id}`} download>
          {words.download(kind)}
        </a>
      ) : (
        <strong>{kind}</strong>
      )}
      <span class="muted small">
        {one.media_type.split("/")[1]?.toUpperCase()} ·{" "}
        {words.size(number(Math.max(1, Math.round(one.size / 1000))))} ·{" "}
        {dateTime(one.created_at, zone)}
        {one.deleted_at && ` · ${words.deleted(dateTime(one.deleted_at, zone))}`}
      </span>
    </>
  );
}

/** What an appeal of a whole enterprise still needs. */
function Missing({ appeal, items }: { appeal: Asked; items: Brought[] }) {
  const words = text();
  if (appeal.member_id !== null) return null;
  const missing = missingOf(items);
  if (missing.length === 0) return <p class="notice good">{words.complete}</p>;
  return (
    <div class="notice warn">
      <span>{words.missing}</span>
      <ul class="missing">
        {missing.map((kind) => (
          <li key={kind}>{term("document", kind)}</li>
        ))}
      </ul>
    </div>
  );
}
