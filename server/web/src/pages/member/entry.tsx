import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import type {
  Add,
  Entry,
  Flag,
  Moved,
  OpenedCase,
  Outcome,
  Penalised,
} from "../../api/shapes/timeline.ts";
import { Badge, type Tone } from "../../parts/card.tsx";
import { Hashes, shortHash } from "../../parts/hashes.tsx";
import { inWords } from "../../text/evidence-words.ts";
import { number, timeOfDay } from "../../text/format.ts";
import { term } from "../../text/terms.ts";
import { violationKind } from "../../text/violation-kinds.ts";
import { text } from "./text.ts";
import { keyOf, type Run } from "./timeline.ts";

const BAD = new Set(["deleted", "blocked", "complained"]);

/** One thing that happened: when, of which kind, what. */
export function EntryOf({ entry, zone }: { entry: Entry; zone: string | null }) {
  return (
    <li>
      <time dateTime={entry.at} class="muted">
        {timeOfDay(entry.at, zone)}
      </time>
      <Badge tone={toneOf(entry)}>{text().kind[entry.kind] ?? entry.kind}</Badge>
      <span>{saidOf(entry, zone)}</span>
    </li>
  );
}

/** Adds one after another as one row; when opened, each for itself. */
export function RunOf({ adds, zone }: Run & { zone: string | null }) {
  const words = text();
  const newest = adds[0];
  const oldest = adds.at(-1) ?? newest;
  const from = timeOfDay(oldest.at, zone);
  const to = timeOfDay(newest.at, zone);
  const allowed = adds.filter((one) => one.allowed).length;
  return (
    <li>
      <span class="muted">
        <time dateTime={oldest.at}>{from}</time>
        {to !== from && (
          <>
            {" – "}
            <time dateTime={newest.at}>{to}</time>
          </>
        )}
      </span>
      <Badge tone={allowed === 0 ? "warn" : "plain"}>{words.kind.add}</Badge>
      <details>
        <summary class="run">
          {words.adds(number(adds.length), number(allowed), number(adds.length - allowed))}
        </summary>
        <ul>
          {adds.map((one) => (
            <li key={keyOf(one)}>
              {timeOfDay(one.at, zone, true)} <AddSaid entry={one} />
            </li>
          ))}
        </ul>
      </details>
    </li>
  );
}

function toneOf(entry: Entry): Tone {
  if (entry.kind === "add") return entry.allowed ? "plain" : "warn";
  if (entry.kind === "outcome") return BAD.has(entry.outcome) ? "bad" : "plain";
  if (entry.kind === "penalty") return entry.event === "imposed" ? "bad" : "good";
  if (entry.kind === "tier") return "accent";
  return "warn";
}

function saidOf(entry: Entry, zone: string | null): ComponentChildren {
  switch (entry.kind) {
    case "add":
      return <AddSaid entry={entry} />;
    case "outcome":
      return <OutcomeSaid entry={entry} />;
    case "flag":
      return <FlagSaid entry={entry} zone={zone} />;
    case "case":
      return <CaseSaid entry={entry} />;
    case "penalty":
      return <PenaltySaid entry={entry} />;
    case "tier":
      return tierSaid(entry);
    default:
      return null;
  }
}

function AddSaid({ entry }: { entry: Add }) {
  const words = text();
  return (
    <>
      {addSaid(entry)}{" "}
      <span class="muted small">{words.by(words.ways[entry.way] ?? entry.way)}</span>
      <Contact hash={entry.contact} />
    </>
  );
}

function addSaid({ direction: way, allowed, reason }: Add): string {
  const words = text();
  const direction = words.direction[way] ?? way;
  return allowed ? words.addAllowed(direction) : words.addDenied(direction, term("reason", reason));
}

function Contact({ hash }: { hash: string | null | undefined }) {
  if (!hash) return null;
  return <code class="muted"> {text().contact(shortHash(hash))}</code>;
}

function OutcomeSaid({ entry }: { entry: Outcome }) {
  return (
    <>
      {text().outcomes[entry.outcome] ?? entry.outcome}
      {entry.category && <span class="muted small"> {entry.category}</span>}
      <Contact hash={entry.contact} />
    </>
  );
}

function FlagSaid({ entry, zone }: { entry: Flag; zone: string | null }) {
  const words = text();
  return (
    <>
      {term("pattern", entry.pattern)}{" "}
      <span class="muted small">
        {words.figures(
          number(entry.statistic, 2),
          number(entry.threshold, 2),
          words.modes[entry.mode] ?? entry.mode,
        )}
      </span>
      {entry.evidence.length > 0 && (
        <details>
          <summary>{words.evidence}</summary>
          <ul>
            {entry.evidence.map((line) => (
              <li key={line}>
                <Hashes said={inWords(line, zone)} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function CaseSaid({ entry }: { entry: OpenedCase }) {
  const words = text();
  return (
    <>
      {term("caseState", entry.state)}{" "}
      <span class="muted small">{term("verdict", entry.verdict)}</span>{" "}
      <Link href={`/cases/${entry.case_id}`}>{words.openCase}</Link>
    </>
  );
}

function PenaltySaid({ entry }: { entry: Penalised }) {
  const words = text();
  return (
    <>
      {words.penalty[entry.event](entry.hold ? words.holdWord : words.penaltyWord)}{" "}
      <span class="muted small">
        {violationKind(entry.type)} · {term("scope", entry.scope)}
      </span>{" "}
      <Link href={`/penalties/${entry.penalty_id}`}>{words.openPenalty}</Link>
    </>
  );
}

function tierSaid({ from, to }: Moved): string {
  const words = text();
  return from < to
    ? words.tierUp(number(from), number(to))
    : words.tierDown(number(from), number(to));
}
