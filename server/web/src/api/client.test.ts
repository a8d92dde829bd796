import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { begin, get, isOver, post, session, signOut } from "./client.ts";

const mine = { holder: "mei", key_id: "k", scopes: [], csrf_token: "t", expires_at: "" };
let answers: (() => Response)[] = [];
let sent: { path: string; token: string | null }[] = [];

const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status });
const refused = (slug: string, status: number) =>
  json({ type: `https://docs.example/http.md#problem-${slug}`, title: slug }, status);

beforeEach(() => {
  answers = [];
  sent = [];
  session.value = mine;
  isOver.value = false;
  vi.stubGlobal("fetch", async (path: string, { headers }: { headers: Headers }) => {
    sent.push({ path, token: headers.get("X-CSRF-Token") });
    const answer = answers.shift();
    if (!answer) throw new TypeError("no more answers");
    return answer();
  });
});

afterEach(() => vi.unstubAllGlobals());

test("an answer of something else than the service is none", async () => {
  answers = [() => new Response("<h1>Sign in to the network</h1>")];
  await expect(get("/v1/overview")).rejects.toMatchObject({ status: 0 });
});

test("an answer that is cut off is none", async () => {
  answers = [() => new Response('{"items": [')];
  await expect(get("/v1/overview")).rejects.toMatchObject({ status: 0 });
});

test("nothing that a person wrote turns the words after it around", async () => {
  const facts = "Fee\u202E, \u2066by\u2069 \u202Aall\u202C";
  answers = [() => json({ items: [{ facts }] }), () => json({ title: "no", detail: facts }, 409)];
  expect(await get("/v1/penalties")).toEqual({ items: [{ facts: "Fee, by all" }] });
  await expect(get("/v1/penalties")).rejects.toMatchObject({ detail: "Fee, by all" });
});

test("what only reads is asked again once somebody is signed in again", async () => {
  answers = [() => refused("unauthorized", 401), () => json(mine), () => json({ cases: 3 })];
  const asked = get("/v1/overview");
  await vi.waitFor(() => expect(isOver.value).toBe(true));
  expect(session.value).toBe(mine);
  await begin();
  expect(await asked).toEqual({ cases: 3 });
});

test("whoever gives up is not kept waiting for the next sign-in", async () => {
  answers = [() => refused("unauthorized", 401)];
  const abort = new AbortController();
  const asked = get("/v1/overview", abort.signal);
  await vi.waitFor(() => expect(isOver.value).toBe(true));
  abort.abort();
  await expect(asked).rejects.toBe(abort.signal.reason);
});

test("what changes something is not sent by a session that ended", async () => {
  answers = [() => refused("unauthorized", 401)];
  await expect(post("/v1/cases/1/dismiss", {})).rejects.toMatchObject({ status: 401 });
  expect(isOver.value).toBe(true);
  expect(sent).toHaveLength(1);
});

test("a session made anew by the same key sends once more", async () => {
  answers = [
    () => refused("cross-site", 403),
    () => json({ ...mine, csrf_token: "new" }),
    () => json({ done: true }),
  ];
  expect(await post("/v1/cases/1/dismiss", {})).toEqual({ done: true });
  expect(sent.map(({ token }) => token)).toEqual(["t", null, "new"]);
});

test("somebody else's session sends nothing of the former", async () => {
  answers = [
    () => refused("cross-site", 403),
    () => json({ ...mine, key_id: "other", csrf_token: "new" }),
  ];
  await expect(post("/v1/cases/1/dismiss", {})).rejects.toMatchObject({ status: 403 });
  expect(session.value?.key_id).toBe("other");
  expect(sent).toHaveLength(2);
});

test("what was asked before signing out does not sign in again", async () => {
  let arrive = (_: Response) => {};
  const late = new Promise<Response>((resolve) => {
    arrive = resolve;
  });
  answers = [() => late as unknown as Response, () => new Response(null, { status: 204 })];
  const asked = begin();
  await signOut();
  arrive(json(mine));
  await asked;
  expect(session.value).toBeNull();
});
