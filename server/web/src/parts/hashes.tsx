import type { ComponentChildren } from "preact";

/** A contact's hash as the service writes it: how it was made, then the hash itself. */
const HASH = /\bh\.(?:[\w-]+\.)+[\w-]+/g;
/** As the timeline is sent: enough to tell the contacts of a member apart. */
const SHOWN = 8;

/** The beginning of a contact's hash, the same wherever contacts are told apart. */
export const shortHash = (hash: string) => hash.slice(hash.lastIndexOf(".") + 1).slice(0, SHOWN);

/** A sentence with each contact's hash in its short form; the whole one is in the title. */
export function Hashes({ said }: { said: string }) {
  const parts: ComponentChildren[] = [];
  let end = 0;
  for (const { 0: hash, index } of said.matchAll(HASH)) {
    parts.push(said.slice(end, index), <code title={hash}>{shortHash(hash)}</code>);
    end = index + hash.length;
  }
  return (
    <>
      {parts}
      {said.slice(end)}
    </>
  );
}
