import type { Decided } from "../../api/shapes/cases.ts";
import { lastsOf } from "../../parts/statement.tsx";
import { accountOf } from "../../text/account-names.ts";
import { term } from "../../text/terms.ts";
import { text } from "./text.ts";

/** What became of a case by a decision, in sentences; times are those of `zone`, where it is known. */
export function resultOf(made: Decided, zone: string | null): string {
  const words = text();
  const said = [stateOf(made)];
  for (const one of made.penalties) {
    said.push(words.saidImposed(term("scope", one.scope), lastsOf(one, zone)));
  }
  if (made.penalties.length === 0 && made.why_none) said.push(words.saidWhyNone(made.why_none));
  if (made.queued) said.push(words.saidQueued);
  return said.join(" ");
}

function stateOf({ case: one }: Decided): string {
  const words = text();
  const account = accountOf(one);
  if (one.state === "awaiting_second") return words.saidWaits;
  if (one.state === "dismissed") return words.saidDismissed(account);
  return words.saidConfirmed(account);
}
