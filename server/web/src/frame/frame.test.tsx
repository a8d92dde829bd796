import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { session } from "../api/client.ts";
import { Frame } from "./frame.tsx";

const NAMES: Record<string, string> = { "/v1/enterprises/acme": "Acme Textiles" };

afterEach(() => {
  act(() => render(null, document.body));
  session.value = null;
  vi.unstubAllGlobals();
});

test("of several accounts each goes by its name in the menu, or by its id without one", async () => {
  vi.stubGlobal("fetch", async (path: string) => Response.json({ name: NAMES[path] ?? null }));
  const scopes = ["enterprise:acme", "enterprise:beta"];
  session.value = { holder: "li", key_id: "k", scopes, csrf_token: "t", expires_at: "" };
  await act(async () => render(<Frame>{null}</Frame>, document.body));
  const links = () => [...document.querySelectorAll("nav a")].map((one) => one.textContent);
  await vi.waitFor(() => expect(links().slice(0, 2)).toEqual(["Acme Textiles", "beta"]));
});
