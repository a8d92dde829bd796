import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { begin, isOver, session } from "./client.ts";
import { parsed } from "./parse.ts";

/** How the stream stands: `away` says which store the service cannot reach, `idle`: none is wanted. */
export type Standing = "idle" | "connecting" | "live" | "stale" | "away";

/** The whole page's stream: its standing, when something last came (epoch ms), which store is away. */
export const standing = signal<Standing>("idle");
export const lastSeen = signal<number | null>(null);
export const awayStore = signal<string | null>(null);

const STALE_MS = 5_000;
/** A connection that says nothing for so long is dead, though nobody told: another one is made. */
const DEAD_MS = 10_000;
const LONGEST_WAIT_MS = 15_000;
/** A tab nobody looks at gives its stream back: a browser has six connections for a site. */
const HIDDEN_MS = 20_000;

type Topic = { value: Signal<unknown>; watchers: number };

const topics = new Map<string, Topic>();
let source: EventSource | null = null;
let open = "";
let began = 0;
let failures = 0;
let retry = 0;
let settling = false;
/** The service said nothing for long, and nothing since: a page opened meanwhile says so at once. */
let unheard = false;

/** The latest value of a topic, null until its first; the stream lasts while something watches. */
export function useLive<T>(topic: string | null): ReadonlySignal<T | null> {
  const nothing = useMemo(() => signal<T | null>(null), []);
  const value = topic === null ? nothing : (entry(topic).value as Signal<T | null>);
  useEffect(() => {
    if (topic === null) return;
    entry(topic).watchers += 1;
    settle();
    return () => {
      const left = entry(topic);
      left.watchers -= 1;
      if (left.watchers === 0) topics.delete(topic);
      settle();
    };
  }, [topic]);
  return value;
}

function entry(topic: string): Topic {
  const known = topics.get(topic);
  if (known) return known;
  const made = { value: signal<unknown>(null), watchers: 0 };
  topics.set(topic, made);
  return made;
}

/** Opens the stream that fits what is watched, once whatever changes in this turn has changed. */
function settle(): void {
  if (settling) return;
  settling = true;
  queueMicrotask(() => {
    settling = false;
    const wanted = [...topics].filter(([, topic]) => topic.watchers > 0).map(([name]) => name);
    const query = wanted
      .sort()
      .map((name) => `topic=${encodeURIComponent(name)}`)
      .join("&");
    if (query === open && source) return;
    close();
    open = query;
    if (query && session.value && !isOver.value) connect();
    else idle();
  });
}

/** Nothing is watched: what was seen before says nothing of what will be. */
function idle(): void {
  standing.value = "idle";
  lastSeen.value = null;
  awayStore.value = null;
}

function connect(): void {
  standing.value = unheard ? "stale" : "connecting";
  const made = new EventSource(`/v1/live?${open}`);
  source = made;
  began = Date.now();
  for (const name of topics.keys()) {
    made.addEventListener(name, (event) => {
      const topic = topics.get(name);
      if (topic) topic.value.value = parsed((event as MessageEvent<string>).data);
      // A value is the end of what kept it away; where something still does, that is told next.
      awayStore.value = null;
      alive();
    });
  }
  made.addEventListener("alive", alive);
  made.addEventListener("away", (event) => {
    awayStore.value = parsed((event as MessageEvent<string>).data).store;
    alive();
  });
  made.addEventListener("error", () => {
    // EventSource repeats by itself after a lost connection, but gives up where the answer was no.
    if (made.readyState !== EventSource.CLOSED || made !== source) return;
    source = null;
    failures += 1;
    const wait = Math.min(500 * 2 ** failures, LONGEST_WAIT_MS);
    retry = window.setTimeout(again, wait + Math.random() * 500);
  });
}

/** The answer may have been no because the session is over: then there is nothing to repeat. */
async function again(): Promise<void> {
  try {
    await begin();
  } catch {
    // Whatever keeps the service from saying who is signed in, the stream is tried again.
  }
  if (session.value && !isOver.value && open && !source) connect();
}

function alive(): void {
  failures = 0;
  unheard = false;
  lastSeen.value = Date.now();
  standing.value = awayStore.value === null ? "live" : "away";
}

function close(): void {
  window.clearTimeout(retry);
  source?.close();
  source = null;
}

window.setInterval(() => {
  const late = lastSeen.value !== null && Date.now() - lastSeen.value > STALE_MS;
  const waits = open !== "" && Date.now() - began > STALE_MS;
  if (waits && (late || lastSeen.value === null)) {
    unheard = true;
    standing.value = "stale";
  }
  const heard = Math.max(began, lastSeen.value ?? 0);
  if (source && !document.hidden && Date.now() - heard > DEAD_MS) {
    close();
    connect();
  }
}, 1_000);

// Pages that outlive their session have no stream, until whoever they are of signs in again.
isOver.subscribe((over) => {
  if (over) close();
  settle();
});

let hiding = 0;
document.addEventListener("visibilitychange", () => {
  window.clearTimeout(hiding);
  if (document.hidden) {
    hiding = window.setTimeout(() => {
      close();
      open = "";
    }, HIDDEN_MS);
  } else {
    settle();
  }
});
