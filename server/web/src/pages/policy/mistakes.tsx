import type { Problem } from "../../api/client.ts";
import { ProblemNotice } from "../../parts/told.tsx";
import { number } from "../../text/format.ts";
import { lineOf } from "./lines.ts";
import { text } from "./text.ts";

type MistakesProps = { problem: Problem; onLine: (line: number) => void };

/** Why a policy cannot be used: each mistake with its place, and the way to its line. */
export function Mistakes({ problem, onLine }: MistakesProps) {
  const words = text();
  if (problem.errors.length === 0) return <ProblemNotice problem={problem} />;
  return (
    <div class="notice bad" role="alert">
      <strong>{words.mistakes(number(problem.errors.length))}</strong>
      {words.inEnglish && <span class="small">{words.inEnglish}</span>}
      <ul class="mistakes">
        {problem.errors.map(({ loc, msg }) => {
          const { line, rest } = lineOf(msg);
          return (
            <li key={`${loc.join(".")} ${msg}`}>
              {line !== null && (
                <button type="button" class="line" onClick={() => onLine(line)}>
                  {words.line(number(line))}
                </button>
              )}{" "}
              <code>{loc.slice(1).join(".")}</code> <span lang="en">{rest}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
