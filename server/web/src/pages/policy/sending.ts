import { ask } from "../../api/client.ts";

const isJson = (written: string) => written.trimStart().startsWith("{");

/** Sends a policy as it was written, TOML or JSON. Throws `Problem`. */
export function send<T>(method: "POST" | "PUT", path: string, written: string): Promise<T> {
  const type = isJson(written) ? "application/json" : "application/toml";
  return ask<T>(method, path, { text: written, type });
}
