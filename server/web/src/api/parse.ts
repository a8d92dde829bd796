/**
 * Embeddings, overrides and isolates of direction. In what a person wrote they would turn around
 * whatever the page says after it; words of either direction are read rightly without them.
 */
const DIRECTIONS = /[\u202A-\u202E\u2066-\u2069]/g;

/** What the service sent, without what turns a page's own words around. Throws SyntaxError. */
export const parsed = (json: string) => JSON.parse(json, undirected);

const undirected = (_key: string, value: unknown): unknown =>
  typeof value === "string" ? value.replace(DIRECTIONS, "") : value;
