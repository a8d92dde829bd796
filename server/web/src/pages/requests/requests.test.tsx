import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { session } from "../../api/client.ts";
import { RequestsPage } from "./requests.tsx";

const asked: string[] = [];

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    return Response.json({ items: [], next_cursor: null });
  });
  const scopes = ["member:acme/li", "member:acme/mu"];
  session.value = { holder: "li", key_id: "k", scopes, csrf_token: "t", expires_at: "" };
});

afterEach(() => {
  act(() => render(null, document.body));
  vi.unstubAllGlobals();
});

/** The chooser of the account, with what it shows. */
function chooser(): HTMLSelectElement {
  const found = [...document.querySelectorAll("select")].at(-1);
  if (!found) throw new Error("there is no chooser");
  return found;
}

test("the account whose requests are shown stays chosen when answers come", async () => {
  await act(async () => render(<RequestsPage />, document.body));
  await vi.waitFor(() => expect(document.body.textContent).toContain("You have filed none"));
  expect(chooser().value).toBe("0");

  await act(async () => {
    chooser().value = "1";
    chooser().dispatchEvent(new Event("change", { bubbles: true }));
  });
  await vi.waitFor(() => expect(asked.at(-1)).toContain("member=mu"));
  await act(async () => render(<RequestsPage />, document.body));
  expect(chooser().value).toBe("1");
});
