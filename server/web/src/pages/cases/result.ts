import type { Decided } from "../../api/shapes/cases.ts";
import { lastsOf } from "../../parts/statement.tsx";
import { accountOf } from "../../text/account-names.ts";
import { term } from "../../text/terms.ts";
import { text } from "./text.ts";

/** What became of a case by a decision, in sentences; times are those of `zone`, where it is known. */
export function resultOf(made: Decided, zone: string | null): string {
  const words = text();
  const said = [stateOf(made)];
  const imposed = made.queued ? words.saidImposedLater : words.saidImposed;
  for (const one of made.penalties) {
    said.push(imposed(term("scope", one.scope), lastsOf(one, zone)));
  }
  if (made.penalties.length === 0 && made.why_none) said.push(words.saidWhyNone(made.why_none));
  // A dismissal's own sentence, and a penalty's, say when they bind.
  const isSaid = made.penalties.length > 0 || made.case.state === "dismissed";
  if (made.queued && !isSaid) said.push(words.saidToldLater);
  return said.join(" ");
}

function stateOf({ case: one, queued }: Decided): string {
  const words = text();
  const account = accountOf(one);
  if (one.state === "awaiting_second") return words.saidWaits;
  if (one.state === "dismissed") {
    return (queued ? words.saidDismissedLater : words.saidDismissed)(account);
  }
  return words.saidConfirmed(account);
}
