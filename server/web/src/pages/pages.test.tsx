import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test } from "vitest";
import { Router } from "wouter-preact";
import { memoryLocation } from "wouter-preact/memory-location";
import { session } from "../api/client.ts";
import { Pages } from "./pages.tsx";

afterEach(() => {
  act(() => render(null, document.body));
  session.value = null;
});

function open(path: string, scope: string): void {
  session.value = { holder: "mei", key_id: "k", scopes: [scope], csrf_token: "t", expires_at: "" };
  const { hook } = memoryLocation({ path, static: true });
  const pages = (
    <Router hook={hook}>
      <Pages />
    </Router>
  );
  act(() => render(pages, document.body));
}

test.each([
  "/enterprises/%E2%80%AE/members/%00",
  "/enterprises/acme/members/%00",
  "/enterprises/%20",
  "/enterprises//members/li",
  "/penalties/%0A",
  "/cases/%E2%80%AE",
  "/requests/appeals/%00",
  "/requests/applications/%00",
])("at %s there can be nothing: it is no page", (path) => {
  open(path, "reviewer");
  expect(document.querySelector("h1")?.textContent).toBe("No such page");
});

test.each(["/enterprises", "/cases", "/cases/c-1", "/policy", "/transparency"])(
  "at %s somebody else's key is told whom the page is for",
  (path) => {
    open(path, "enterprise:acme");
    expect(document.querySelector("h1")?.textContent).toBe("Not open to your key");
  },
);
