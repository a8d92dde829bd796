import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { texts } from "../text/language.ts";

const text = texts({ end: "No more is shown here." }, { end: "此处不再显示更多。" });

type MoreProps = {
  /** Brings more; null where there is none. */
  more: (() => void) | null;
  /** Whether it is on its way. */
  busy?: boolean;
  /** What stands at the end; without it only whoever pressed there hears that it is the end. */
  end?: string | null;
  /** What the button says. */
  children: ComponentChildren;
};

/** Below a list the way to more of it; its end takes the focus of whoever pressed their way there. */
export function More({ more, busy = false, end = null, children }: MoreProps) {
  const [pressed, setPressed] = useState(false);
  const last = useRef<HTMLParagraphElement>(null);
  const reached = more === null && pressed;
  useEffect(() => {
    // The button took the focus along when it went; elsewhere the focus stays.
    if (reached && document.activeElement === document.body) {
      last.current?.focus({ preventScroll: true });
    }
  }, [reached]);
  const press = () => {
    if (busy || more === null) return;
    setPressed(true);
    more();
  };
  if (more === null) {
    return pressed || end !== null ? (
      <p ref={last} class="muted small" tabIndex={-1}>
        {end ?? text().end}
      </p>
    ) : null;
  }
  return (
    <div class="row">
      <button type="button" aria-disabled={busy} onClick={press}>
        {children}
      </button>
    </div>
  );
}
