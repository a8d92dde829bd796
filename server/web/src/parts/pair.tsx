import type { ComponentChildren } from "preact";

/** A name and what it stands for, in a `dl` of pairs. */
export function Pair({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
