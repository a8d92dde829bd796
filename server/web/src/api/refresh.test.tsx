import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { session } from "./client.ts";
import { useRefresh } from "./refresh.ts";

/** A stream that says what the test lets it say. */
class Stream extends EventTarget {
  static last: Stream;
  readyState = 1;
  constructor(readonly url: string) {
    super();
    Stream.last = this;
  }
  close() {}
  say(topic: string, value: unknown) {
    this.dispatchEvent(new MessageEvent(topic, { data: JSON.stringify(value) }));
  }
}

let asked = 0;
const Page = () => {
  useRefresh("cases", () => {
    asked += 1;
  });
  return null;
};

beforeEach(async () => {
  asked = 0;
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Stream);
  session.value = { holder: "mei", key_id: "k", scopes: [], csrf_token: "t", expires_at: "" };
  await act(async () => render(<Page />, document.body));
  await vi.advanceTimersByTimeAsync(0);
});

afterEach(() => {
  act(() => render(null, document.body));
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the first value may tell of a change after the answer: it asks, as a changed one does", async () => {
  Stream.last.say("cases", { open: 1 });
  await vi.advanceTimersByTimeAsync(1_900);
  expect(asked, "not while the page is loaded").toBe(0);
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toBe(1);
  Stream.last.say("cases", { open: 2 });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toBe(2);
});

test("a value that was here before the page asks for nothing", async () => {
  Stream.last.say("cases", { open: 1 });
  await vi.advanceTimersByTimeAsync(10);
  const before = asked;
  const Both = () => [<Page key="first" />, <Page key="second" />];
  await act(async () => render(<Both />, document.body));
  await vi.advanceTimersByTimeAsync(4_000);
  expect(asked).toBe(before);
});

test("the same value again, as after a lost connection, asks for nothing", async () => {
  Stream.last.say("cases", { open: 1 });
  Stream.last.say("cases", { open: 1 });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toBe(1);
});

test("what changes all the time is asked for once in two seconds, and the last change is seen", async () => {
  for (let open = 0; open < 25; open += 1) {
    Stream.last.say("cases", { open });
    await vi.advanceTimersByTimeAsync(100);
  }
  const during = asked;
  expect(during).toBeLessThanOrEqual(2);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toBe(during + 1);
});
