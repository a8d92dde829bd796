import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { isOver, session } from "./client.ts";
import { useLive } from "./live.ts";

const streams: EventTarget[] = [];

class Stream extends EventTarget {
  constructor() {
    super();
    streams.push(this);
  }
  close() {}
}

function Name() {
  return <p>{useLive<{ name: string }>("quota:acme").value?.name}</p>;
}

afterEach(() => {
  act(() => render(null, document.body));
  vi.unstubAllGlobals();
});

test("nothing that a person wrote turns the words of a live page around", async () => {
  vi.stubGlobal("EventSource", Stream);
  session.value = { holder: "mei", key_id: "k", scopes: [], csrf_token: "t", expires_at: "" };
  isOver.value = false;
  act(() => render(<Name />, document.body));
  await vi.waitFor(() => expect(streams).toHaveLength(1));
  const data = JSON.stringify({ name: "Acme\u202E" });
  act(() => void streams[0]?.dispatchEvent(new MessageEvent("quota:acme", { data })));
  expect(document.body.textContent).toBe("Acme");
});
