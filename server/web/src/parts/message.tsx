import { signal } from "@preact/signals";
import { texts } from "../text/language.ts";
import "./message.css";

const text = texts({ close: "Close" }, { close: "关闭" });

type Said = { words: string; tone: "good" | "bad" };

const shown = signal<Said | null>(null);
const LEAST_MS = 6_000;
/** What is long takes longer to read. */
const LETTER_MS = 60;
let timer = 0;

/** Says that something was done, for some seconds; what was not done is said until it is closed. */
export function say(words: string, tone: Said["tone"] = "good"): void {
  shown.value = { words, tone };
  goLater();
}

function goLater(): void {
  window.clearTimeout(timer);
  if (shown.value?.tone !== "good") return;
  timer = window.setTimeout(close, LEAST_MS + shown.value.words.length * LETTER_MS);
}

function close(): void {
  window.clearTimeout(timer);
  shown.value = null;
}

/** Where it is said; under the pointer or with the focus it stays. */
export function Message() {
  const said = shown.value;
  const stay = () => window.clearTimeout(timer);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it does nothing but wait for its reader
    <div
      class={said ? `message notice ${said.tone}` : ""}
      onMouseEnter={stay}
      onMouseLeave={goLater}
      onFocusIn={stay}
      onFocusOut={goLater}
    >
      <div aria-live="polite">{said?.words}</div>
      {said && (
        <button
          type="button"
          onClick={() => {
            close();
            // What is pressed goes with it; the focus goes to the page.
            document.getElementById("content")?.focus({ preventScroll: true });
          }}
        >
          {text().close}
        </button>
      )}
    </div>
  );
}
