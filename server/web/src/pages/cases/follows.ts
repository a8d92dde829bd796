import type { Blockable, Case, First, Severity } from "../../api/shapes/cases.ts";
import { term } from "../../text/terms.ts";
import { text } from "./text.ts";
import { when } from "./when.ts";

type About = Pick<Case, "type" | "member_id"> & {
  first: Pick<First, "scopes"> | null;
};

/** What a confirmation brings, as far as it is known beforehand; `lasting`: for good. */
export type Follows = { said: string; lasting: boolean };

/**
 * What follows a confirmation by the rules (docs/penalties.md, "Three tracks").
 *
 * Which step of the ladder it is depends on what counts when it is decided; that a case of it waits
 * for a second person is because the step would be for good.
 */
export function followsOf(one: About, severity: Severity): Follows {
  const words = text();
  const track = one.type.slice(0, 2);
  if (severity === "severe" || track === "T3") return blocking(one, severity);
  if (one.member_id === null) return { said: words.followsNothing, lasting: false };
  if (track === "T2") return { said: words.followsLinked, lasting: false };
  return one.first
    ? { said: words.followsThird(when()), lasting: true }
    : { said: words.followsStep, lasting: false };
}

function blocking({ member_id, first }: About, severity: Severity): Follows {
  const words = text();
  const scopes = blockedOf(member_id, severity === "severe" && first ? first.scopes : []);
  if (scopes.length === 0) return { said: words.followsNothing, lasting: false };
  const named = scopes.map((scope) => term("scope", scope)).join(words.comma);
  const said = first ? words.followsBlock(when(), named) : words.followsTwo(named);
  return { said, lasting: true };
}

/** The member's account in each case; wider blocks where a severe report asked for them. */
function blockedOf(member: string | null, asked: readonly Blockable[]): Blockable[] {
  const wider = asked.filter((scope) => scope !== "member_account");
  return member === null ? wider : ["member_account", ...wider];
}
