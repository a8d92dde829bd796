import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Resource, useResource } from "./resource.ts";

type Asked = { path: string; answer: (status: number, said: object, id?: string) => Promise<void> };

let asked: Asked[] = [];
let resource: Resource<{ open: number }>;

const Page = ({ path }: { path: string | null }) => {
  resource = useResource<{ open: number }>(path);
  return null;
};
const show = (path: string | null) => act(async () => render(<Page path={path} />, document.body));
const passed = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));

beforeEach(() => {
  asked = [];
  vi.useFakeTimers();
  vi.stubGlobal("fetch", (path: string, { signal }: { signal: AbortSignal }) => {
    return new Promise<Response>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      const answer: Asked["answer"] = async (status, said, id = "r") => {
        const headers = { "X-Request-Id": id };
        resolve(new Response(JSON.stringify(said), { status, headers }));
        await passed(0);
      };
      asked.push({ path, answer });
    });
  });
});

afterEach(() => {
  act(() => render(null, document.body));
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("what changes faster than it is answered is answered all the same, and once more", async () => {
  await show("/v1/cases");
  for (let change = 0; change < 5; change += 1) {
    resource.reload();
    await passed(2_000);
  }
  expect(asked).toHaveLength(1);
  await asked[0]?.answer(200, { open: 1 });
  expect(resource.value).toEqual({ open: 1 });
  expect(asked).toHaveLength(2);
  await asked[1]?.answer(200, { open: 2 });
  expect(resource.value).toEqual({ open: 2 });
  expect(asked).toHaveLength(2);
});

test("a late answer to the path before is no answer to this one", async () => {
  await show("/v1/cases/1");
  await show("/v1/cases/2");
  await asked[1]?.answer(200, { open: 2 });
  await asked[0]?.answer(200, { open: 1 });
  expect(resource.value).toEqual({ open: 2 });
  expect(resource.current).toBe(true);
});

test("a problem goes with its path", async () => {
  await show("/v1/cases/unknown");
  await asked[0]?.answer(404, { title: "Not found" });
  expect(resource.problem?.status).toBe(404);
  await show(null);
  expect(resource.problem).toBeNull();
});

test("without a path there is nothing of the one before, then or later", async () => {
  await show("/v1/cases/1");
  await asked[0]?.answer(200, { open: 1 });
  await show(null);
  expect(resource.value).toBeNull();
  await show("/v1/cases/2");
  expect(resource.value).toBeNull();
});

test("what does not pass stays one and the same problem, while it is asked for again", async () => {
  const away = { title: "Out of reach", detail: "" };
  await show("/v1/cases");
  await asked[0]?.answer(503, away, "first");
  const { problem } = resource;
  await passed(3_000);
  expect(asked).toHaveLength(2);
  await asked[1]?.answer(503, away, "second");
  expect(resource.problem).toBe(problem);
  await passed(3_000);
  await asked[2]?.answer(200, { open: 1 });
  expect(resource).toMatchObject({ problem: null, value: { open: 1 } });
});
