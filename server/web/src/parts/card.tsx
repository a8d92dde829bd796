import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

type CardProps = { title: string; aside?: ComponentChildren; children: ComponentChildren };

/** A titled part of a page; a landmark for whoever moves from part to part. */
export function Card({ title, aside, children }: CardProps) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

type FigureProps = { label: string; value: string; note?: ComponentChildren };

/** One number with what it is. */
export function Figure({ label, value, note }: FigureProps) {
  return (
    <div class="figure">
      <div class="muted small">{label}</div>
      <div class="figure-value">{value}</div>
      {note && <div class="muted small">{note}</div>}
    </div>
  );
}

export type Tone = "plain" | "good" | "warn" | "bad" | "accent";

/** A word that says how something stands; its colour repeats what the word says. */
export function Badge({ tone = "plain", children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={tone === "plain" ? "badge" : `badge ${tone}`}>{children}</span>;
}
