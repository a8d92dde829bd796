import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Overview } from "../../api/shapes/overview.ts";
import { language } from "../../text/language.ts";
import { Service } from "./service.tsx";

const overview = (paused: boolean) =>
  ({
    stores: { redis: "up", closed_shards: 0 },
    worker: { backlog: 0, lag_s: 0 },
    policy_version: 1,
    enforcement: { paused, put_off: 0 },
  }) as Overview;
const show = (paused: boolean) =>
  act(() => render(<Service overview={overview(paused)} />, document.body));
const named = (name: string) =>
  [...document.querySelectorAll("button")].find((one) => one.textContent === name);

let asked: string[] = [];

beforeEach(() => {
  asked = [];
  language.value = "en";
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    return new Response("{}");
  });
});

afterEach(() => {
  act(() => render(null, document.body));
  vi.unstubAllGlobals();
});

test("who asks to pause pauses, also where somebody else did so meanwhile", async () => {
  show(false);
  act(() => named("Pause")?.click());
  show(true);
  expect(document.querySelector("dialog h2")?.textContent).toBe("Pause holds by patterns?");
  const form = document.querySelector("dialog form");
  await act(async () => void form?.dispatchEvent(new Event("submit", { cancelable: true })));
  expect(asked).toEqual(["/v1/enforcement/pause"]);
});
