import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { session } from "../api/client.ts";
import { awayStore } from "../api/live.ts";
import { CasesPage } from "../pages/cases/cases.tsx";
import { Note } from "../pages/cases/note.tsx";
import { PenaltyPage } from "../pages/penalty/penalty.tsx";
import { RequestPage } from "../pages/requests/request.tsx";
import { RequestsPage } from "../pages/requests/requests.tsx";
import { StoreAway } from "./store-away.tsx";

class Stream extends EventTarget {
  close() {}
}

beforeEach(() => {
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal("fetch", () => new Promise(() => {}));
  session.value = {
    holder: "mei",
    key_id: "k",
    scopes: ["reviewer"],
    csrf_token: "t",
    expires_at: "",
  };
});

afterEach(() => {
  act(() => render(null, document.body));
  awayStore.value = null;
  session.value = null;
  vi.unstubAllGlobals();
});

const said = () => document.body.textContent ?? "";
const BINDS = "What you decide now is kept and binds as soon as the counters are back.";

test.each([
  ["cases", <CasesPage chosen={null} />],
  ["a case's dialog", <Note />],
  ["requests", <RequestsPage />],
  ["a request", <RequestPage kind="appeal" id="a-1" />],
  ["a penalty", <PenaltyPage id="p-1" />],
])("before one decides about %s it is said that the counters are away", async (_, page) => {
  await act(async () => render(page, document.body));
  expect(said()).not.toContain(BINDS);
  await act(async () => {
    awayStore.value = "redis";
  });
  expect(said()).toContain(BINDS);
});

test("of a record that is away nothing is said to be kept", () => {
  awayStore.value = "record";
  act(() => render(<StoreAway />, document.body));
  expect(said()).toBe("");
});

test("who is decided about is not told that they decide", () => {
  session.value = {
    holder: "li",
    key_id: "k",
    scopes: ["member:acme/li"],
    csrf_token: "t",
    expires_at: "",
  };
  awayStore.value = "redis";
  act(() => render(<StoreAway />, document.body));
  expect(said()).toContain("What is decided now is kept");
});
