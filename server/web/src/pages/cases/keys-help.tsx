import { useEffect, useId, useRef } from "preact/hooks";
import { open } from "../../parts/dialog.tsx";
import { keysOn, switchKeys } from "./keys.ts";
import { text } from "./text.ts";

/** Which keys there are, and the switch that puts them out of use. */
export function KeysHelp({ onClose }: { onClose: () => void }) {
  const id = useId();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => open(box.current), []);
  const words = text();
  const keys: [string[], string][] = [
    [["j"], words.keyNext],
    [["k"], words.keyBefore],
    [["↓", "↑"], words.keyArrows],
    [["c"], words.confirm],
    [["d"], words.dismiss],
    [["e"], words.escalate],
    [["?"], words.keyHelp],
  ];
  return (
    <dialog ref={box} aria-labelledby={id} onClose={onClose}>
      <form method="dialog" class="stack">
        <h2 id={id} tabIndex={-1}>
          {words.keysTitle}
        </h2>
        <dl class="keys">
          {keys.map(([pressed, does]) => (
            <div key={does}>
              <dt>
                {pressed.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <p class="muted small">{words.keysNever}</p>
        <KeysSwitch />
        <div class="row">
          <button type="submit">{words.close}</button>
        </div>
      </form>
    </dialog>
  );
}

/** Switches single keys on and off. */
export function KeysSwitch() {
  return (
    <label class="row keys-switch">
      <input
        type="checkbox"
        checked={keysOn.value}
        onChange={(event) => switchKeys(event.currentTarget.checked)}
      />
      {text().keysOn}
    </label>
  );
}
