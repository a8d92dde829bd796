import type { Json, JsonObject } from "../../api/shapes/policy.ts";
import { leaves, written } from "./difference.ts";

export type Row = Record<string, string>;
export type List = { path: string; columns: string[]; rows: Row[] };
/** A table of the policy: its own values, its lists of like objects, and the tables in it. */
export type Branch = {
  path: string;
  values: [name: string, value: string][];
  lists: List[];
  branches: Branch[];
};

/** Tables below this depth are shown as values with longer names: they hold two or three. */
const DEEPEST = 3;

/** A policy's tables as they stand in its file. */
export function treeOf(table: JsonObject, path = ""): Branch {
  const branch: Branch = { path, values: [], lists: [], branches: [] };
  const depth = path === "" ? 0 : path.split(".").length;
  for (const [name, value] of Object.entries(table)) {
    const inner = path === "" ? name : `${path}.${name}`;
    const list = listOf(value, inner);
    if (list) branch.lists.push(list);
    else if (isTable(value) && depth < DEEPEST) branch.branches.push(treeOf(value, inner));
    else {
      const found = leaves(value, name).map(([at, one]) => [at, written(one)] as [string, string]);
      branch.values.push(
        ...(isSimple(value) ? [[name, listed(value)] as [string, string]] : found),
      );
    }
  }
  return branch;
}

/** What of a tree has `needle` (lower case) in its path or value; null where nothing has. */
export function found(branch: Branch, needle: string): Branch | null {
  if (needle === "") return branch;
  const has = (text: string) => text.toLowerCase().includes(needle);
  const inPath = (name: string) => has(`${branch.path}.${name}`);
  const values = branch.values.filter(([name, value]) => inPath(name) || has(value));
  const lists = branch.lists.filter(
    ({ path, columns, rows }) =>
      has(path) || columns.some(has) || rows.some((row) => Object.values(row).some(has)),
  );
  const branches = branch.branches
    .map((one) => found(one, needle))
    .filter((one): one is Branch => one !== null);
  const isFound = values.length + lists.length + branches.length > 0;
  return isFound ? { ...branch, values, lists, branches } : null;
}

/** How many values a branch has, those of its lists and branches included. */
export function size({ values, lists, branches }: Branch): number {
  const inLists = lists.map(({ columns, rows }) => columns.length * rows.length);
  return [...inLists, ...branches.map(size)].reduce((sum, count) => sum + count, values.length);
}

/** Several objects of the same plain values: rows of a table. */
function listOf(value: Json, path: string): List | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  if (!value.every(isTable) || !value.every((row) => Object.values(row).every(isPlain)))
    return null;
  const columns = [...new Set(value.flatMap((row) => Object.keys(row)))];
  const rows = value.map((row) =>
    Object.fromEntries(columns.map((name) => [name, written(row[name])])),
  );
  return { path, columns, rows };
}

const isPlain = (value: Json) => value === null || typeof value !== "object";

function isTable(value: Json): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** A list that is read in one line: of words or numbers, or of pairs of these. */
function isSimple(value: Json): value is Json[] {
  if (!Array.isArray(value)) return false;
  return value.every((item) => isPlain(item) || (Array.isArray(item) && item.every(isPlain)));
}

function listed(value: Json[]): string {
  if (value.length === 0) return "[]";
  return value
    .map((item) => (Array.isArray(item) ? `[${item.map(written).join(", ")}]` : written(item)))
    .join(", ");
}
