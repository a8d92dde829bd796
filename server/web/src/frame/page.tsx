import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

type PageProps = {
  title: string;
  /** What stands beside the title, such as how it is. */
  aside?: ComponentChildren;
  children: ComponentChildren;
};

/** Whether this tab has shown a page: the first one leaves the focus where the document begins. */
let isFirst = true;

/** A page: its title names the tab and takes the focus, so that a change of page is heard. */
export function Page({ title, aside, children }: PageProps) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Contact Quota`;
  }, [title]);
  useEffect(() => {
    if (!isFirst) head.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  return (
    <>
      <div class="page-head">
        <h1 ref={head} tabIndex={-1}>
          {title}
        </h1>
        {aside}
      </div>
      {children}
    </>
  );
}
