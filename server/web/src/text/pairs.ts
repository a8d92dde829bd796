/** A sentence as the service makes it, and the same in Chinese. */
export type Pair = readonly [RegExp, (...parts: string[]) => string];

/** What the service said in Chinese, by the first pair of that form; itself where there is none. */
export function byPairs(pairs: readonly Pair[], said: string): string {
  for (const [form, chinese] of pairs) {
    const found = form.exec(said);
    if (found) return chinese(...found.slice(1));
  }
  return said;
}
