import type { Tone } from "./card.tsx";

/** How good the states of things are, for the colours of badges; others are plain. */
const TONES: Record<string, Tone> = {
  healthy: "good",
  collecting: "accent",
  at_risk: "warn",
  limited: "warn",
  restricted: "bad",
  open: "accent",
  awaiting_second: "warn",
  confirmed: "bad",
  enforce: "bad",
  active: "bad",
  queued: "warn",
  overturned: "good",
  submitted: "accent",
  under_review: "accent",
  need_information: "warn",
  approved: "good",
};

export const toneOf = (state: string): Tone => TONES[state] ?? "plain";
