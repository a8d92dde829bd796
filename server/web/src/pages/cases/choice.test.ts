import { expect, test } from "vitest";
import { targetOf } from "./choice.ts";

test("keys keep the focus in the queue where it can be seen", () => {
  expect(targetOf("a", "keys", false)).toBe("entry");
  expect(targetOf("a", "keys", true)).toBe("head");
});

test("a pressed case takes the focus, an address alone does not", () => {
  expect(targetOf("a", "pressed", false)).toBe("head");
  expect(targetOf("a", null, false)).toBeNull();
});

test("back at the queue of a phone the focus is where it was", () => {
  expect(targetOf(null, null, true)).toBe("entry");
  expect(targetOf(null, null, false)).toBeNull();
});
