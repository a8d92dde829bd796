import { useEffect, useId, useRef, useState } from "preact/hooks";
import { FILTERS, type Filter, type List, SIZES } from "./state.ts";
import { text } from "./text.ts";

/** What is found follows the typing, but a paste or a burst of letters is one search. */
const PAUSE_MS = 60;

/** What chooses the rows of a list: words, a filter, how many at a time. */
export function Choosing({ list }: { list: List }) {
  const { state, change } = list;
  const words = text();
  const filter = useId();
  const size = useId();
  return (
    <search class="choosing">
      <SearchField list={list} />
      <div class="stack tight">
        <label for={filter}>{words.filter}</label>
        <select
          id={filter}
          value={state.filter ?? ""}
          onChange={(event) => change({ filter: (event.currentTarget.value || null) as Filter })}
        >
          <option value="">{words.all}</option>
          {FILTERS.map((one) => (
            <option key={one} value={one}>
              {words.filters[one]}
            </option>
          ))}
        </select>
      </div>
      <div class="stack tight">
        <label for={size}>{words.size}</label>
        <select
          id={size}
          value={String(state.limit)}
          onChange={(event) => change({ limit: Number(event.currentTarget.value) })}
        >
          {SIZES.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </div>
    </search>
  );
}

/** Looks for what was typed once typing pauses; follows the address when Back changes it. */
function SearchField({ list: { state, change } }: { list: List }) {
  const [typed, setTyped] = useState(state.q);
  const sent = useRef(state.q);
  const latest = useRef(change);
  latest.current = change;
  const id = useId();
  useEffect(() => {
    if (state.q === sent.current) return;
    sent.current = state.q;
    setTyped(state.q);
  }, [state.q]);
  useEffect(() => {
    if (typed === sent.current) return;
    const timer = window.setTimeout(() => {
      // Letters of one word are one step for Back.
      const isMore = sent.current !== "";
      sent.current = typed;
      latest.current({ q: typed }, isMore);
    }, PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [typed]);
  return (
    <div class="stack tight">
      <label for={id}>{text().search}</label>
      <input
        id={id}
        type="search"
        value={typed}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
    </div>
  );
}
