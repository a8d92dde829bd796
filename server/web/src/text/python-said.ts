import { readFileSync } from "node:fs";

const RAISED = /raise \w+\([^)]*\)/g;
/** Strings side by side, which Python joins. */
const LITERALS = /f?"[^"\n]*"(?:\s*f?"[^"\n]*")*/g;

/** For tests: a module of the service, by its path without the ending. */
export function pythonOf(name: string): string {
  const code = readFileSync(`${import.meta.dirname}/../../../../${name}.py`, "utf8");
  return code.replaceAll(/"""[\s\S]*?"""/g, "");
}

/** For tests: the sentences of a module, but those that it raises. What is put into them is 7. */
export function saidIn(name: string): string[] {
  return sentences(pythonOf(name).replaceAll(RAISED, ""));
}

/** For tests: the sentences that a module raises as such an error. */
export function refusedIn(name: string, error: string): string[] {
  const calls = pythonOf(name).match(
    new RegExp(`raise ${error}\\((?:[^()]|\\([^()]*\\))*\\)`, "g"),
  );
  return sentences((calls ?? []).join("\n;\n"));
}

function sentences(code: string): string[] {
  return (code.match(LITERALS) ?? [])
    .map((run) => (run.match(/"[^"\n]*"/g) ?? []).map((one) => one.slice(1, -1)).join(""))
    .map((one) => one.replaceAll(/\{[^}]*\}/g, "7"))
    .filter((one) => one.split(" ").length > 3);
}
