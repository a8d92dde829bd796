import type { Asked } from "../../api/shapes/requests.ts";
import { Badge, Card } from "../../parts/card.tsx";
import { Pair } from "../../parts/pair.tsx";
import { dateTime, number, relative } from "../../text/format.ts";
import { useNow } from "../../text/now.ts";
import { Whose } from "../account/whose.tsx";
import { isOpen, isOverdue } from "./allowed.ts";
import { groundsOf } from "./names.ts";
import { text } from "./text.ts";

type AboutProps = {
  one: Asked;
  /** The account's time zone; without it times are the reader's. */
  zone: string | null;
};

/** Whose request it is, what it claims, and until when somebody has to do something. */
export function About({ one, zone }: AboutProps) {
  const words = text();
  return (
    <Card title={words.about}>
      <dl class="pairs">
        <Whose one={one} />
        <Pair name={words.grounds}>{groundsOf(one)}</Pair>
        {one.number > 1 && <Pair name={words.number}>{words.numberOf(number(one.number))}</Pair>}
        <Pair name={words.filed}>{dateTime(one.created_at, zone)}</Pair>
        {one.filed_by && <Pair name={words.filedBy}>{one.filed_by}</Pair>}
        {isOpen(one) && <DueOf one={one} zone={zone} />}
        {one.decided_at && <Pair name={words.decided}>{dateTime(one.decided_at, zone)}</Pair>}
      </dl>
      {zone && <p class="muted small">{words.zone(zone)}</p>}
    </Card>
  );
}

function DueOf({ one, zone }: AboutProps) {
  const words = text();
  const now = useNow();
  const name = one.state === "need_information" ? words.dueInformation : words.dueDecision;
  return (
    <Pair name={name}>
      {dateTime(one.due_at, zone)}{" "}
      <span class="muted">{words.dueIn(relative(one.due_at, now))}</span>{" "}
      {isOverdue(one, now) && <Badge tone="bad">{words.overdue}</Badge>}
    </Pair>
  );
}
