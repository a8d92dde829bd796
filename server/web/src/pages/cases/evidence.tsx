import { useState } from "preact/hooks";
import type { Case } from "../../api/shapes/cases.ts";
import { Hashes } from "../../parts/hashes.tsx";
import { inWords } from "../../text/evidence-words.ts";
import { number } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { text } from "./text.ts";

const FEW = 8;

/** The sentences of evidence: what patterns found first, then event by event, each newest first. */
export function Evidence({ one, zone }: { one: Case; zone: string | null }) {
  const words = text();
  const [all, setAll] = useState(false);
  const ordered = inOrder(one.evidence);
  const shown = all ? ordered : ordered.slice(0, FEW);
  return (
    <section class="stack tight" aria-labelledby="case-evidence">
      <h3 id="case-evidence">{words.evidence}</h3>
      {ordered.length === 0 && <p class="muted">{words.noEvidence}</p>}
      <ul class="evidence">
        {shown.map((sentence) => (
          <li key={sentence}>
            <Hashes said={inWords(sentence, zone)} />
          </li>
        ))}
      </ul>
      {ordered.length > FEW && (
        <div class="row">
          <button type="button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? words.evidenceFew : words.evidenceAll(number(ordered.length))}
          </button>
        </div>
      )}
    </section>
  );
}

const DATED = /^\d{4}-\d\d-\d\d /;

/** Each sentence once; those about single events, which begin with their time, come last. */
export function inOrder(evidence: string[]): string[] {
  const newest = [...new Set([...evidence].reverse())];
  const findings = newest.filter((sentence) => !DATED.test(sentence));
  return [...findings, ...newest.filter((sentence) => DATED.test(sentence))];
}

/** Flags by pattern, and the ids of flags and events for whoever looks them up. */
export function Ids({ one }: { one: Case }) {
  const words = text();
  if (one.flags.length === 0 && one.events.length === 0) return null;
  return (
    <section class="stack tight" aria-labelledby="case-flags">
      <h3 id="case-flags">{words.flags}</h3>
      <ul class="bare row">
        {countsOf(one).map(([pattern, count]) => (
          <li key={pattern} class="badge">
            {words.flagCount(term("pattern", pattern), number(count))}
          </li>
        ))}
      </ul>
      {one.flags.length > 0 && <IdList title={words.flagIds} ids={one.flags} />}
      {one.events.length > 0 && (
        <IdList title={words.events(number(one.events.length))} ids={one.events} />
      )}
    </section>
  );
}

function IdList({ title, ids }: { title: string; ids: string[] }) {
  return (
    <details>
      <summary>{title}</summary>
      <ul class="bare ids">
        {ids.map((id) => (
          <li key={id}>
            <code>{id}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** How many flags each pattern raised, most first; a flag's id ends with its pattern. */
export function countsOf({ flags }: Pick<Case, "flags">): [string, number][] {
  const counts = new Map<string, number>();
  for (const id of flags) {
    const pattern = /[a-z]\w*$/.exec(id)?.[0] ?? id;
    counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}
