import { expect, test } from "vitest";
import { text } from "./guidance-text.ts";

test("one is one, and several are several", () => {
  expect(text().winContacts("1")).toBe("win 1 more contact");
  expect(text().winContacts("2")).toBe("win 2 more contacts");
  expect(text().beActive("1")).toBe("be active on 1 day");
});
