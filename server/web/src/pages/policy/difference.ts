import type { Json } from "../../api/shapes/policy.ts";

/** A value that is not the same in two policies; undefined where one has none. */
export type Change = { path: string; before: Json | undefined; after: Json | undefined };

/**
 * What changes from one policy to another, leaf by leaf, in the order of paths. Items of lists that
 * have an `id` or `name` are compared with the item of the same one, others by place.
 */
export function difference(before: Json, after: Json): Change[] {
  const one = new Map(leaves(before));
  const other = new Map(leaves(after));
  const paths = [...new Set([...one.keys(), ...other.keys()])].sort(byPath);
  return paths
    .map((path) => ({ path, before: one.get(path), after: other.get(path) }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after))
    .filter((change) => !isFilled(change, paths));
}

/** Whether a change is only that something empty got its first values, or lost its last ones. */
function isFilled({ path, before, after }: Change, paths: string[]): boolean {
  if (before !== undefined && after !== undefined) return false;
  return paths.some((other) => other.startsWith(`${path}[`) || other.startsWith(`${path}.`));
}

/** Every value that has none below it, with its path, such as `quota.bursts[0].limit`. */
export function leaves(value: Json, path = ""): [string, Json][] {
  if (Array.isArray(value) && value.length > 0) {
    return value.flatMap((item, place) => leaves(item, `${path}[${nameOf(item) ?? place}]`));
  }
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    const inside = Object.entries(value);
    if (inside.length > 0) {
      return inside.flatMap(([name, item]) => leaves(item, path ? `${path}.${name}` : name));
    }
  }
  return [[path, value]];
}

function nameOf(item: Json): string | null {
  if (item === null || typeof item !== "object" || Array.isArray(item)) return null;
  const name = item.id ?? item.name;
  return typeof name === "string" ? name : null;
}

/** Places of a list by number: [2] comes before [10]. */
function byPath(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}

/** A value as people write it. */
export function written(value: Json | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
