import { afterEach, expect, test } from "vitest";
import { isMeantElsewhere } from "./keys.ts";

afterEach(() => {
  document.body.innerHTML = "";
});

function pressedIn(html: string, init: KeyboardEventInit = {}): boolean {
  document.body.innerHTML = html;
  let elsewhere = false;
  const look = (event: KeyboardEvent) => {
    elsewhere = isMeantElsewhere(event);
  };
  document.addEventListener("keydown", look, { once: true });
  const place = document.querySelector("[data-here]") ?? document.body;
  place.dispatchEvent(new KeyboardEvent("keydown", { key: "c", bubbles: true, ...init }));
  return elsewhere;
}

test("a key on the page is the page's", () => {
  expect(pressedIn("<button data-here></button>")).toBe(false);
});

test("typing is typing", () => {
  expect(pressedIn("<textarea data-here></textarea>")).toBe(true);
  expect(pressedIn("<select data-here></select>")).toBe(true);
});

test("keys of the browser and of a dialog are theirs", () => {
  expect(pressedIn("<p data-here></p>", { ctrlKey: true })).toBe(true);
  expect(pressedIn("<dialog open></dialog><p data-here></p>")).toBe(true);
});
