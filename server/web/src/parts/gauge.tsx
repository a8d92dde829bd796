import { number } from "../text/format.ts";
import { texts } from "../text/language.ts";
import { toneOfShare } from "./share-bar.tsx";

const text = texts(
  {
    of: (cap: string) => `of ${cap}`,
    said: (used: string, cap: string) => `${used} of ${cap} used`,
  },
  {
    of: (cap: string) => `共 ${cap}`,
    said: (used: string, cap: string) => `已用 ${used}，上限 ${cap}`,
  },
);

const RADIUS = 80;
const LENGTH = Math.PI * RADIUS;
const ARC = `M 20 100 A ${RADIUS} ${RADIUS} 0 0 1 180 100`;

/** How much of a cap is used, as a half circle; near the cap and at it, its colour changes. */
export function Gauge({ label, used, cap }: { label: string; used: number; cap: number }) {
  const share = cap > 0 ? Math.min(used / cap, 1) : 1;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be drawn as an arc
    <div
      class={`gauge ${toneOfShare(share)}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={cap}
      aria-valuenow={Math.min(used, cap)}
      aria-valuetext={text().said(number(used), number(cap))}
    >
      <svg viewBox="0 0 200 116" aria-hidden="true">
        <path class="track" d={ARC} fill="none" stroke-width="16" stroke-linecap="round" />
        {share > 0 && (
          <path
            class="value"
            d={ARC}
            fill="none"
            stroke-width="16"
            stroke-linecap="round"
            stroke-dasharray={LENGTH}
            stroke-dashoffset={LENGTH * (1 - share)}
          />
        )}
        <text x="100" y="86" font-size="36" font-weight="650">
          {number(used)}
        </text>
        <text class="of" x="100" y="110" font-size="15">
          {text().of(number(cap))}
        </text>
      </svg>
    </div>
  );
}
