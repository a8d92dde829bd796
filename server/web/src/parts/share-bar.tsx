import "./share-bar.css";

/** From so large a share of a cap on, there is little left. */
const NEAR = 0.8;

export type ShareTone = "" | "warn" | "bad";

/** How a share of a cap looks: used up, nearly so, or neither. */
export const toneOfShare = (share: number): ShareTone =>
  share >= 1 ? "bad" : share >= NEAR ? "warn" : "";

type ShareBarProps = { share: number; tone?: ShareTone };

/** Repeats a share, of a cap where no tone is given, as a length; the numbers stand beside it. */
export function ShareBar({ share, tone = toneOfShare(share) }: ShareBarProps) {
  return (
    <span class={`share-bar ${tone}`} aria-hidden="true">
      <span style={{ width: `${Math.min(Math.max(share, 0), 1) * 100}%` }} />
    </span>
  );
}
