/** Where a line (from 1) begins and ends in a text; null where the text has no such line. */
export function lineAt(text: string, line: number): [start: number, end: number] | null {
  const lines = text.split("\n");
  const wanted = lines[line - 1];
  if (wanted === undefined) return null;
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return [start, start + wanted.length];
}

/** A message of the service, with the line that it begins with, where it names one. */
export function lineOf(message: string): { line: number | null; rest: string } {
  const named = /^line (\d+): (.*)$/s.exec(message);
  return named ? { line: Number(named[1]), rest: named[2] ?? "" } : { line: null, rest: message };
}
