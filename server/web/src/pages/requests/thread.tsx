import type { Asked, Message } from "../../api/shapes/requests.ts";
import { Card } from "../../parts/card.tsx";
import { dateTime } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { text } from "./text.ts";

type ThreadProps = {
  one: Asked;
  /** The account's time zone; without it times are the reader's. */
  zone: string | null;
};

/** What both sides said, oldest first: the request itself, questions and answers, the decision. */
export function Thread({ one, zone }: ThreadProps) {
  const words = text();
  const said: Message[] = [{ at: one.created_at, by: "appellant", text: one.text }, ...one.thread];
  return (
    <Card title={words.said}>
      <ol class="thread">
        {said.map((message) => (
          <li key={`${message.at} ${message.by}`} class={message.by}>
            <div class="row between small">
              <strong>{message.by === "reviewer" ? words.byReviewer : words.byAppellant}</strong>
              <time class="muted" dateTime={message.at}>
                {dateTime(message.at, zone)}
              </time>
            </div>
            <p>{message.text}</p>
          </li>
        ))}
        {one.decided_at && one.reason !== null && (
          <li class="reviewer decision">
            <div class="row between small">
              <strong>{words.decisionOf(term("requestState", one.state))}</strong>
              <time class="muted" dateTime={one.decided_at}>
                {dateTime(one.decided_at, zone)}
              </time>
            </div>
            <p>{one.reason}</p>
          </li>
        )}
      </ol>
    </Card>
  );
}
