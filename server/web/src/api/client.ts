import { batch, effect, signal } from "@preact/signals";
import { parsed } from "./parse.ts";

export type Session = {
  holder: string;
  key_id: string;
  scopes: string[];
  csrf_token: string;
  expires_at: string;
};

type FieldError = { loc: (string | number)[]; msg: string };

/** An answer that is no success, as the service explains it (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: FieldError[] = [],
    readonly requestId: string | null = null,
    readonly type: string = "",
  ) {
    super(detail || title);
  }
}

/** Who is signed in, or was until the session ended by itself: null nobody, undefined not known. */
export const session = signal<Session | null | undefined>(undefined);
/** Whether the session ended by itself: whoever signs in again with its key finds all as it was. */
export const isOver = signal(false);

type Options = {
  body?: unknown;
  signal?: AbortSignal;
  text?: string;
  type?: string;
  form?: FormData;
};
const DEADLINE_MS = 20_000;
/** A document of 10 MiB over a slow line. */
const UPLOAD_DEADLINE_MS = 180_000;

/**
 * Asks the service. Throws `Problem`; without a live session the sign-in page comes up.
 *
 * What only reads is asked again once somebody is signed in again, what changes something is not.
 */
export async function ask<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const before = session.peek()?.csrf_token;
  try {
    return await askOnce<T>(method, path, options);
  } catch (error) {
    if (!(error instanceof Problem) || path === SESSION) throw error;
    if (error.status === 401) {
      // A late answer to a session before says nothing of this one.
      if (session.peek()?.csrf_token === before) end();
      if (method !== "GET") throw error;
      await signedIn(options.signal);
    } else if (method === "GET" || !(await isRenewed(error))) throw error;
    return askOnce<T>(method, path, options);
  }
}

async function askOnce<T>(method: string, path: string, options: Options): Promise<T> {
  const response = await request(method, path, options);
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  try {
    return parsed(await response.text());
  } catch (error) {
    // Cut off, too late, or of something else than the service, such as a proxy's page.
    if (options.signal?.aborted) throw error;
    throw new Problem(0, "no answer", "");
  }
}

/** Whether a refusal was of another tab's doing, which signed in anew with the same key. */
async function isRenewed(refusal: Problem): Promise<boolean> {
  const before = session.peek();
  if (!before || !refusal.type.endsWith("#problem-cross-site")) return false;
  await begin().catch(() => undefined);
  const now = session.peek();
  return now?.key_id === before.key_id && now.csrf_token !== before.csrf_token;
}

/** Waits until somebody is signed in. Rejects where whoever waits gives up. */
function signedIn(abort: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let stop = () => {};
    const give = () => {
      stop();
      reject(abort?.reason);
    };
    if (abort?.aborted) return give();
    abort?.addEventListener("abort", give, { once: true });
    stop = effect(() => {
      if (!session.value || isOver.value) return;
      abort?.removeEventListener("abort", give);
      // The first run comes before `stop` is there.
      queueMicrotask(() => stop());
      resolve();
    });
  });
}

export const get = <T>(path: string, signal?: AbortSignal) =>
  ask<T>("GET", path, signal ? { signal } : {});
export const post = <T>(path: string, body: unknown) => ask<T>("POST", path, { body });
/** Sends a form with its files. Throws `Problem`. */
export const upload = <T>(path: string, form: FormData) => ask<T>("POST", path, { form });

async function request(method: string, path: string, options: Options): Promise<Response> {
  const headers = new Headers({ Accept: "application/json" });
  if (session.value && method !== "GET") headers.set("X-CSRF-Token", session.value.csrf_token);
  const text = options.text ?? (options.body === undefined ? null : JSON.stringify(options.body));
  // The type of a form has a boundary in it, which only the browser knows.
  if (text !== null) headers.set("Content-Type", options.type ?? "application/json");
  const body = options.form ?? text;
  const deadline = AbortSignal.timeout(options.form ? UPLOAD_DEADLINE_MS : DEADLINE_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  try {
    return await fetch(path, { method, headers, body, signal });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem(0, "no answer", "");
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const requestId = response.headers.get("X-Request-Id");
  try {
    const said = parsed(await response.text());
    const { title, detail = "", errors, type } = said;
    return new Problem(response.status, title, detail, errors, requestId, type);
  } catch {
    return new Problem(response.status, response.statusText, "", [], requestId);
  }
}

const SESSION = "/dashboard/session";
/** How often somebody signed in or out here: what was asked about it before is out of date. */
let entries = 0;

/** Finds out who is signed in, which may be nobody. */
export async function begin(): Promise<void> {
  const before = entries;
  const found = await get<Session | null>(SESSION);
  if (before === entries) await take(found);
}

/** Exchanges an API key for a session. Throws `Problem`, 401 where no live key is that. */
export async function signIn(key: string): Promise<void> {
  const made = await post<Session>(SESSION, { key });
  entries += 1;
  await take(made);
}

/** Ends the session, here and on record. */
export async function signOut(): Promise<void> {
  await ask("DELETE", SESSION);
  leave();
  tabs.postMessage("signed out");
}

/**
 * Other tabs of this browser, which have the same session.
 *
 * Whoever signs out leaves nothing behind in them, either; a session that ended without a word from
 * here ended by itself, and what was being typed is kept.
 */
const tabs = new BroadcastChannel("contact-quota.session");
tabs.addEventListener("message", leave);

function leave(): void {
  entries += 1;
  batch(() => {
    session.value = null;
    isOver.value = false;
  });
}

async function take(found: Session | null): Promise<void> {
  if (!found) return end();
  const before = session.peek();
  if (before && before.key_id !== found.key_id) {
    // Whatever the former saw goes, with its streams, before anything of the new one comes.
    session.value = undefined;
    await new Promise((resolve) => window.setTimeout(resolve));
  }
  batch(() => {
    session.value = found;
    isOver.value = false;
  });
}

function end(): void {
  if (session.peek()) isOver.value = true;
  else session.value = null;
}

document.addEventListener("visibilitychange", () => {
  // Another tab may have signed out, or somebody else in. What fails here fails louder later.
  if (!document.hidden && session.peek()) begin().catch(() => undefined);
});
