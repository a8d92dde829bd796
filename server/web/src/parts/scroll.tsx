import type { ComponentChildren, Ref } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import "./scroll.css";

type ScrollProps = {
  /** What scrolls in it, in words. */
  label: string;
  /** No taller than a part of the screen, however much is in it. */
  tall?: boolean;
  /** Whoever has to bring the focus here. */
  at?: Ref<HTMLElement> | undefined;
  children: ComponentChildren;
};

/** A box whose content may be larger; a stop of the Tab key only while there is more to see. */
export function Scroll({ label, tall = false, at, children }: ScrollProps) {
  const box = useRef<HTMLElement | null>(null);
  const [isStop, setIsStop] = useState(false);
  useLayoutEffect(() => {
    const here = box.current;
    if (here === null) return;
    const look = () => setIsStop(hasMore(here));
    const watch = new ResizeObserver(look);
    // Its own size and that of what is in it: either alone may make the one larger than the other.
    for (const one of [here, ...here.children]) watch.observe(one);
    return () => watch.disconnect();
  }, []);
  const keep = (element: HTMLElement | null) => {
    box.current = element;
    if (typeof at === "function") at(element);
    else if (at) at.current = element;
  };
  return (
    <section
      ref={keep}
      class={tall ? "scroll tall" : "scroll"}
      aria-label={label}
      tabIndex={isStop ? 0 : -1}
    >
      {children}
    </section>
  );
}

/** Whether something of it is behind an edge; a pixel is what rounding makes. */
export function hasMore(box: Element): boolean {
  return box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
}
