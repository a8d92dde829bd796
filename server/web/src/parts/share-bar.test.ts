import { expect, test } from "vitest";
import { toneOfShare } from "./share-bar.tsx";

test.each([
  [0, ""],
  [0.79, ""],
  [0.8, "warn"],
  [0.999, "warn"],
  [1, "bad"],
  [1.2, "bad"],
])("a share of %d looks %j", (share, tone) => {
  expect(toneOfShare(share)).toBe(tone);
});
